"""Calls of Keras: layers and models are made, and called on tensors.

Never runs a function of the program.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from keras_lsp.extraction import arrays
from keras_lsp.extraction.arguments import Arguments
from keras_lsp.extraction.core import CallNode, InputNode, OperationNode
from keras_lsp.extraction.sizes import Sizes
from keras_lsp.extraction.values import (
    NONE,
    Array,
    Const,
    DictObject,
    FunctionalObject,
    InstanceObject,
    Item,
    KerasTensor,
    LambdaBody,
    LayerObject,
    ListObject,
    Object,
    Product,
    Ref,
    SequentialObject,
    Sym,
    Tup,
    Value,
)
from keras_lsp.networks import UNKNOWN, Argument, Made, Nested, SlipKind, Unknown
from keras_lsp.semantics.symbols import is_class_name

INPUTS = ("keras.Input", "keras.layers.InputLayer")
MODELS = ("keras.Model", "keras.models.Functional")
SETTERS = {
    "keras.config.set_dtype_policy": "dtype_policy",
    "keras.config.set_floatx": "floatx",
    "keras.config.set_image_data_format": "image_data_format",
}
TAKING: Mapping[str, int] = {
    "keras.layers.Activation": 1, "keras.layers.Conv1D": 3, "keras.layers.Conv2D": 3,
    "keras.layers.Conv3D": 3, "keras.layers.Dense": 2, "keras.layers.Flatten": 1,
    "keras.layers.GRU": 2, "keras.layers.LSTM": 2,
}  # fmt: skip
"""Layers, and how many of their first arguments refuse a tensor at once."""
READ = {name.replace("set_", ""): setting for name, setting in SETTERS.items()}
del READ["keras.config.dtype_policy"]
TENSOR_FUNCTIONS = ("keras.ops.", "keras.activations.", "keras.layers.", "keras.backend.")
RENAMED = {"input_shape": "shape", "batch_input_shape": "batch_shape"}


class Calling(Sizes):
    def __init__(self) -> None:
        super().__init__()
        self.own_calls: dict[int, list[Arguments]] = {}
        """The calls of the program's own layers on tensors, by their number in the memory."""

    def nested(self, ref: Ref) -> Nested | Unknown:
        """A model as a layer."""
        raise NotImplementedError

    def nested_argument(self, value: Ref) -> Argument:
        thing = self.memory.object(value)
        if isinstance(thing, (SequentialObject, FunctionalObject, InstanceObject)):
            return self.nested(value)
        return UNKNOWN

    def arguments(self, node: ast.Call) -> Arguments:
        args = self.several(node.args)
        keywords: list[tuple[str, Value]] = []
        is_complete = args is not None
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                keywords.append((keyword.arg, value))
                continue
            thing = self.memory.object(value)
            items = thing.items if isinstance(thing, DictObject) else None
            is_complete = is_complete and items is not None
            keywords += [(str(key.value), each) for key, each in items or ()]
        return Arguments(args or (), tuple(keywords), is_complete)

    def made(self, name: str, namespace: str, given: Arguments) -> Made | Unknown:
        if not given.is_complete:
            return UNKNOWN
        args = tuple(self.argument(value) for value in given.args)
        keywords = tuple((key, self.argument(value)) for key, value in given.keywords)
        return Made(name, args, keywords, namespace)

    def call_symbol(self, symbol: Sym, given: Arguments, node: ast.Call) -> Value:
        name = symbol.name
        place = self.place(node)
        if name == "keras.Input":
            tensor = given.get("tensor", 7)
            known = given.is_complete and tensor is None
            made = self.made("keras.Input", symbol.namespace, given) if known else UNKNOWN
            made = self.sized(made, node)
            return self.node(InputNode(made, place))
        if name == "keras.Sequential":
            return self._sequential(symbol, given, node)
        if name in MODELS:
            return self._functional(given, node)
        if name in SETTERS:
            value = given.args[0] if given.args else dict(given.keywords).get("policy", UNKNOWN)
            self.memory.settings[SETTERS[name]] = value
            return NONE
        if name == "keras.backend.clear_session":
            return NONE
        data = self._data(name, given)
        if data is UNKNOWN:
            data = self.told_of_tensor(name, given)
        if data is not UNKNOWN:
            return data
        if name in READ:
            return self.set_to(READ[name])
        area = name.split(".")[1]
        if is_class_name(name) and area in ("layers", "applications"):
            first = given.args[: TAKING.get(name, 0)]
            if given.is_complete and any(isinstance(value, KerasTensor) for value in first):
                self.slip(SlipKind.IN_CONSTRUCTOR, node, name)
            settings = tuple(sorted(self.memory.settings.items()))
            made = self.sized(self.made(name, symbol.namespace, given), node)
            trainable = given.get("trainable")
            if isinstance(trainable, Const) and trainable.value is True:
                trainable = None
            ref = self.new(LayerObject(made, place, None, settings, self._body(name, given, node)))
            if area == "applications":
                self.models.append((ref, ""))
            return ref
        if is_class_name(name) and name not in ("keras.Layer",):
            made = self.made(name, symbol.namespace, given)
            if area in ("callbacks", "utils"):
                return UNKNOWN
            return UNKNOWN if isinstance(made, Unknown) else Product(made)
        if self.inside:
            found = self.inner_operation(name, given, node)
            if found is not UNKNOWN:
                return found
        if any(self.has_tensor(value) for value in given.values):
            if given.is_complete and name.startswith(TENSOR_FUNCTIONS):
                args = tuple(self.argument(value) for value in given.args)
                keywords = tuple((key, self.argument(value)) for key, value in given.keywords)
                return self.node(OperationNode(name, args, keywords, place))
        return UNKNOWN

    def _data(self, name: str, given: Arguments) -> Value:
        """The data that a function of Keras loads or makes."""
        if name.startswith("keras.datasets.") and name.endswith(".load_data"):
            return arrays.loaded(name.split(".")[2])
        if name == "keras.utils.to_categorical" and given.is_complete:
            return arrays.one_hot(given.get("x", 0), given.get("num_classes", 1))
        if name == "keras.utils.pad_sequences" and given.is_complete:
            return arrays.padded(given.get("maxlen", 1))
        return UNKNOWN

    def _body(self, name: str, given: Arguments, node: ast.Call) -> LambdaBody | None:
        if name != "keras.layers.Lambda":
            return None
        function = given.get("function", 0)
        if function is None or not given.is_complete:
            return None
        shape, more = given.get("output_shape", 1), given.get("arguments", 3)
        none = (None, NONE)
        return LambdaBody(
            function, None if shape in none else shape, None if more in none else more, node,
            self.statement,
        )  # fmt: skip

    def _sequential(self, symbol: Sym, given: Arguments, node: ast.Call) -> Value:
        place = self.place(node)
        layers = given.get("layers", 0)
        values = () if layers in (None, NONE) else self.memory.items(layers or UNKNOWN)
        elements = self._elements(node)
        if len(elements) != len(values or ()):
            elements = [node] * len(values or ())
        items = tuple(map(self._item, values or (), elements))
        trainable = self._given_trainable(given)
        ref = self.new(SequentialObject(items, place, values is None, trainable=trainable))
        self.models.append((ref, ""))
        return ref

    def _elements(self, node: ast.Call) -> list[ast.expr]:
        """The elements of a list that is written in the call."""
        for each in (*node.args[:1], *(k.value for k in node.keywords if k.arg == "layers")):
            if isinstance(each, (ast.List, ast.Tuple)):
                if not any(isinstance(item, ast.Starred) for item in each.elts):
                    return each.elts
        return []

    def _given_trainable(self, given: Arguments) -> bool | Unknown | None:
        value = given.get("trainable")
        if value is None:
            return None
        return value.value if isinstance(value, Const) and value.value is False else UNKNOWN

    def _functional(self, given: Arguments, node: ast.Call) -> Value:
        inputs = given.get("inputs", 0) or given.get("input")
        outputs = given.get("outputs", 1) or given.get("output")
        if not given.is_complete or inputs is None or outputs is None:
            return UNKNOWN
        for end in (outputs, *(self.memory.items(outputs) or ())):
            if layer := self._plain_layer(end):
                self.slip(SlipKind.NOT_CALLED, node, layer)
        made = FunctionalObject(
            self._settled(inputs), self._settled(outputs), self.place(node),
            self._given_trainable(given),
        )  # fmt: skip
        ref = self.new(made)
        self.models.append((ref, ""))
        return ref

    def _settled(self, value: Value) -> Value:
        """Lists as they are now; dictionaries by their values."""
        thing = self.memory.object(value)
        if isinstance(thing, DictObject):
            return UNKNOWN if thing.items is None else Tup(tuple(each for _, each in thing.items))
        if isinstance(thing, ListObject):
            return Tup(thing.items) if thing.items is not None else UNKNOWN
        return value

    def _close(self, ref: Ref) -> None:
        thing = self.memory.object(ref)
        if isinstance(thing, SequentialObject):
            self.memory.objects[ref.id] = replace(thing, is_closed=True)

    def add(self, ref: Ref, value: Value, node: ast.AST) -> None:
        """``model.add(value)``."""
        thing = self.memory.object(ref)
        if not isinstance(thing, SequentialObject) or thing.is_closed:
            return
        item = self._item(value, node)
        self.memory.objects[ref.id] = replace(thing, items=(*thing.items, item))

    def _item(self, value: Value, node: ast.AST) -> Item:
        """An element of a `Sequential` model."""
        added = self.memory.object(value)
        is_layer = isinstance(
            added, (LayerObject, SequentialObject, FunctionalObject, InstanceObject)
        )
        is_input = isinstance(value, KerasTensor) and isinstance(self.nodes[value.node], InputNode)
        if is_layer or is_input:
            return Item(value, self.place(node))
        self.memory.blur(value)
        return Item(UNKNOWN, self.place(node))

    # Layers and models are called

    def call_object(self, ref: Ref, given: Arguments, node: ast.AST) -> Value:
        thing = self.memory.object(ref)
        if isinstance(thing, (ListObject, DictObject)) or thing is None:
            return UNKNOWN
        if not given.is_complete:
            return UNKNOWN
        given = Arguments(
            tuple(map(self._inner_tensor, given.args)),
            tuple(
                (key, self._inner_tensor(value))
                for key, value in given.keywords
                if not _is_vain(key, value)
            ),
        )
        args = tuple(self.argument(value) for value in given.args)
        keywords = tuple((key, self.argument(value)) for key, value in given.keywords)
        self._look_for_layers(thing, given, node)
        is_own = isinstance(thing, InstanceObject) or (
            isinstance(thing, LayerObject) and thing.body is not None
        )
        if is_own and self.has_tensor(Tup(given.values)):
            self.own_calls.setdefault(ref.id, []).append(given)
            args, keywords = tuple(map(self.argument, self.tensors_of(given.values))), ()
        if not any(self.has_tensor(value) for value in given.values):
            # Nothing is known of what it is called on, or it is called on data.
            if not any(value is UNKNOWN for value in given.values):
                return UNKNOWN
        tensor = self.node(CallNode(ref.id, args, keywords, self.place(node)))
        if isinstance(thing, FunctionalObject) and isinstance(thing.outputs, Tup):
            count = len(thing.outputs.items)
            if count < 2:
                return UNKNOWN
            return Tup(tuple(KerasTensor(tensor.node, (n,)) for n in range(count)))
        return tensor

    def _look_for_layers(self, thing: Object, given: Arguments, node: ast.AST) -> None:
        """``Dense(1)(Dense(8))``: a layer that is called on a layer."""
        made = thing.made if isinstance(thing, LayerObject) else None
        if not isinstance(made, Made) or not isinstance(node, ast.Call) or len(node.args) != 1:
            return
        (value,) = given.args[:1] or (UNKNOWN,)
        layer = self._plain_layer(value)
        if layer and not isinstance(node.args[0], ast.Starred):
            self.slip(SlipKind.NOT_CALLED, node, layer)

    def _plain_layer(self, value: Value) -> str:
        """The class of a layer of Keras; ``""`` where it is something else."""
        thing = self.memory.object(value)
        made = thing.made if isinstance(thing, LayerObject) and thing.body is None else None
        is_layer = isinstance(made, Made) and made.name.startswith("keras.layers.")
        return made.name if isinstance(made, Made) and is_layer else ""

    def _inner_tensor(self, value: Value) -> Value:
        """Where tensors are followed, numbers that are made there are tensors, too."""
        return self.fresh(value.shape) if self.inside and isinstance(value, Array) else value


def _is_vain(key: str, value: Value) -> bool:
    """No shape depends on whether one trains."""
    return key == "training" and not isinstance(value, Const)

"""Calls of Keras: layers and models are made, and called on tensors.

Never runs a function of the program.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from keras_lsp.extraction import arrays, tensors
from keras_lsp.extraction.comprehensions import Comprehensions
from keras_lsp.extraction.core import CallNode, InputNode, OperationNode
from keras_lsp.extraction.values import (
    NONE,
    Const,
    DictObject,
    FunctionalObject,
    InstanceObject,
    Item,
    KerasTensor,
    LayerObject,
    ListObject,
    Product,
    Ref,
    SequentialObject,
    Sym,
    Tup,
    Value,
    const,
)
from keras_lsp.networks import UNKNOWN, Argument, Made, Nested, Unknown
from keras_lsp.replies import TensorSpec
from keras_lsp.semantics.symbols import is_class_name

INPUTS = ("keras.Input", "keras.layers.InputLayer")
MODELS = ("keras.Model", "keras.models.Functional")
SETTERS = {
    "keras.config.set_dtype_policy": "dtype_policy",
    "keras.config.set_floatx": "floatx",
    "keras.config.set_image_data_format": "image_data_format",
}
READ = {name.replace("set_", ""): setting for name, setting in SETTERS.items()}
del READ["keras.config.dtype_policy"]
TENSOR_FUNCTIONS = ("keras.ops.", "keras.activations.", "keras.layers.", "keras.backend.")
RENAMED = {"input_shape": "shape", "batch_input_shape": "batch_shape"}
GIVES_STATES = ("return_state", "return_attention_scores")


@dataclass(frozen=True, slots=True)
class Arguments:
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    is_complete: bool = True
    """False: there may be more behind stars."""

    def get(self, name: str, index: int | None = None) -> Value | None:
        """What is given by name or position; UNKNOWN where it may be behind a star."""
        for key, value in self.keywords:
            if key == name:
                return value
        if index is not None and index < len(self.args) and self.is_complete:
            return self.args[index]
        return None if self.is_complete else UNKNOWN

    @property
    def values(self) -> tuple[Value, ...]:
        return (*self.args, *(value for _, value in self.keywords))


class Calling(Comprehensions):
    def nested(self, ref: Ref) -> Nested | Unknown:
        """A model as a layer."""
        raise NotImplementedError

    def nested_argument(self, value: Ref) -> Argument:
        thing = self.memory.object(value)
        if isinstance(thing, SequentialObject | FunctionalObject | InstanceObject):
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
            known = self.memory.settings.get(READ[name])
            told = self.setting(READ[name])
            return known or (UNKNOWN if told is None else const(told))
        area = name.split(".")[1]
        if is_class_name(name) and area in ("layers", "applications"):
            settings = tuple(sorted(self.memory.settings.items()))
            made = self.made(name, symbol.namespace, given)
            trainable = given.get("trainable")
            if isinstance(trainable, Const) and trainable.value is True:
                trainable = None
            ref = self.new(LayerObject(made, place, None, settings))
            if area == "applications":
                self.models.append((ref, ""))
            return ref
        if is_class_name(name) and name not in ("keras.Layer",):
            made = self.made(name, symbol.namespace, given)
            if area in ("callbacks", "utils"):
                return UNKNOWN
            return UNKNOWN if isinstance(made, Unknown) else Product(made)
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

    def told_of_tensor(self, name: str, given: Arguments) -> Value:
        """``K.int_shape(x)`` and the like."""
        if len(given.values) != 1 or not isinstance(given.values[0], KerasTensor):
            return UNKNOWN
        for attribute, names in (
            ("shape", tensors.SHAPES | tensors.SHAPES_OF_OTHERS),
            ("ndim", tensors.RANKS | tensors.RANKS_OF_OTHERS),
        ):
            if name in names:
                return tensors.attribute(self.outputs_of(given.values[0]), attribute)
        return UNKNOWN

    def _sequential(self, symbol: Sym, given: Arguments, node: ast.Call) -> Value:
        place = self.place(node)
        layers = given.get("layers", 0)
        made = SequentialObject((), place, trainable=self._given_trainable(given))
        ref = self.new(made)
        items = () if layers in (None, NONE) else self.memory.items(layers or UNKNOWN)
        elements = self._elements(node)
        for index, item in enumerate(items or ()):
            here = elements[index] if len(elements) == len(items or ()) else node
            self.add(ref, item, here)
        if items is None:
            self._close(ref)
        self.models.append((ref, ""))
        return ref

    def _elements(self, node: ast.Call) -> list[ast.expr]:
        """The elements of a list that is written in the call."""
        for each in (*node.args[:1], *(k.value for k in node.keywords if k.arg == "layers")):
            if isinstance(each, ast.List | ast.Tuple):
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
            return UNKNOWN
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
        added = self.memory.object(value)
        is_layer = isinstance(
            added, LayerObject | SequentialObject | FunctionalObject | InstanceObject
        )
        is_input = isinstance(value, KerasTensor) and isinstance(self.nodes[value.node], InputNode)
        if is_layer or is_input:
            item = Item(value, self.place(node))
            self.memory.objects[ref.id] = replace(thing, items=(*thing.items, item))
        else:
            self.memory.blur(value)
            self.memory.objects[ref.id] = replace(
                thing, items=(*thing.items, Item(UNKNOWN, self.place(node)))
            )

    # Layers and models are called

    def call_object(self, ref: Ref, given: Arguments, node: ast.AST) -> Value:
        thing = self.memory.object(ref)
        if isinstance(thing, ListObject | DictObject) or thing is None:
            return UNKNOWN
        if not given.is_complete:
            return UNKNOWN
        args = tuple(self.argument(value) for value in given.args)
        keywords = tuple((key, self.argument(value)) for key, value in given.keywords)
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

    def _gives(self, tensor: KerasTensor) -> bool | None:
        """Whether a node gives several tensors."""
        node = self.nodes[tensor.node]
        if tensor.path or isinstance(node, InputNode):
            return False
        if isinstance(node, OperationNode):
            return None if node.name.rpartition(".")[2] in SEVERAL else False
        thing = self.memory.objects.get(node.layer)
        made = thing.made if isinstance(thing, LayerObject) else None
        if isinstance(thing, SequentialObject | FunctionalObject):
            return False
        if not isinstance(made, Made):
            return None
        if "Bidirectional" in made.name or "RNN" in made.name:
            return None
        given = dict((*made.keywords, *node.keywords))
        flags = [given[name] for name in GIVES_STATES if name in given]
        if any(flag not in (True, False) for flag in flags):
            return None
        return any(flag is True for flag in flags)

    def element(self, value: Value, index: int) -> Value | None:
        if not isinstance(value, KerasTensor):
            return None
        several = self._gives(value)
        if several is None:
            told = self.outputs_of(value)
            if not isinstance(told, TensorSpec | tuple):
                return UNKNOWN
            several = isinstance(told, tuple)
        return (
            KerasTensor(value.node, (index,))
            if several and index >= 0
            else (UNKNOWN if several else None)
        )

    def unpacked(self, value: Value, count: int) -> tuple[Value, ...] | None:
        if isinstance(value, KerasTensor):
            found = [self.element(value, index) for index in range(count)]
            return tuple(UNKNOWN if each is None else each for each in found)
        items = self.memory.items(value)
        return items if items is not None and len(items) == count else None

    def spread(self, value: Value) -> tuple[Value, ...] | None:
        """The elements of a list or a tuple, or the tensors that a node gives."""
        if isinstance(value, KerasTensor):
            return tensors.several(self.outputs_of(value), value)
        return self.memory.items(value)


SEVERAL = frozenset({"split", "unstack", "top_k", "moments", "meshgrid", "qr", "svd", "eig"})

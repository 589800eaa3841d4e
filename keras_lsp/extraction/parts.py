"""Parts: the layers, inputs and outputs of models that the program asks for.

Never calls anything.
"""

from __future__ import annotations

import ast

from keras_lsp.extraction.arguments import Arguments
from keras_lsp.extraction.calling import Calling
from keras_lsp.extraction.core import CallNode, InputNode
from keras_lsp.extraction.values import (
    Const,
    FunctionalObject,
    KerasTensor,
    LayerObject,
    PartOf,
    Ref,
    SequentialObject,
    Tup,
    Value,
    const,
)
from keras_lsp.networks import UNKNOWN, Argument, Input, Listed, Made, Tensor, Unknown

PROPERTIES = ("input", "inputs", "output", "outputs", "layers")


class Parts(Calling):
    def __init__(self) -> None:
        super().__init__()
        self.in_graphs: set[int] = set()
        """The nodes that belong to some model."""
        self.starts: dict[int, KerasTensor] = {}
        """What comes out of the layers that Keras makes of inputs, by their numbers."""
        self._inputs: dict[int, Ref] = {}
        """These layers, by the number of their model."""
        self._opened: dict[int, list[KerasTensor]] = {}

    def property_of(self, ref: Ref, name: str, node: ast.AST) -> Value:
        """``model.layers``, ``layer.output``: of models and of layers."""
        thing = self.memory.object(ref)
        if isinstance(thing, FunctionalObject):
            if name == "layers":
                layers = self.chain_of(ref, thing)
                return PartOf(ref) if layers is None else self.list_of(layers)
            return self._ends(thing.inputs if name.startswith("input") else thing.outputs, name)
        if isinstance(thing, SequentialObject):
            return self._of_sequence(ref, thing, name)
        if isinstance(thing, LayerObject):
            made = thing.made
            if isinstance(made, Made) and made.name.startswith("keras.applications."):
                return self._application(ref, made, name, node)
            given = self.starts.get(ref.id)
            found = self._called(ref)
            if given is not None:
                return given
            if name in ("output", "input") and len(found) == 1:
                return self._of_call(found[0], name)
        return UNKNOWN

    def _ends(self, whole: Value, name: str) -> Value:
        if not name.endswith("s"):
            return whole
        items = whole.items if isinstance(whole, Tup) else (whole,)
        return UNKNOWN if whole is UNKNOWN else self.list_of(items)

    def _of_sequence(self, ref: Ref, thing: SequentialObject, name: str) -> Value:
        opened = () if thing.is_closed else self.opened_sequence(ref, thing)
        if name in ("inputs", "outputs"):
            return self._ends(
                UNKNOWN if not opened else opened[0 if name == "inputs" else -1], name
            )
        if name != "layers":
            # Keras 3 says that it has never been called.
            return UNKNOWN
        layers = [i.value for i in thing.items if not isinstance(i.value, KerasTensor)]
        known = not thing.is_closed and all(isinstance(value, Ref) for value in layers)
        return self.list_of(tuple(layers)) if known else PartOf(ref)

    def _called(self, ref: Ref) -> list[int]:
        """The calls of a layer."""
        nodes = enumerate(self.nodes)
        return [n for n, node in nodes if isinstance(node, CallNode) and node.layer == ref.id]

    def _of_call(self, index: int, name: str) -> Value:
        if name == "output":
            return KerasTensor(index)
        node = self.nodes[index]
        given = node.args[0] if isinstance(node, CallNode) and node.args else UNKNOWN
        return KerasTensor(given.node, given.path) if isinstance(given, Tensor) else UNKNOWN

    def layer_named(self, ref: Ref, given: Arguments, node: ast.AST) -> Value:
        """``model.get_layer("features")``, or one by its index."""
        layers = self.memory.items(self.property_of(ref, "layers", node))
        name, index = given.get("name", 0), given.get("index", 1)
        if layers is None or not given.is_complete:
            return PartOf(ref)
        if isinstance(index, Const) and type(index.value) is int:
            return layers[index.value] if -1 < index.value < len(layers) else PartOf(ref)
        found = [layer for layer in layers if self._name_of(layer) == name]
        return found[0] if len(found) == 1 and isinstance(name, Const) else PartOf(ref)

    def _name_of(self, layer: Value) -> Value:
        thing = self.memory.object(layer)
        made = thing.made if isinstance(thing, LayerObject) else None
        name = dict(made.keywords).get("name") if isinstance(made, Made) else None
        return const(name) if isinstance(name, str) else UNKNOWN

    def opened_sequence(self, ref: Ref, thing: SequentialObject) -> tuple[Value, ...]:
        """What goes into a ``Sequential`` and what each of its layers gives, as nodes."""
        first = self.first_input(thing)
        if first is None or isinstance(first.made, Unknown):
            return ()
        opened = self._opened.setdefault(ref.id, [])
        if not opened:
            opened.append(self.node(InputNode(first.made, first.place)))
            self.in_graphs.add(opened[0].node)
        layers = [item for item in thing.items if isinstance(item.value, Ref)]
        start = len(opened) - 1
        if len(layers) < start:
            return ()
        for item in layers[start:]:
            if not isinstance(item.value, Ref):
                return ()
            given = (Tensor(opened[-1].node),)
            opened.append(self.node(CallNode(item.value.id, given, (), item.place)))
            self.in_graphs.add(opened[-1].node)
        return tuple(opened)

    def chain_of(self, ref: Ref, thing: FunctionalObject) -> tuple[Value, ...] | None:
        """The layers of a model that is a chain, in their order; its input is the first."""
        start, end = thing.inputs, thing.outputs
        if not isinstance(start, KerasTensor) or not isinstance(end, KerasTensor):
            return None
        found: list[Value] = []
        at = end.node
        while at != start.node:
            self.tick()
            node = self.nodes[at]
            if not isinstance(node, CallNode) or node.keywords or len(node.args) != 1:
                return None
            (given,) = node.args
            found.append(Ref(node.layer))
            if not isinstance(given, Tensor) or given.path:
                return None
            at = given.node
        if len(set(found)) < len(found):
            return None
        return (self._input_layer(ref, start), *found[::-1])

    def _input_layer(self, ref: Ref, start: KerasTensor) -> Ref:
        """The layer that Keras makes of an Input."""
        known = self._inputs.get(ref.id)
        if known is None:
            place = self.nodes[start.node].place
            made = Made("keras.layers.InputLayer")
            known = self._inputs[ref.id] = self.new(LayerObject(made, place))
            self.starts[known.id] = start
        return known

    def first_input(self, thing: SequentialObject) -> Input | None:
        raise NotImplementedError

    def _application(self, ref: Ref, made: Made, name: str, node: ast.AST) -> Value:
        """``base.output`` is the application, called on an input of its own."""
        if name == "layers":
            return PartOf(ref)
        known = self.memory.names.get((-1, f"input of {ref.id}"))
        if not isinstance(known, KerasTensor):
            place = self.place(node)
            known = self.node(InputNode(application_input(made), place))
            self.memory.names[-1, f"input of {ref.id}"] = known
            called = self.node(CallNode(ref.id, (self.argument(known),), (), place))
            self.memory.names[-1, f"output of {ref.id}"] = called
        if "input_tensor" in dict(made.keywords):
            return UNKNOWN
        if name.startswith("output"):
            known = self.memory.names[-1, f"output of {ref.id}"]
        return self.list_of((known,)) if name.endswith("s") else known


def application_input(made: Made) -> Made | Unknown:
    """The Input that an application makes for itself, where its arguments tell."""
    keywords = dict(made.keywords)
    shape: Argument = keywords.get("input_shape")
    if isinstance(shape, Listed):
        shape = shape.items
    if shape is None and keywords.get("include_top") is False and len(made.args) == 0:
        shape = (None, None, 3)
    if not isinstance(shape, tuple) or len(made.args) > 2:
        return UNKNOWN
    return Made("keras.Input", (), (("shape", shape),), made.namespace)

"""From what is known at the end of a program to networks as plain data.

Never evaluates anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from keras_lsp.extraction.calling import RENAMED
from keras_lsp.extraction.core import CallNode, GraphNode, InputNode, OperationNode
from keras_lsp.extraction.graphs import renumbered
from keras_lsp.extraction.inputs import input_arguments
from keras_lsp.extraction.loops import Loops
from keras_lsp.extraction.own_code import is_keras
from keras_lsp.extraction.parts import application_input
from keras_lsp.extraction.statements import elements
from keras_lsp.extraction.values import (
    DictObject,
    FunctionalObject,
    InstanceObject,
    KerasTensor,
    LambdaBody,
    LayerObject,
    ListObject,
    Ref,
    SequentialObject,
    Value,
)
from keras_lsp.networks import (
    UNKNOWN,
    Argument,
    Input,
    LayerCall,
    LayerSpec,
    Made,
    Nested,
    Network,
    NetworkKind,
    Node,
    Operation,
    Tensor,
    Unknown,
    tensors_in,
)
from keras_lsp.syntax.source import Place

DEEPEST_NESTING = 8
OF_INPUT = frozenset({"shape", "batch_size", "dtype", "sparse", "batch_shape", "name", "ragged"})


class Networks(Loops):
    def __init__(self) -> None:
        super().__init__()
        self._nesting = 0

    def network(self, ref: Ref, name: str = "") -> Network | None:
        thing = self.memory.object(ref)
        if isinstance(thing, LayerObject):
            if thing.body is not None:
                return self.lambda_network(ref, thing, thing.body)
            return self._application_network(ref.id, thing, name)
        if isinstance(thing, SequentialObject):
            return self._sequence_network(thing, name)
        if isinstance(thing, FunctionalObject):
            return self._functional_network(thing, name)
        if isinstance(thing, InstanceObject) and is_keras(thing.made_of):
            return self.own_network(ref, thing, name)
        return None

    def own_network(self, ref: Ref, thing: InstanceObject, name: str) -> Network | None:
        raise NotImplementedError

    def lambda_network(self, ref: Ref, thing: LayerObject, body: LambdaBody) -> Network | None:
        raise NotImplementedError

    def nested(self, ref: Ref) -> Nested | Unknown:
        if self._nesting >= DEEPEST_NESTING:
            return UNKNOWN
        self._nesting += 1
        try:
            found = self.network(ref)
        finally:
            self._nesting -= 1
        if found is None or UNKNOWN in found.outputs:
            return UNKNOWN
        # Of a sequence the layers are known up to where somebody may have added others.
        is_begun = found.kind is NetworkKind.SEQUENTIAL and found.nodes[:1] != (UNKNOWN,)
        if UNKNOWN in found.nodes and not is_begun:
            return UNKNOWN
        return Nested(found)

    # Sequential

    def _sequence_network(self, thing: SequentialObject, name: str) -> Network:
        nodes: list[Node] = []
        layers: list[LayerSpec] = []
        numbers: dict[int, int] = {}
        inputs: tuple[Tensor | Unknown, ...] = (UNKNOWN,)
        first = self.first_input(thing)
        if first is not None:
            nodes.append(first)
            inputs = (Tensor(0),)
        for item in thing.items:
            value = item.value
            if isinstance(value, KerasTensor) or self._is_input_layer(value):
                if item is not thing.items[0]:
                    nodes.append(UNKNOWN)
                continue
            if not isinstance(value, Ref):
                nodes.append(UNKNOWN)
                continue
            if value.id not in numbers:
                numbers[value.id] = len(layers)
                layers.append(self.spec(value.id))
            given: Argument = Tensor(len(nodes) - 1) if nodes else UNKNOWN
            nodes.append(LayerCall(numbers[value.id], (given,), (), item.place))
        if thing.is_closed:
            nodes.append(UNKNOWN)
        outputs: tuple[Tensor | Unknown, ...] = (Tensor(len(nodes) - 1) if nodes else UNKNOWN,)
        return Network(
            name, NetworkKind.SEQUENTIAL, tuple(layers), tuple(nodes), inputs, outputs,
            thing.place, self.settings_of(dict(zip(numbers, layers, strict=True))),
        )  # fmt: skip

    def _is_input_layer(self, value: Value) -> bool:
        thing = self.memory.object(value)
        made = thing.made if isinstance(thing, LayerObject) else None
        return isinstance(made, Made) and made.name == "keras.layers.InputLayer"

    def first_input(self, thing: SequentialObject) -> Input | None:
        """What the first element says of the input, or a call of ``build``."""
        if not thing.items:
            return None
        item = thing.items[0]
        if isinstance(item.value, KerasTensor):
            node = self.nodes[item.value.node]
            return Input(node.made, node.place) if isinstance(node, InputNode) else None
        made = self._input_of(item.value)
        if made is None:
            made = thing.built
        return None if made is None else Input(made, item.place)

    def _input_of(self, value: Value, depth: int = 0) -> Made | Unknown | None:
        first = self.memory.object(value)
        if isinstance(first, SequentialObject) and depth < DEEPEST_NESTING:
            found = self.first_input(first)
            return found.made if found is not None else None
        if isinstance(first, FunctionalObject) and isinstance(first.inputs, KerasTensor):
            node = self.nodes[first.inputs.node]
            return node.made if isinstance(node, InputNode) else None
        made = first.made if isinstance(first, LayerObject) else None
        if not isinstance(made, Made):
            return None
        if made.name == "keras.layers.InputLayer":
            keywords = tuple((RENAMED.get(key, key), value) for key, value in made.keywords)
            if any(key not in OF_INPUT for key, _ in keywords):
                return UNKNOWN
            return Made("keras.Input", made.args, keywords, made.namespace)
        if made.name.startswith("keras.applications."):
            inside = application_input(made)
            return inside if isinstance(inside, Made) else None
        return input_arguments(made)

    def spec(self, id: int) -> LayerSpec:
        thing = self.memory.objects.get(id)
        if isinstance(thing, LayerObject) and thing.body is None:
            return LayerSpec(thing.made, thing.place, thing.trainable)
        if thing is not None and not isinstance(thing, (ListObject, DictObject)):
            return LayerSpec(self.nested(Ref(id)), thing.place, thing.trainable)
        return LayerSpec(UNKNOWN, self.place_of_nothing)

    def settings_of(self, layers: Mapping[int, LayerSpec]) -> tuple[tuple[str, Argument], ...]:
        """What was set when the layers were made; unknown where that has changed on the way."""
        found: list[dict[str, Argument]] = []
        for id, spec in layers.items():
            thing = self.memory.objects.get(id)
            if isinstance(thing, LayerObject):
                found.append({name: self.argument(value) for name, value in thing.settings})
            elif isinstance(spec.made, Nested):
                found.append(dict(spec.made.network.settings))
        names = {name for each in found for name in each}
        settled: list[tuple[str, Argument]] = []
        for name in sorted(names):
            values = [each.get(name, UNKNOWN) for each in found]
            same = all(value == values[0] for value in values)
            settled.append((name, values[0] if same else UNKNOWN))
        return tuple(settled)

    # Functional

    def _application_network(self, id: int, thing: LayerObject, name: str) -> Network | None:
        """An application that stands for itself: one layer on an input of its own."""
        made = thing.made
        if not isinstance(made, Made) or not made.name.startswith("keras.applications."):
            return None
        nodes = (
            Input(application_input(made), thing.place),
            LayerCall(0, (Tensor(0),), (), thing.place),
        )
        spec = self.spec(id)
        return Network(
            name, NetworkKind.FUNCTIONAL, (spec,), nodes, (Tensor(0),), (Tensor(1),),
            thing.place, self.settings_of({id: spec}),
        )  # fmt: skip

    def _functional_network(self, thing: FunctionalObject, name: str) -> Network:
        return self.graph(
            name, NetworkKind.FUNCTIONAL, elements(thing.inputs), elements(thing.outputs),
            thing.place,
        )  # fmt: skip

    def reached(self, outputs: list[int], inputs: set[int]) -> list[int]:
        pending, found = list(outputs), set(inputs)
        seen = set[int]()
        while pending:
            index = pending.pop()
            if index in seen:
                continue
            seen.add(index)
            found.add(index)
            node = self.nodes[index]
            if index not in inputs and isinstance(node, (CallNode, OperationNode)):
                self.tick()
                given = (*node.args, *(value for _, value in node.keywords))
                pending += [tensor.node for tensor in tensors_in(given)]
        return sorted(found)

    def layers_of(self, thing: FunctionalObject) -> list[int]:
        ends = [v.node for v in elements(thing.outputs) if isinstance(v, KerasTensor)]
        starts = {v.node for v in elements(thing.inputs) if isinstance(v, KerasTensor)}
        nodes = [self.nodes[n] for n in self.reached(ends, starts)]
        return list(dict.fromkeys(n.layer for n in nodes if isinstance(n, CallNode)))

    def graph(
        self,
        name: str,
        kind: NetworkKind,
        inputs: tuple[Value, ...],
        outputs: tuple[Value, ...],
        place: Place,
    ) -> Network:
        ends = [value.node for value in outputs if isinstance(value, KerasTensor)]
        starts = {value.node for value in inputs if isinstance(value, KerasTensor)}
        order = self.reached(ends, starts)
        self.in_graphs.update(order)
        numbers = {node: index for index, node in enumerate(order)}
        layers: dict[int, int] = {}
        nodes: list[Node] = []
        for index in order:
            node = self.nodes[index]
            if index in starts and not isinstance(node, InputNode):
                # A model that begins in the middle of another one.
                nodes.append(UNKNOWN)
                continue
            nodes.append(self.plain_node(node, numbers, layers))

        def end(value: Value) -> Tensor | Unknown:
            if isinstance(value, KerasTensor):
                return Tensor(numbers[value.node], value.path)
            return UNKNOWN

        specs = {id: self.spec(id) for id in layers}
        return Network(
            name,
            kind,
            tuple(specs.values()),
            tuple(nodes),
            tuple(end(value) for value in inputs),
            tuple(end(value) for value in outputs),
            place,
            self.settings_of(specs),
        )

    def plain_node(self, node: GraphNode, numbers: dict[int, int], layers: dict[int, int]) -> Node:
        """A node among others of these numbers; its layer gets one, if it has none."""
        if isinstance(node, InputNode):
            return Input(node.made, node.place)
        args = tuple(renumbered(value, numbers) for value in node.args)
        keywords = tuple((key, renumbered(value, numbers)) for key, value in node.keywords)
        if isinstance(node, OperationNode):
            return Operation(node.name, args, keywords, node.place)
        layer = layers.setdefault(node.layer, len(layers))
        return LayerCall(layer, args, keywords, node.place)

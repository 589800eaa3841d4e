"""Known: what Keras says of the tensors of a graph that is still being put together.

Never talks to anybody: whoever wants networks says how Keras is asked, or that it is not.

``x.shape[-1]`` is a number that a program reckons with, as any other; only Keras knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from keras_lsp.extraction.core import InputNode
from keras_lsp.extraction.inputs import input_of
from keras_lsp.extraction.own_layers import OwnLayers
from keras_lsp.extraction.values import KerasTensor
from keras_lsp.networks import Input, Network, NetworkKind, Node, Tensor, tensors_in
from keras_lsp.replies import NodeShape, Outputs, Reply, TensorSpec, at


@dataclass(frozen=True, slots=True)
class Keras:
    """How the installed Keras is asked while a program is being followed."""

    replies: Callable[[Network], Sequence[Reply]] = lambda network: ()
    """One for each node; fewer where nobody answers."""
    settings: Callable[[], Mapping[str, str]] = field(default=dict)
    """``image_data_format`` and ``floatx``, as they are before a program sets them."""


class Known(OwnLayers):
    def __init__(self) -> None:
        super().__init__()
        self.keras = Keras()
        self._told: dict[int, Outputs] = {}
        """What was said of nodes, each asked about once; None: nothing."""

    def setting(self, name: str) -> str | None:
        return self.keras.settings().get(name)

    def outputs_of(self, tensor: KerasTensor) -> Outputs:
        """Its shape and dtype, or those of several; None where they are not known."""
        outer = self.stand_ins.get(tensor.node)
        if outer is not None:
            return self.outputs_of(outer)
        if tensor.node not in self._told:
            self._ask(tensor.node)
        return at(self._told[tensor.node], tensor.path)

    def _ask(self, wanted: int) -> None:
        order = self._unknown_behind(wanted)
        self.tick(len(order))
        network = self._cut(order)
        replies = self.keras.replies(network)
        for index in order:
            self._told.setdefault(index, None)
        for index, reply in zip(order, replies, strict=False):
            if isinstance(reply, NodeShape):
                self._told[index] = reply.outputs

    def _unknown_behind(self, wanted: int) -> list[int]:
        """The nodes that it depends on, up to those whose one tensor is known."""
        pending, found = [wanted], set[int]()
        while pending:
            index = pending.pop()
            if index in found:
                continue
            found.add(index)
            node = self.nodes[index]
            if isinstance(node, InputNode) or self._start(index) is not None:
                continue
            given = (*node.args, *(value for _, value in node.keywords))
            pending += [tensor.node for tensor in tensors_in(given)]
        return sorted(found)

    def _start(self, index: int) -> TensorSpec | None:
        outer = self.stand_ins.get(index)
        told = self.outputs_of(outer) if outer is not None else self._told.get(index)
        return told if isinstance(told, TensorSpec) else None

    def _cut(self, order: list[int]) -> Network:
        """A network of these nodes; what is known is an input of it."""
        numbers = {node: index for index, node in enumerate(order)}
        layers: dict[int, int] = {}
        nodes: list[Node] = []
        for index in order:
            node, start = self.nodes[index], self._start(index)
            if start is not None:
                nodes.append(Input(input_of(start), node.place))
            else:
                nodes.append(self.plain_node(node, numbers, layers))
        ends, specs = (Tensor(len(nodes) - 1),), {id: self.spec(id) for id in layers}
        return Network(
            "", NetworkKind.FUNCTIONAL, tuple(specs.values()), tuple(nodes), (),
            ends, self.place_of_nothing, self.settings_of(specs),
        )  # fmt: skip

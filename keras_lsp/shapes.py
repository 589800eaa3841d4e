"""Shapes: a network together with what Keras says of each of its nodes.

Never asks the probe and never judges: rules, hints, summaries and pictures read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keras_lsp.networks import (
    UNKNOWN,
    Argument,
    Fit,
    Input,
    LayerCall,
    LayerSpec,
    Listed,
    Made,
    Network,
    Node,
    Operation,
    Tensor,
    Unknown,
    tensors_in,
)
from keras_lsp.records import record
from keras_lsp.replies import NOT_KNOWN, NodeError, NodeShape, Outputs, Reply, TensorSpec, at
from keras_lsp.syntax.source import Place


@dataclass(frozen=True, slots=True)
class Fitted:
    """The model on the data that it meets."""

    fit: Fit
    x: Reply = NOT_KNOWN
    """Of the model, called on what goes in."""
    y: Reply = NOT_KNOWN
    """Of the loss, called on what comes out and what should."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """One model: a reply for each node, in their order."""

    network: Network
    replies: tuple[Reply, ...]
    fits: tuple[Fitted, ...] = ()

    @classmethod
    def of(cls, network: Network, replies: Sequence[Reply] = ()) -> Shapes:
        """Replies that are missing are not known."""
        missing = len(network.nodes) - len(replies)
        told = (*replies, *[NOT_KNOWN] * missing)[: len(network.nodes)]
        return cls(network, told)

    def __iter__(self) -> Iterator[ShapedNode]:
        for index, (node, reply) in enumerate(zip(self.network.nodes, self.replies, strict=True)):
            yield ShapedNode(self, index, node, reply)

    def __getitem__(self, index: int) -> ShapedNode:
        return ShapedNode(self, index, self.network.nodes[index], self.replies[index])

    def outputs(self, end: Argument) -> Outputs:
        """What is known of a tensor; None where nothing is."""
        if not isinstance(end, Tensor):
            return None
        reply = self.replies[end.node]
        return at(reply.outputs, end.path) if isinstance(reply, NodeShape) else None

    @property
    def errors(self) -> tuple[ShapedNode, ...]:
        """Where Keras itself raises; what follows from these is `Blocked`, no error of its own."""
        return tuple(node for node in self if isinstance(node.reply, NodeError))


@record(frozen=True, slots=True)
class ShapedNode:
    """One node with its reply."""

    shapes: Shapes
    index: int
    node: Node
    reply: Reply

    @property
    def place(self) -> Place | None:
        """The call; of a ``Sequential`` the place that adds the layer."""
        return None if isinstance(self.node, Unknown) else self.node.place

    @property
    def layer(self) -> LayerSpec | None:
        """The layer that is called; its own place is that of the call that makes it."""
        if isinstance(self.node, LayerCall):
            return self.shapes.network.layers[self.node.layer]
        return None

    @property
    def made(self) -> Made | None:
        """What makes it: the layer's class or ``keras.Input``, with literal arguments."""
        if isinstance(self.node, Input):
            return self.node.made if isinstance(self.node.made, Made) else None
        layer = self.layer
        return layer.made if layer is not None and isinstance(layer.made, Made) else None

    @property
    def given(self) -> tuple[Tensor, ...]:
        """The tensors that go in, in the order in which they are written."""
        if not isinstance(self.node, (LayerCall, Operation)):
            return ()
        arguments = (*self.node.args, *(value for _, value in self.node.keywords))
        return tuple(tensors_in(arguments))

    @property
    def is_wholly_given(self) -> bool:
        """Nothing that goes in is unknown, neither itself nor its shape."""
        if not isinstance(self.node, (LayerCall, Operation)):
            return True
        arguments = (*self.node.args, *(value for _, value in self.node.keywords))
        return not _has_unknown(arguments) and all(
            isinstance(self.shapes.outputs(tensor), TensorSpec) for tensor in self.given
        )

    @property
    def outputs(self) -> Outputs:
        return self.reply.outputs if isinstance(self.reply, NodeShape) else None

    def trail(self) -> Iterator[ShapedNode]:
        """The nodes that lead to it, the nearest first: where its shape came from."""
        pending, seen = list(self.given), {self.index}
        while pending:
            tensor = pending.pop(0)
            if tensor.node not in seen:
                seen.add(tensor.node)
                before = self.shapes[tensor.node]
                yield before
                pending += before.given


def _has_unknown(arguments: Sequence[Argument]) -> bool:
    return any(
        argument is UNKNOWN
        or (isinstance(argument, Listed) and _has_unknown(argument.items))
        or (isinstance(argument, tuple) and _has_unknown(argument))
        for argument in arguments
    )

"""Refusals: the calls of a network that Keras raises at, each with the one fault it shows.

Never speaks of what only follows from another refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from keras_lsp.catalog.targets import Target
from keras_lsp.networks import Input, LayerCall, Made, Nested, NetworkKind, Operation, Tensor
from keras_lsp.replies import NodeError, TensorSpec
from keras_lsp.semantics.situation import Context
from keras_lsp.shapes import ShapedNode, Shapes
from keras_lsp.syntax import Place

TOLD = ("ValueError", "TypeError")
"""What Keras raises of purpose; anything else may be its own fault."""

RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})
KEEPING = frozenset(
    {"Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dropout", "ELU",
     "GaussianDropout", "GaussianNoise", "LayerNormalization", "LeakyReLU", "PReLU", "ReLU",
     "Softmax", "UnitNormalization"}
)  # fmt: skip
"""Layers that give as many dimensions as they get."""
MERGING = frozenset(
    {"Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"}
)
EMPTY = re.compile(r"would be (?:zero or )?negative|would be zero|negative dimension", re.I)
UNDEFINED = re.compile(r"fully-defined \(no `None` dimensions\)|inputs? .{,40}should be defined")
STATEFUL = re.compile(r"stateful=True.{,40}batch size must be static|RNN is stateful", re.S)
NEEDS_SEQUENCE = re.compile(r"expected (?:min_)?ndim=3, found ndim=2")
OF_INPUT = re.compile(r"^Cannot convert .* to a shape|^Invalid .*shape|shape", re.I)


class Fault(Enum):
    """What a refusal is about; each belongs to one rule."""

    INPUT_SHAPE = "the shape of an Input is none"
    ARGUMENT = "a layer cannot be made of its arguments"
    SEQUENCE = "a recurrent layer before it gives its last output only"
    EMPTY = "nothing is left of a dimension"
    UNDEFINED = "a dimension that decides about weights is None"
    UNLISTED = "what is merged is given one by one"
    STATEFUL = "the batch size is not known"
    INPUT = "it does not take what it is called on"


@dataclass(frozen=True, slots=True)
class Given:
    """A tensor that goes into a call, and what it comes from."""

    spec: TensorSpec
    source: ShapedNode

    @property
    def kind(self) -> str:
        return kind_of(self.source)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Keras raises at a call, with everything that goes into it known."""

    place: Place
    """The call; where the layer cannot even be made, the call that makes it."""
    context: Context
    fault: Fault
    error: NodeError
    node: ShapedNode
    given: tuple[Given, ...]
    cause: ShapedNode | None
    """What has to change, where that is another call."""

    @property
    def kind(self) -> str:
        return kind_of(self.node)


def kind_of(node: ShapedNode) -> str:
    """How a message calls it: ``LSTM``, ``Input``, ``add``; ``""`` for a model."""
    if isinstance(node.node, Input):
        return "Input"
    if isinstance(node.node, Operation):
        return node.node.name.rpartition(".")[2]
    return node.made.name.rpartition(".")[2] if node.made is not None else ""


def refusals(told: Iterable[Shapes], path: str, target: Target) -> Iterator[Refusal]:
    """Each place once; nothing of programs for Keras 2, which has other answers."""
    if target.keras2:
        return
    context = Context(path, "", (), (), frozenset(), False, False, True, False, target)
    every = tuple(told)
    refused = {shapes.network.place for shapes in every if shapes.errors}
    seen: set[Place] = set()
    for shapes in every:
        # Where the input is as large as all of the data, that is the fault.
        if shapes.network.guarded or any(fit.whole for fit in shapes.network.fits):
            continue
        for node in shapes.errors:
            layer = node.layer
            if layer is not None and isinstance(layer.made, Nested) and layer.place in refused:
                # The fault is told inside of the model, where it is.
                continue
            found = _refusal(node, context)
            if found is not None and found.place not in seen:
                seen.add(found.place)
                yield found


def _refusal(node: ShapedNode, context: Context) -> Refusal | None:
    error, place = node.reply, node.place
    if not isinstance(error, NodeError) or error.type not in TOLD or place is None:
        return None
    if _is_followed(node):
        return None
    layer = node.layer
    if error.phase == "init" and layer is not None:
        if isinstance(layer.made, Nested):
            # The model is refused where it is made itself.
            return None
        place = layer.place
    if node.made is not None and context.target.is_keras2(node.made.namespace):
        return None
    given = () if error.phase == "init" else tuple(_given(node))
    fault, cause = _fault(node, error)
    return Refusal(place, context, fault, error, node, given, cause)


def _is_followed(node: ShapedNode) -> bool:
    """What happens in a layer of the program's own is known well enough to show, no more."""
    kind, layer = node.shapes.network.kind, node.layer
    if kind is NetworkKind.LAYER or (kind.has_call and isinstance(node.node, Operation)):
        return True
    return (
        layer is not None
        and isinstance(layer.made, Nested)
        and layer.made.network.kind is NetworkKind.LAYER
    )


def _given(node: ShapedNode) -> Iterator[Given]:
    for tensor in node.given:
        spec = node.shapes.outputs(tensor)
        if isinstance(spec, TensorSpec):
            yield Given(spec, node.shapes[tensor.node])


def _fault(node: ShapedNode, error: NodeError) -> tuple[Fault, ShapedNode | None]:
    if isinstance(node.node, Input):
        return Fault.INPUT_SHAPE, None
    message = error.message
    if kind_of(node) in MERGING and _is_unlisted(node):
        return Fault.UNLISTED, None
    if STATEFUL.search(message):
        return Fault.STATEFUL, None
    if error.phase == "init":
        name = node.made.name if node.made is not None else ""
        of_input = ".applications." in name and OF_INPUT.search(message)
        return (Fault.INPUT if of_input else Fault.ARGUMENT), None
    if EMPTY.search(message):
        return Fault.EMPTY, None
    if UNDEFINED.search(message):
        return Fault.UNDEFINED, None
    if NEEDS_SEQUENCE.search(message) or kind_of(node) == "TimeDistributed":
        cause = _without_sequences(node)
        if cause is not None:
            return Fault.SEQUENCE, cause
    return Fault.INPUT, None


def _is_unlisted(node: ShapedNode) -> bool:
    call = node.node
    return (
        isinstance(call, LayerCall)
        and len(call.args) > 1
        and all(isinstance(each, Tensor) for each in call.args)
    )


def _without_sequences(node: ShapedNode) -> ShapedNode | None:
    """The recurrent layer before a node that could give sequences and does not."""
    given = node.given
    while len(given) == 1 and not given[0].path:
        before = node.shapes[given[0].node]
        if before.made is None or kind_of(before) not in KEEPING:
            return before if before.made is not None and _gives_last(before.made) else None
        given = before.given
    return None


def _gives_last(made: Made) -> bool:
    kind = made.name.rpartition(".")[2]
    if kind == "Bidirectional" and made.args and isinstance(made.args[0], Made):
        return _gives_last(made.args[0])
    given = dict(made.keywords)
    return kind in RECURRENT and given.get("return_sequences") in (None, False)

"""Misfits: models that do not take the data they meet, or whose loss does not take the labels.

Never speaks of a model in which something is refused before it meets any data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from keras_lsp.catalog.targets import Target
from keras_lsp.networks import Fit, Made, Named, Network, Tensor, Unknown
from keras_lsp.replies import NodeError, Outputs, TensorSpec
from keras_lsp.semantics.situation import Context
from keras_lsp.shapes import Fitted, ShapedNode, Shapes
from keras_lsp.syntax import Place
from keras_lsp.verdicts.objectives import LOSSES, head_of
from keras_lsp.verdicts.refusals import KEEPING, TOLD, kind_of

OF_CLASSES = frozenset(
    {"binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
     "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"}
)  # fmt: skip
SPATIAL = tuple(
    f"{kind}{count}D"
    for kind in ("Conv", "SeparableConv", "DepthwiseConv", "MaxPooling", "AveragePooling")
    for count in (1, 2, 3)
)


class Part(Enum):
    """What it is that does not fit; each belongs to one rule."""

    WHOLE = "the shape of all of the data stands for that of one sample"
    DATA = "what goes in"
    LABELS = "what should come out"
    NOT_ONE_HOT = "numbers of classes, where one-hot labels are wanted"
    ONE_HOT = "one-hot labels, where numbers of classes are wanted"
    UNITS = "labels of another number of classes"
    SOFTMAX = "one label for a softmax over several classes"
    PLACES = "what comes out is still laid out as an image"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A model meets data that do not fit."""

    place: Place
    context: Context
    part: Part
    error: NodeError | None
    """What Keras raises there; None: nobody knows the labels."""
    fitted: Fitted
    shapes: Shapes
    cause: ShapedNode | None = None
    """The layer that keeps the layout of an image."""

    @property
    def loss(self) -> str:
        """The name of the function or the class, as the program gives it."""
        return _name(self.fitted.fit.loss)

    @property
    def of_loss(self) -> tuple[tuple[Place, str], ...]:
        """Where the loss is."""
        place = self.fitted.fit.loss_place
        return ((place, "this is the loss"),) if place is not None else ()

    @property
    def head(self) -> Place | None:
        """What makes the last ``Dense``."""
        head = _head_of(self.shapes)
        return head[0].layer.place if head is not None and head[0].layer is not None else None

    @property
    def output(self) -> TensorSpec | None:
        """What comes out of the model."""
        found = self.shapes.outputs(self.shapes.network.outputs[0])
        return found if isinstance(found, TensorSpec) else None


def misfits(told: Iterable[Shapes], path: str, target: Target) -> Iterator[Misfit]:
    """One for each meeting at the most, and each place once."""
    if target.keras2:
        return
    context = Context(path, "", (), (), frozenset(), False, False, True, False, target)
    seen: set[Place] = set()
    for shapes in told:
        network = shapes.network
        if network.guarded or (shapes.errors and not has_whole(network)):
            continue
        if any(n.made is not None and target.is_keras2(n.made.namespace) for n in shapes):
            continue
        for fitted in shapes.fits:
            found = _misfit(fitted, shapes, context)
            if found is not None and found.place not in seen:
                seen.add(found.place)
                yield found


def has_whole(network: Network) -> bool:
    """Whether a model is told the shape of all of its data for that of one sample."""
    return any(fit.whole is not None for fit in network.fits)


def _misfit(fitted: Fitted, shapes: Shapes, context: Context) -> Misfit | None:
    fit = fitted.fit
    if fit.whole is not None:
        return Misfit(fit.whole, context, Part.WHOLE, None, fitted, shapes)
    told = isinstance(fitted.x, NodeError) and fitted.x.type in TOLD
    # Where the model cannot even be made by itself, nothing is known of the data.
    if fit.x is not None and told and isinstance(fitted.x, NodeError) and fitted.x.phase != "init":
        return Misfit(fit.x.place, context, Part.DATA, fitted.x, fitted, shapes)
    cause = _unflattened(shapes)
    if fit.y is not None and None in fit.y.shape[1:]:
        # Nobody knows how many columns they have, so nobody knows whether they fit.
        return None
    if fit.y is not None and isinstance(fitted.y, NodeError) and fitted.y.type in TOLD:
        output = shapes.outputs(shapes.network.outputs[0])
        more = isinstance(output, TensorSpec) and len(output.shape) > len(fit.y.shape)
        if more and cause is not None and cause.place is not None:
            return Misfit(cause.place, context, Part.PLACES, fitted.y, fitted, shapes, cause)
        part = _part(fit, output, shapes)
        return Misfit(fit.y.place, context, part, fitted.y, fitted, shapes)
    if fit.y is None and cause is not None and cause.place is not None:
        if _name(fit.loss) in OF_CLASSES and _is_shrunk(shapes):
            return Misfit(cause.place, context, Part.PLACES, None, fitted, shapes, cause)
    return None


def _part(fit: Fit, output: Outputs, shapes: Shapes) -> Part:
    """What is wrong with labels that the loss does not take."""
    if fit.y is None or not isinstance(output, TensorSpec) or (output.shape[-1] or 0) < 2:
        return Part.LABELS
    loss = LOSSES.get(_name(fit.loss), _name(fit.loss))
    labels, wanted = fit.y.shape[1:], output.shape[1:]
    one_each = labels in (wanted[:-1], (*wanted[:-1], 1))
    if loss == "categorical_crossentropy" and one_each:
        return Part.NOT_ONE_HOT
    if loss == "sparse_categorical_crossentropy" and labels == wanted:
        return Part.ONE_HOT
    head = _head_of(shapes)
    if loss == "binary_crossentropy" and one_each and head is not None and head[1] == "softmax":
        return Part.SOFTMAX
    same = len(labels) == len(wanted) and labels[:-1] == wanted[:-1]
    if loss == "categorical_crossentropy" and same and None not in labels and head is not None:
        return Part.UNITS
    return Part.LABELS


def _head_of(shapes: Shapes) -> tuple[ShapedNode, str, Place] | None:
    end = shapes.network.outputs[0]
    return head_of(shapes[end.node]) if isinstance(end, Tensor) and not end.path else None


def _name(loss: object) -> str:
    if isinstance(loss, Made | Named):
        return loss.name.rpartition(".")[2]
    return loss if isinstance(loss, str) else ""


def _unflattened(shapes: Shapes) -> ShapedNode | None:
    """The first of the last `Dense` layers, if it works on each place of an image."""
    outputs = shapes.network.outputs
    if len(outputs) != 1:
        return None
    given: tuple[Tensor | Unknown, ...] = outputs
    first: ShapedNode | None = None
    while len(given) == 1 and isinstance(tensor := given[0], Tensor):
        node = shapes[tensor.node]
        kind = kind_of(node)
        if kind == "Dense":
            first = node
        elif kind in SPATIAL:
            return first
        elif kind not in KEEPING:
            return None
        given = node.given
    return None


def _is_shrunk(shapes: Shapes) -> bool:
    """What comes out has other sides than what goes in: it is no picture of it."""
    ends = (shapes.network.inputs[:1], shapes.network.outputs[:1])
    specs = [shapes.outputs(end) for each in ends for end in each]
    known = [spec.shape for spec in specs if isinstance(spec, TensorSpec)]
    if len(known) != 2 or len(known[1]) < 4:
        return False
    before, after = (shape[1:-1] for shape in known)
    return None not in after and before != after

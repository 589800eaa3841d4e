"""Objectives: what the last layer gives, and the loss that takes it.

Needs no Keras: the arguments of the program say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keras_lsp.catalog.targets import Target
from keras_lsp.networks import Argument, Made, Named, Tensor
from keras_lsp.semantics.situation import Context
from keras_lsp.shapes import ShapedNode, Shapes
from keras_lsp.syntax import Place
from keras_lsp.verdicts.refusals import kind_of

LOSSES = {
    "BinaryCrossentropy": "binary_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
}


@dataclass(frozen=True, slots=True)
class Objective:
    """A model whose last layer is a ``Dense`` is compiled with a loss that is known."""

    place: Place
    """The loss."""
    context: Context
    loss: str
    """``binary_crossentropy``, ``mse``: the name of a function."""
    is_text: bool
    """It is given as a string."""
    from_logits: bool
    units: int | None
    activation: str
    """Of the last layer, or behind it; ``""`` where it is not known."""
    head: Place
    """The call that makes the last ``Dense``."""
    last: Place
    """What makes the activation; the same where it is the ``Dense`` itself."""


def objectives(told: Iterable[Shapes], path: str, target: Target) -> Iterator[Objective]:
    """One for each model and each way in which it is compiled."""
    seen: set[Place] = set()
    for shapes in told:
        network = shapes.network
        if network.guarded or not network.compiled or len(network.outputs) != 1:
            continue
        end = network.outputs[0]
        found = head_of(shapes[end.node]) if isinstance(end, Tensor) and not end.path else None
        if found is None:
            continue
        head, activation, last = found
        if head.layer is None or head.made is None:
            continue
        context = Context(path, "", (), (), frozenset(), False, False, True, False, target)
        units = _given(head.made, "units", 0)
        for compiled in network.compiled:
            name = _loss(compiled.loss)
            if not name or compiled.place in seen:
                continue
            seen.add(compiled.place)
            yield Objective(
                compiled.place,
                context,
                name,
                isinstance(compiled.loss, str),
                isinstance(compiled.loss, Made)
                and _given(compiled.loss, "from_logits", 0) not in (None, False),
                units if type(units) is int else None,
                activation,
                head.layer.place,
                last,
            )


def _loss(loss: Argument) -> str:
    if isinstance(loss, str):
        return loss
    if isinstance(loss, Made):
        return LOSSES.get(loss.name.rpartition(".")[2], "")
    return loss.name.rpartition(".")[2] if isinstance(loss, Named) else ""


def head_of(node: ShapedNode) -> tuple[ShapedNode, str, Place] | None:
    """The last ``Dense``, its activation, and where that is made."""
    if node.made is None or node.layer is None:
        return None
    kind, place = kind_of(node), node.layer.place
    if kind == "Dense":
        return node, _activation(_given(node.made, "activation", 1), "linear"), place
    if kind not in ("Activation", "Softmax") or len(node.given) != 1:
        return None
    before = node.shapes[node.given[0].node]
    if kind_of(before) != "Dense" or before.made is None:
        return None
    if _activation(_given(before.made, "activation", 1), "linear") != "linear":
        return None
    if kind == "Softmax":
        plain = not node.made.args and not node.made.keywords
        return before, "softmax" if plain else "", place
    return before, _activation(_given(node.made, "activation", 0), ""), place


def _given(made: Made, name: str, index: int) -> Argument:
    if name in dict(made.keywords):
        return dict(made.keywords)[name]
    return made.args[index] if index < len(made.args) else None


def _activation(argument: Argument, default: str) -> str:
    if argument is None:
        return default
    if isinstance(argument, Named):
        return argument.name.rpartition(".")[2]
    return argument if isinstance(argument, str) else ""

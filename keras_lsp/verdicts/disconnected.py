"""Disconnected: models whose outputs come from an input that they are not given.

Needs no Keras: the program itself says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keras_lsp.catalog.targets import Target
from keras_lsp.networks import Input, Made, Network, NetworkKind, Tensor
from keras_lsp.semantics.situation import Context
from keras_lsp.shapes import Shapes
from keras_lsp.syntax import Place


@dataclass(frozen=True, slots=True)
class Disconnected:
    """A model is made of outputs that depend on more than its inputs."""

    place: Place
    """The call that makes it."""
    context: Context
    missing: tuple[Place, ...]
    """The inputs that it is not given."""


def disconnected(told: Iterable[Shapes], path: str, target: Target) -> Iterator[Disconnected]:
    """Each place once."""
    context = Context(path, "", (), (), frozenset(), False, False, True, False, target)
    seen: set[Place] = set()
    for shapes in told:
        network = shapes.network
        if network.guarded or network.kind is not NetworkKind.FUNCTIONAL or not network.place.line:
            continue
        missing = tuple(_missing(network))
        if missing and network.place not in seen:
            seen.add(network.place)
            yield Disconnected(network.place, context, missing)


def is_disconnected(network: Network) -> bool:
    """Whether an input is missing, whoever may reckon with it."""
    return network.kind is NetworkKind.FUNCTIONAL and any(True for _ in _missing(network))


def _missing(network: Network) -> Iterator[Place]:
    given = [end.node for end in network.inputs if isinstance(end, Tensor)]
    known = len(given) == len(network.inputs) and given
    if not known or not all(isinstance(end, Tensor) for end in network.outputs):
        return
    for index, node in enumerate(network.nodes):
        # What an application begins with by itself is an Input of which nothing is known.
        if isinstance(node, Input) and isinstance(node.made, Made) and index not in given:
            yield node.place

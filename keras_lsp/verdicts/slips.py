"""Slips: a layer where a tensor is meant, and a tensor where an argument of a layer is.

Needs no Keras: the program itself says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keras_lsp.catalog.targets import Target
from keras_lsp.networks import SlipKind
from keras_lsp.semantics.situation import Context
from keras_lsp.shapes import Shapes
from keras_lsp.syntax import Place


@dataclass(frozen=True, slots=True)
class Slip:
    """Something that Keras refuses however the rest of the program looks."""

    kind: SlipKind
    place: Place
    """The layer that is not called; the call that makes the layer."""
    context: Context
    layer: str
    """The class: ``Dense``."""


def slips(told: Iterable[Shapes], path: str, target: Target) -> Iterator[Slip]:
    """Each place once."""
    context = Context(path, "", (), (), frozenset(), False, False, True, False, target)
    every = [slip for shapes in told for slip in shapes.network.slips]
    for kind, place, layer in dict.fromkeys(every):
        yield Slip(kind, place, context, layer)

"""Embeddings: those that have fewer rows than there are words.

Needs no Keras: the program itself says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keras_lsp.catalog.targets import Target
from keras_lsp.semantics.situation import Context
from keras_lsp.shapes import Shapes
from keras_lsp.syntax import Place


@dataclass(frozen=True, slots=True)
class SmallEmbedding:
    """As many rows as a ``Tokenizer`` knows words, whose numbers begin with 1."""

    place: Place
    """The number of rows."""
    context: Context


def small_embeddings(told: Iterable[Shapes], path: str, target: Target) -> Iterator[SmallEmbedding]:
    """Each place once."""
    context = Context(path, "", (), (), frozenset(), False, False, True, False, target)
    every = (p for s in told if not s.network.guarded for p in s.network.short)
    for place in dict.fromkeys(every):
        yield SmallEmbedding(place, context)

"""Rewrite a `Sequential` whose input shape is told as a functional model.

Not where the program needs it to stay one: it adds layers later, or counts on `model.layers`,
which then begins with the input.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import functional
from keras_lsp.refactoring import Cursor, Offer, refactoring
from keras_lsp.semantics.events import AttributeUse, Call
from keras_lsp.semantics.symbols import is_input
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

OF_SEQUENTIAL = frozenset({"add", "pop", "layers", "get_layer", "build"})


@refactoring("rewrite")
def sequential_to_functional(cursor: Cursor) -> Iterator[Offer]:
    on = {
        model.id.site
        for call in cursor.near(Call)
        if call.method == "add" and cursor.is_on(call.statement)
        for model in call.models
    }
    for call in cursor.events(Call):
        if call.symbol == "keras.Sequential" and call.assigned:
            if call.place in on or cursor.is_on(call.statement):
                build = partial(_rewrite, cursor, call)
                yield Offer("Rewrite as a functional model", build)


def _rewrite(cursor: Cursor, made: Call, source: Source) -> tuple[Edit, ...] | None:
    calls = list(cursor.events(Call))
    seen = functional.Seen(
        inputs={source.span(c.place) for c in calls if is_input(c.symbol)},
        layers={source.span(c.place) for c in calls if _takes_shape(c.symbol)},
        elsewhere={
            source.span(use.place)
            for use in cursor.events(AttributeUse)
            if use.attribute in OF_SEQUENTIAL
            and any(model.id.site == made.place for model in use.models)
        },
    )
    return functional.as_functional(source, source.span(made.statement), seen)


def _takes_shape(symbol: str) -> bool:
    """An `Embedding` calls its vocabulary `input_dim`."""
    return symbol.startswith("keras.layers.") and symbol != "keras.layers.Embedding"

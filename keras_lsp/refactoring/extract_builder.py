"""Extract a model's construction, and its `compile`, into a function `build_model()`.

What it reads of the function around becomes parameters; where it reads `self` it becomes a method.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.construction import BUILDS_UP
from keras_lsp.editing.extract import extract
from keras_lsp.refactoring import Cursor, Offer, keras_calls, refactoring
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.symbols import MODEL_CLASSES
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@refactoring("extract")
def extract_builder(cursor: Cursor) -> Iterator[Offer]:
    on = {
        model.id.site
        for call in cursor.near(Call)
        if call.method in BUILDS_UP and cursor.is_on(call.statement)
        for model in call.models
    }
    told: set[Place] = set()
    for call in cursor.events(Call):
        if not call.assigned or not _constructs(call) or call.statement in told:
            continue
        if call.place in on or cursor.is_on(call.statement):
            told.add(call.statement)
            title = f"Extract the construction of `{call.assigned}` into a function"
            yield Offer(title, partial(_extract, call, cursor))


def _constructs(call: Call) -> bool:
    """A model is made here, by Keras or by a class of the program."""
    if call.symbol in MODEL_CLASSES or call.symbol.startswith("keras.applications."):
        return True
    return not call.function and any(model.user_class for model in call.made)


def _extract(call: Call, cursor: Cursor, source: Source) -> tuple[Edit, ...] | None:
    parts = {source.span(place) for place in keras_calls(cursor)}
    return extract(source, source.span(call.statement), parts)

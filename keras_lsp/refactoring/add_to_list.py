"""Write the `add` calls right below `Sequential()` as a list.

What is added later, or under a condition, stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import sequence
from keras_lsp.refactoring import Cursor, Offer, refactoring
from keras_lsp.semantics.events import Call
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@refactoring("rewrite")
def add_to_list(cursor: Cursor) -> Iterator[Offer]:
    grown = {
        model.id.site
        for call in cursor.near(Call)
        if call.method == "add" and cursor.is_on(call.statement)
        for model in call.models
    }
    for call in cursor.events(Call):
        if call.symbol == "keras.Sequential" and call.assigned:
            if call.place in grown or cursor.is_on(call.statement):
                yield Offer("Give the layers as a list", partial(_collapse, call))


def _collapse(call: Call, source: Source) -> tuple[Edit, ...] | None:
    return sequence.as_list(source, source.span(call.statement))

"""Write the layers of `Sequential([…])` as `add` calls.

Only where each of them stands in the list by itself.
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
def list_to_add(cursor: Cursor) -> Iterator[Offer]:
    for call in cursor.near(Call):
        if call.symbol == "keras.Sequential" and call.assigned and cursor.is_on(call.statement):
            yield Offer("Add the layers one by one", partial(_expand, call))


def _expand(call: Call, source: Source) -> tuple[Edit, ...] | None:
    return sequence.as_calls(source, source.span(call.statement))

"""Assign a model that a method keeps in a local name to `self`.

Not where the class has something else under that name, or where a base is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import selfmodel
from keras_lsp.refactoring import Cursor, Offer, refactoring
from keras_lsp.semantics.events import ClassSeen, LocalModel
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@refactoring("rewrite")
def assign_to_self(cursor: Cursor) -> Iterator[Offer]:
    for seen in cursor.near(ClassSeen):
        taken = {b.name for b in seen.bindings if not b.none} | seen.set_from_outside
        if not seen.closed or not cursor.is_on(seen.whole):
            continue
        for model in seen.local_models:
            if cursor.is_on(model.statement) and model.name not in taken:
                yield Offer(f"Assign to `self.{model.name}`", partial(_assign, model))


def _assign(model: LocalModel, source: Source) -> tuple[Edit, ...] | None:
    return selfmodel.assign_to_self(source, source.span(model.place), model.name)

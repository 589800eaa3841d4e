"""Initialise `self.model = None` in `__init__`, which is made where there is none.

Only for attributes that a method of the class certainly binds to a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import selfmodel
from keras_lsp.refactoring import Cursor, Offer, refactoring
from keras_lsp.semantics.events import ClassSeen
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@refactoring("rewrite")
def initialise_attribute(cursor: Cursor) -> Iterator[Offer]:
    for seen in cursor.near(ClassSeen):
        if not seen.closed or not cursor.is_on(seen.whole):
            continue
        ready = {b.name for b in seen.bindings if b.none or b.method in ("", "__init__")}
        for attribute in sorted({b.name for b in seen.bindings if b.model} - ready):
            places = [b.place for b in seen.bindings if b.name == attribute]
            places += [r.place for r in seen.reads if r.name == attribute]
            if cursor.is_on(seen.place) or any(map(cursor.is_on, places)):
                title = f"Initialise `self.{attribute}` in `__init__`"
                yield Offer(title, partial(_initialise, seen, attribute))


def _initialise(seen: ClassSeen, attribute: str, source: Source) -> tuple[Edit, ...] | None:
    owner = selfmodel.class_at(source, source.span(seen.place))
    return selfmodel.initialise(source, owner, attribute) if owner else None

"""Guard a method that needs the model with a clear error for when it is not built yet.

Only where the attribute starts as `None`, and the method certainly uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import guard
from keras_lsp.refactoring import Cursor, Offer, refactoring
from keras_lsp.semantics.events import AttributeRead, ClassSeen, FunctionSeen
from keras_lsp.semantics.symbols import MODEL_USES
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@refactoring("rewrite")
def guard_method(cursor: Cursor) -> Iterator[Offer]:
    heads = {f.name for f in cursor.near(FunctionSeen) if cursor.is_on(f.place)}
    for seen in cursor.near(ClassSeen):
        if not cursor.is_on(seen.whole):
            continue
        starts_empty = {b.name for b in seen.bindings if b.none and b.method in ("", "__init__")}
        guardable = starts_empty & {b.name for b in seen.bindings if b.model}
        for read in seen.reads:
            special = read.method.startswith("__") and read.method != "__call__"
            if (
                read.name in guardable
                and read.used_as in MODEL_USES
                and not read.guarded
                and not special
                and (cursor.is_on(read.place) or f"{seen.name}.{read.method}" in heads)
            ):
                title = f"Raise a clear error where `self.{read.name}` is not built yet"
                yield Offer(title, partial(_guard, read))


def _guard(read: AttributeRead, source: Source) -> tuple[Edit, ...] | None:
    return guard.guard(source, source.span(read.place), read.name)

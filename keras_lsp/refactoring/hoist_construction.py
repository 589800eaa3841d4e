"""Move a model's construction, and its `compile`, out of the loop.

Not where the loop decides about the model, keeps the model of each iteration, or clears the
session; what the model learns then lasts from one iteration to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.construction import construction
from keras_lsp.editing.hoist import hoist
from keras_lsp.editing.statements import names_bound, names_read, node_span
from keras_lsp.refactoring import Cursor, Offer, keras_calls, refactoring
from keras_lsp.semantics.events import AttributeChange, Call, Rebuilt
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit

GROWS = ("add", "pop", "compile", "build")


@refactoring("move")
def hoist_construction(cursor: Cursor) -> Iterator[Offer]:
    for made in cursor.near(Rebuilt):
        if made.context.calls or not any(map(cursor.is_on, made.statements)):
            continue
        if made.kept or made.loop.over == "split" or made.loop.clears_session:
            continue
        if not _is_settled(cursor, made):
            continue
        title = f"Build `{made.name}` once, before the loop"
        yield Offer(title, partial(_hoist, made, keras_calls(cursor)))


def _is_settled(cursor: Cursor, made: Rebuilt) -> bool:
    """Nothing else in the loop changes how the model is made."""
    for change in cursor.near(AttributeChange):
        if _concerns(made, change) and change.attribute != "stop_training":
            return False
    for call in cursor.near(Call):
        if not _concerns(made, call) or call.method not in GROWS:
            continue
        if call.statement not in made.statements or not all(a.pure for a in call.arguments):
            return False
    return True


def _concerns(made: Rebuilt, event: Call | AttributeChange) -> bool:
    running = [loop.place for loop in event.context.loops]
    mine = any(m.id.site == made.model.id.site for m in event.models)
    return mine and made.loop.place in running


def _hoist(made: Rebuilt, parts: frozenset[Place], source: Source) -> tuple[Edit, ...] | None:
    calls = {source.span(p) for p in parts}
    built = construction(source, source.span(made.statement), calls)
    if built is None or len(built.after) != len(made.statements) - 1:
        return None
    if not made.same and not built.is_plain:
        return None
    read = frozenset[str]().union(*map(names_read, built.nodes))
    own = frozenset[str]().union(*map(names_bound, built.nodes))
    if read & (made.loop.varying - own):
        return None
    return hoist(source, source.span(made.loop.place), [node_span(source, n) for n in built.nodes])

"""Own optimizer: edits that give a model an optimizer of its own, made like the one that it shares.

Never decides which model needs one.
"""

from __future__ import annotations

from keras_lsp.editing.statements import text_of
from keras_lsp.semantics.events import Call
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit, Position, Span


def given_to_compile(compile_: Place, made: Place, source: Source) -> tuple[Edit, ...] | None:
    """Write the constructor where the name of the instance stands, if it is a plain one."""
    from keras_lsp.editing.calls import argument_span

    if not source.has(made.statement) or not source.has(compile_.statement):
        return None
    constructor = text_of(source, source.span(made))
    span = argument_span(source, source.span(compile_), "optimizer", 0)
    if span is None or "\n" in constructor or not constructor.endswith(")"):
        return None
    return (Edit(span, constructor),)


def applied_by_hand(
    call: Call, made: Place, bound: Place, source: Source
) -> tuple[Edit, ...] | None:
    """Make one like it below the model, and let the call use that one."""
    from keras_lsp.editing.copying import copy_below

    if not all(source.has(each.statement) for each in (made, bound, call.place)):
        return None
    place, name = source.span(call.place), f"{call.trained_name}_optimizer"
    receiver = Span(
        place.start, Position(place.start.line, place.start.column + len(call.receiver))
    )
    if not call.receiver.isidentifier() or text_of(source, receiver) != call.receiver:
        return None
    copied = copy_below(
        source, source.span(made), source.span(bound), call.trained_name, place, name
    )
    return (copied, Edit(receiver, name)) if copied is not None else None

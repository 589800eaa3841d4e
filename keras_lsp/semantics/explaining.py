"""Explaining: tells uses of a name what the rest of the file knows about it.

Never changes what happened; it adds what a rule wants to say beside it.
"""

from __future__ import annotations

from dataclasses import replace

from keras_lsp.semantics.events import (
    AttributeUse,
    Binding,
    Call,
    Event,
    NameUse,
)
from keras_lsp.semantics.values import Ref, is_none
from keras_lsp.syntax import Place, Source


def explained(events: list[Event], source: Source, names: frozenset[str]) -> list[Event]:
    """Tell uses what the rest of the file knows about the name."""
    text = source.text
    uses = {e.name for e in events if isinstance(e, NameUse)}
    uses |= {e.receiver for e in events if isinstance(e, AttributeUse) and is_none(e.value)}
    models: dict[str, Binding] = {}
    dropped: list[Call] = []
    for event in events:
        if isinstance(event, Binding) and event.models and event.name in uses:
            known = models.get(event.name)
            if known is None or (known.context.function and not event.context.function):
                models[event.name] = event
        elif isinstance(event, Call) and event.discarded and event.function and event.result:
            dropped.append(event)
    explained: list[Event] = []
    bound: dict[tuple[str, tuple[Place, ...], str], Binding] = {}
    called: set[str] = set()
    for event in events:
        if isinstance(event, NameUse):
            model = models.get(event.name)
            event = _explain(event, model, dropped, "keras" in text, names, "choices" in text)
            if model is not None and not model.context.function:
                event = replace(event, cells_below=_cells_between(event, model, source))
        elif isinstance(event, Binding):
            bound[event.context.function, event.context.calls, event.name] = event
        elif isinstance(event, AttributeUse):
            key = (event.context.function, event.context.calls, event.receiver)
            event = _traced(event, bound.get(key), models.get(event.receiver), called)
        elif isinstance(event, Call) and event.function and _ran(event):
            called.add(event.function)
        explained.append(event)
    return explained


def _ran(call: Call) -> bool:
    """The module made the call, or somebody whom it called."""
    return bool(call.context.calls) or not call.context.function


def _cells_between(use: NameUse, model: Binding, source: Source) -> int:
    """How many cells below the line that fails the model is made."""
    place = use.context.calls[0] if use.context.calls and use.scope == "global" else use.place
    if not source.has(place.statement) or not source.has(model.place.statement):
        return 0
    used, made = (source.start_of(p.statement) + p.line - 1 for p in (place, model.place))
    return max(0, source.cell_at(made) - source.cell_at(used))


def _traced(
    use: AttributeUse, binding: Binding | None, model: Binding | None, called: set[str]
) -> AttributeUse:
    same = binding is not None and binding.value == use.value
    local = model if model is not None and model.context.function and is_none(use.value) else None
    if not same and local is None:
        return use
    return replace(
        use,
        bound_at=binding.place if binding and same else None,
        bound_by=binding.statement if binding and same else None,
        bound_value=binding.value_place if binding and same else None,
        model_binding=local.place if local else None,
        model_binding_function=local.context.function if local else "",
        model_binding_called=local is not None and local.context.function in called,
    )


def _explain(
    use: NameUse,
    model: Binding | None,
    dropped: list[Call],
    keras: bool,
    bound: frozenset[str],
    choices: bool,
) -> NameUse:
    earlier = next(
        (
            c
            for c in dropped
            if c.context.function == use.context.function
            and not c.context.calls
            and any(isinstance(a, Ref) for a in c.result)
        ),
        None,
    )
    return replace(
        use,
        bound_somewhere=use.name in bound,
        choices=choices,
        model_binding=model.place if model else None,
        model_binding_function=model.context.function if model else "",
        builder_result_dropped=earlier.statement if earlier else None,
        builder_call=earlier.callee if earlier else "",
        keras=keras,
    )

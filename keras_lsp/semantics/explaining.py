"""Explaining: tells uses of a name what the rest of the file knows about it.

Never changes what happened; it adds what a rule wants to say beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
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

Explanations = Mapping[int, tuple[Event, tuple[object, ...], Event]]
"""By the identity of a use: the use itself, what the file knows of it, the use that tells it."""


def explained(
    events: list[Event], source: Source, names: frozenset[str], earlier: Explanations
) -> tuple[list[Event], Explanations]:
    """Tell uses what the rest of the file knows about the name.

    A use of which the file knows what it knew ``earlier`` is told by the very same event.
    """
    of_file = "keras" in source.text, "choices" in source.text
    models, dropped = _models_and_dropped(events)
    told: list[Event] = []
    memory: dict[int, tuple[Event, tuple[object, ...], Event]] = {}
    bound: dict[tuple[str, tuple[Place, ...], str], Binding] = {}
    called: set[str] = set()
    for event in events:
        if isinstance(event, NameUse):
            model = models.get(event.name)
            cells = 0
            if model is not None and not model.context.function:
                cells = _cells_between(event, model, source)
            first = dropped.get(event.context.function)
            facts = (model, first, event.name in names, cells, *of_file)
            known = earlier.get(id(event))
            new = known[2] if known and known[1] == facts else _explain(event, *facts)
            memory[id(event)] = event, facts, new
            event = new
        elif isinstance(event, AttributeUse):
            key = (event.context.function, event.context.calls, event.receiver)
            traced = _traced(event, bound.get(key), models.get(event.receiver), called)
            if traced is not None:
                known = earlier.get(id(event))
                new = known[2] if known and known[1] == traced else _lead(event, *traced)
                memory[id(event)] = event, traced, new
                event = new
        elif isinstance(event, Binding):
            bound[event.context.function, event.context.calls, event.name] = event
        elif isinstance(event, Call) and event.function and _ran(event):
            called.add(event.function)
        told.append(event)
    return told, memory


def _models_and_dropped(events: list[Event]) -> tuple[dict[str, Binding], dict[str, Call]]:
    """Where each name is bound to a model, and the first builder that each function drops."""
    models: dict[str, Binding] = {}
    dropped: dict[str, Call] = {}
    for event in events:
        if isinstance(event, Binding) and event.models:
            known = models.get(event.name)
            if known is None or (known.context.function and not event.context.function):
                models[event.name] = event
        elif isinstance(event, Call) and event.discarded and event.function and event.result:
            context = event.context
            if not context.calls and any(isinstance(a, Ref) for a in event.result):
                dropped.setdefault(context.function, event)
    return models, dropped


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
) -> tuple[Binding | None, Binding | None, bool] | None:
    """What bound the receiver, a local model of its name, and whether that function was called."""
    same = binding if binding is not None and binding.value == use.value else None
    local = model if model is not None and model.context.function and is_none(use.value) else None
    if same is None and local is None:
        return None
    return same, local, local is not None and local.context.function in called


def _lead(
    use: AttributeUse, binding: Binding | None, local: Binding | None, called: bool
) -> AttributeUse:
    return replace(
        use,
        bound_at=binding.place if binding else None,
        bound_by=binding.statement if binding else None,
        bound_value=binding.value_place if binding else None,
        model_binding=local.place if local else None,
        model_binding_function=local.context.function if local else "",
        model_binding_called=called,
    )


def _explain(
    use: NameUse,
    model: Binding | None,
    dropped: Call | None,
    bound: bool,
    cells_below: int,
    keras: bool,
    choices: bool,
) -> NameUse:
    return replace(
        use,
        bound_somewhere=bound,
        choices=choices,
        model_binding=model.place if model else None,
        model_binding_function=model.context.function if model else "",
        builder_result_dropped=dropped.statement if dropped else None,
        builder_call=dropped.callee if dropped else "",
        keras=keras,
        cells_below=cells_below,
    )

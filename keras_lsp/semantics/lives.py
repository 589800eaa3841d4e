"""Lives: what happened to each model, step by step, in words.

Never judges; it retells the events in the order of the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from keras_lsp.semantics.events import AttributeChange, Binding, Call, Event, Model
from keras_lsp.semantics.symbols import EVALUATION, PREDICTION, SAVING, TRAINING
from keras_lsp.semantics.values import ObjectId, Value, constant
from keras_lsp.syntax import Place


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One step of a model's life."""

    what: str
    """``defined``, ``compiled``, ``trained``, ``frozen``, ``overwritten``, ``lost`` …"""
    place: Place
    detail: str


@dataclass(frozen=True, slots=True)
class Life:
    """A model, under the name that it was first bound to."""

    name: str
    function: str
    """The function in which it was made, ``""`` at module level."""
    kind: str
    place: Place
    events: tuple[LifeEvent, ...]


def lives(events: Iterable[Event]) -> list[Life]:
    """The lives of the models of one file: as the program runs, else as its functions do."""
    steps: dict[ObjectId, list[LifeEvent]] = {}
    names: dict[ObjectId, tuple[str, str, Model]] = {}
    for event in events:
        for model, step in _steps(event):
            young = ObjectId(model.id.site, model.id.context)
            told = steps.setdefault(young, [])
            if (new := _as_told(step, told)) is not None:
                told.append(new)
            if isinstance(event, Binding) and young not in names:
                names[young] = (event.name, event.context.function, model)
    found = []
    sites: set[Place] = set()
    for id, told in steps.items():
        if id not in names:
            continue
        # A function that the program calls is told as it was called.
        if not id.context and id.site in sites:
            continue
        sites.add(id.site)
        name, function, model = names[id]
        kind = model.user_class or model.phase.kind
        found.append(Life(name, function, kind, id.site, tuple(told)))
    return found


def _as_told(step: LifeEvent, told: Iterable[LifeEvent]) -> LifeEvent | None:
    """A step after those that are told: each is told once, and a model is defined but once."""
    if step.what == "defined" and any(t.what == "defined" and t.place != step.place for t in told):
        step = replace(step, what="named", detail=f"{step.detail}, too")
    known = any(t.place == step.place and t.what == step.what for t in told)
    return None if known else step


def _steps(event: Event) -> Iterator[tuple[Model, LifeEvent]]:
    if isinstance(event, Binding):
        for model in event.models:
            yield model, LifeEvent("defined", event.place, f"`{event.name}` is bound to it")
        for model in event.previous_models:
            if not event.still_held:
                what = "overwritten" if event.models else "lost"
                then = "a new model" if event.models else "something else"
                detail = f"`{event.name}` is bound to {then}"
                yield model, LifeEvent(what, event.place, detail)
    elif isinstance(event, Call) and event.method:
        what = _what(event.method)
        for model in event.models:
            if what:
                yield model, LifeEvent(what, event.place, _detail(event))
        for model in event.learners:
            yield model, LifeEvent("trained", event.place, _detail(event))
    elif isinstance(event, AttributeChange) and event.attribute == "trainable":
        for model in event.models:
            yield model, LifeEvent(_switched(event.value), event.place, f"on `{event.receiver}`")


def _switched(value: Value) -> str:
    """What an assignment to ``trainable`` does."""
    truth = constant(value)
    if isinstance(truth, bool):
        return "unfrozen" if truth else "frozen"
    return "trainable changed"


def _what(method: str) -> str:
    if method in TRAINING:
        return "trained"
    if method in EVALUATION:
        return "evaluated"
    if method in PREDICTION:
        return "asked to predict"
    if method in SAVING:
        return "saved"
    return {"compile": "compiled", "build": "built", "add": "grown", "load_weights": "loaded"}.get(
        method, ""
    )


def _detail(call: Call) -> str:
    if call.method == "compile":
        given = (
            f"{name} {a.text}"
            for name, at in (("optimizer", 0), ("loss", 1))
            if (a := call.argument(name, at)) is not None
        )
        return ", ".join(given)
    where = f"in `{call.context.function}`" if call.context.function else ""
    loop = f"in the loop over {call.context.loops[-1].iterable}" if call.context.loops else ""
    return ", ".join(part for part in (where, loop) if part)

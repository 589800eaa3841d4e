"""Strings that a program itself decides: what its models can be watched by, its layers' names.

Never learns how an editor shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from keras_lsp.semantics.events import Call, Family, Model, Object
from keras_lsp.semantics.program import Analysis
from keras_lsp.semantics.texts import strings
from keras_lsp.semantics.values import Ref, Sequence, Value
from keras_lsp.service.open_calls import call_at
from keras_lsp.syntax import Place
from keras_lsp.text import Position

_USUAL = ("val_loss", "val_accuracy", "loss", "accuracy")
_LAYERS = "keras.layers."
_FUNCTION = re.compile(r"(?:async\s+)?def\s+(\w+)")


def monitors(analysis: Analysis, position: Position) -> tuple[str, ...]:
    """What the callback at a position can watch while the model that it is given to is trained.

    The names that the history of ``fit`` has for the metrics of ``compile``: of the models that
    train with this callback, else of all models of the file.  The usual ones where nothing is
    compiled, or with metrics that are not known.
    """
    found: dict[str, None] = {}
    for call in _compilations(analysis, position):
        old = call.context.target.is_keras2(call.models[0].api)
        metrics = call.argument("metrics", 2 if old else 3)
        names = list(_metrics(metrics.value, call)) if metrics is not None else []
        if metrics is not None and not names:
            return _USUAL
        found.update(dict.fromkeys(("loss", *names)))
    if not found:
        return _USUAL
    return (*(f"val_{name}" for name in found), *found)


def _compilations(analysis: Analysis, position: Position) -> list[Call]:
    """The calls of ``compile`` that decide what is measured for the callback at a position."""
    calls = list(_calls(analysis))
    compiled = [call for call in calls if call.method == "compile" and call.models]
    fits = [call for call in calls if call.method == "fit"]
    open_call = call_at(analysis.source, position)
    around = open_call.around if open_call is not None else ()
    receivers = {text.removesuffix(".fit") for text in around if text.endswith(".fit")}
    models = [
        model
        for fit in [fit for fit in fits if _watched_from(analysis, fit, position)]
        # A call that is not closed yet may end elsewhere for the parser.
        or [fit for fit in fits if fit.receiver in receivers]
        for model in fit.models
    ]
    last = {m.phase.compilation.place for m in models if m.phase.compilation is not None}
    ids = {model.id for model in models}
    return (
        [call for call in compiled if call.place in last]
        or [call for call in compiled if ids & {model.id for model in call.models}]
        or [call for call in compiled if call.receiver in receivers]
        or compiled
    )


def _watched_from(analysis: Analysis, fit: Call, position: Position) -> bool:
    """What stands at the position is an argument of this training, or a callback made for it."""
    callbacks = fit.argument("callbacks", 5)
    if callbacks is None:
        return False
    if _function_at(analysis, position) in callbacks.names:
        return True
    makers = (id.site for id, thing in fit.objects if thing.family is Family.CALLBACK)
    for place in (fit.place, *makers):
        found = analysis.locate(place)
        if found is not None and found[0] == analysis.path:
            if found[1].start <= position <= found[1].end:
                return True
    return False


def _function_at(analysis: Analysis, position: Position) -> str:
    """The name of the module's function that a position is in, else ``""``."""
    found = _FUNCTION.match(analysis.source.statement_at(position.line).text)
    return found[1] if found is not None else ""


def layer_names(analysis: Analysis, receiver: str, position: Position) -> tuple[str, ...]:
    """The names of the layers of the model called ``receiver``, as it is at a position.

    Where it is not known of which layers it is made, those of all others in the file follow.
    """
    named: dict[str, Place] = {}
    for call in _calls(analysis):
        name = call.argument("name") if call.symbol.startswith(_LAYERS) else None
        if name is not None:
            named.update(dict.fromkeys(sorted(strings(name.value)), call.place))
    models = _models(analysis, receiver, position)
    made = {id.site for model in models for id, _ in model.layers}
    own = [name for name, place in named.items() if place in made]
    if own and all(model.all_known for model in models):
        return tuple(own)
    return tuple(dict.fromkeys((*own, *named)))


def _models(analysis: Analysis, receiver: str, position: Position) -> tuple[Model, ...]:
    """What a name may hold at a position: a call on it tells, the last one above or there."""
    found: tuple[Model, ...] = ()
    for call in _calls(analysis):
        if call.receiver == receiver and call.models:
            at = analysis.locate(call.place)
            if at is not None and at[0] == analysis.path and at[1].start <= position:
                found = call.models
    return found


def _calls(analysis: Analysis) -> Iterator[Call]:
    return (event for event in analysis.of_kind(Call) if isinstance(event, Call))


def _metrics(value: Value, call: Call) -> Iterator[str]:
    """The names of metrics as the history has them: as they are written, or the object's own."""
    for atom in value:
        if isinstance(atom, Sequence):
            for item in atom.items or ():
                yield from _metrics(item, call)
        elif isinstance(atom, Ref):
            thing = call.object(atom.id)
            if thing is not None:
                yield from _name_of(thing)
    yield from sorted(strings(value))


def _name_of(thing: Object) -> Iterator[str]:
    named = thing.argument("name")
    if named is not None:
        yield from sorted(strings(named))
    elif thing.type.startswith("keras.metrics."):
        yield snake_case(thing.type.rpartition(".")[2])


def snake_case(name: str) -> str:
    """How Keras names what has no name: ``AUC`` is ``auc``, ``TopKCategorical``
    ``top_k_categorical``."""
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()

"""Strings that a program itself decides: what its models can be watched by, its layers' names.

Never learns how an editor shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from keras_lsp.semantics.events import Call, Object
from keras_lsp.semantics.program import Analysis
from keras_lsp.semantics.values import Ref, Sequence, Value, strings

_USUAL = ("val_loss", "val_accuracy", "loss", "accuracy")
_LAYERS = "keras.layers."


def monitors(analysis: Analysis) -> tuple[str, ...]:
    """What callbacks can watch while the file's models are trained.

    The names that the history of ``fit`` has for the metrics of ``compile``; the usual ones where
    nothing is compiled, or with metrics that are not known.
    """
    found: dict[str, None] = {}
    for call in _calls(analysis):
        if call.method != "compile" or not call.models:
            continue
        metrics = call.argument("metrics", 2)
        names = list(_metrics(metrics.value, call)) if metrics is not None else []
        if metrics is not None and not names:
            return _USUAL
        found.update(dict.fromkeys(("loss", *names)))
    if not found:
        return _USUAL
    return (*(f"val_{name}" for name in found), *found)


def layer_names(analysis: Analysis) -> tuple[str, ...]:
    """The names that the file gives to layers, in its order."""
    found: dict[str, None] = {}
    for call in _calls(analysis):
        name = call.argument("name") if call.symbol.startswith(_LAYERS) else None
        if name is not None:
            found.update(dict.fromkeys(sorted(strings(name.value))))
    return tuple(found)


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

"""Replacing: calls of a model's methods that are gone, by what took their place.

Never decides whether a method is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog import releases
from keras_lsp.catalog.successors import ARGUMENTS, METHODS, NO_EFFECT, OTHER_UNITS
from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety
from keras_lsp.semantics.data import Batches, may_be_bare_iterator, passed
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.receivers import receiver_of
from keras_lsp.semantics.values import only
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


def replacements(call: Call) -> Iterator[Proposal]:
    """The proposals for a call of a method that older models had."""
    new = METHODS.get(call.method)
    if new is not None and not call.forwarded:
        safety = Safety.UNSAFE if any(_lists(call)) else Safety.SAFE
        yield Proposal(f"Call `{new}`", safety, partial(_renamed, call, new))
    if call.method == "predict_classes" and call.models and not call.forwarded:
        activations = {m.activation for m in call.models}
        if activations <= {"softmax"}:
            fix = partial(_around, call, "np.argmax(", ", axis=-1)")
            yield Proposal("Take the likeliest class", Safety.UNSAFE, fix)
        elif activations <= {"sigmoid"}:
            fix = partial(_around, call, "(", ' > 0.5).astype("int32")')
            yield Proposal("Compare with 0.5", Safety.UNSAFE, fix)


def _renamed(call: Call, new: str, source: Source) -> tuple[Edit, ...] | None:
    """The new method, what stood at a position named as the old one called it."""
    old = _parameters(call.method, releases.all_views("keras"))
    taken = frozenset(_parameters(new, call.context.target.views("keras")))
    given = tuple((a.name, a.place) for a in call.arguments)
    named = calls.Handover(source.span(call.place), given, old, taken, NO_EFFECT)
    # Keras 1 had other names for some: ``fit_generator(…, nb_epoch=2)``.
    former = {
        a.name: ARGUMENTS[a.name]
        for a in call.arguments
        if a.name in ARGUMENTS and a.name not in OTHER_UNITS and ARGUMENTS[a.name] in taken
    }
    edits = calls.handed_over(source, named, {"generator": "x", **former})
    if edits is None:
        return None
    receiver = receiver_of(call)
    if receiver is not None and not call.context.target.is_keras2(receiver.api):
        for argument in filter(partial(may_be_bare_iterator, call), passed(call)):
            edits += calls.as_generator(argument.place, source)
        for places in _lists(call):
            edits += calls.as_tuples(places, source) or ()
    return Edit(source.span(call.name_place), new), *edits


def _lists(call: Call) -> list[tuple[Place, ...]]:
    """The lists that a generator of the program gives, and that have to be tuples by now."""
    given = (only(argument.value) for argument in passed(call))
    wrong = [g for g in given if isinstance(g, Batches)]
    return [g.lists for g in wrong if call.context.target.tensorflow or not g.inside]


def _parameters(method: str, views: int) -> tuple[str, ...]:
    found = releases.signature(f"keras.Model.{method}", views)
    return tuple(p.name for p in found or ())


def _around(call: Call, before: str, behind: str, source: Source) -> tuple[Edit, ...] | None:
    if before.startswith("np.") and "import numpy as np" not in source.text:
        return None
    span = source.span(call.place)
    return (
        Edit.insert(span.start, before),
        Edit(source.span(call.name_place), "predict"),
        Edit.insert(span.end, behind),
    )

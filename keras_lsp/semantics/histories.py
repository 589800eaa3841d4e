"""Histories: what ``fit`` returns, and what is known of the keys of its dict.

Never learns which key is read.
"""

from __future__ import annotations

from keras_lsp.semantics.effects import given
from keras_lsp.semantics.events import Argument, History
from keras_lsp.semantics.phases import Family, Object
from keras_lsp.semantics.situation import Model
from keras_lsp.semantics.state import State
from keras_lsp.semantics.texts import listed
from keras_lsp.semantics.values import (
    UNKNOWN,
    BoundMethod,
    Constant,
    Ref,
    Sequence,
    Value,
    constant,
    one,
)

_CHANGING = frozenset({"update", "setdefault", "pop", "popitem", "clear", "__setitem__"})
"""Methods after which a dict has other keys."""
_DATA_AND_EPOCHS = 3


def of_fit(model: Model, ref: Ref, arguments: tuple[Argument, ...], forwarded: bool) -> Object:
    """The ``History`` that ``fit`` returns, with what decides about its keys."""
    compilation = model.phase.compilation
    metrics = UNKNOWN
    if compilation and not compilation.forwarded and not forwarded:
        metrics = compilation.metrics or one(Sequence("list", ()))
    # Layers and losses of the program's own may measure more, and so may callbacks.
    if given(arguments, "callbacks") or not model.plain or model.adds_loss:
        metrics = UNKNOWN
    # So far back each method of training has another argument.
    if any(a.name.isdigit() and int(a.name) > _DATA_AND_EPOCHS for a in arguments):
        metrics = UNKNOWN
    validated = bool(given(arguments, "validation_data") or given(arguments, "validation_split"))
    return Object(
        family=Family.HISTORY,
        type="keras.callbacks.History",
        attributes=(
            ("metrics", metrics),
            ("model", one(ref)),
            ("one_output", one(Constant.of(model.one_output))),
            ("validated", one(Constant.of(validated))),
        ),
        api=model.api,
    )


def seen(ref: Ref, thing: Object) -> History:
    """A history as rules see it."""
    validated = constant(thing.attribute("validated") or UNKNOWN)
    return History(
        fit=ref.id.site,
        keys=None,
        metrics=listed(thing.attribute("metrics") or UNKNOWN),
        validated=validated if isinstance(validated, bool) else None,
        one_output=constant(thing.attribute("one_output") or UNKNOWN) is True,
    )


def dict_of(ref: Ref) -> Value:
    """``history.history``, and the view of its keys."""
    return one(BoundMethod(ref, "history"))


def of_dict(state: State | None, ref: Ref, method: str) -> Value:
    """A method of ``history.history``."""
    if method in _CHANGING and state is not None:
        forget_keys(state, dict_of(ref))
    return one(BoundMethod(ref, method)) if method == "keys" else UNKNOWN


def forget_keys(state: State, value: Value) -> None:
    """The program writes into the dict of a history, or asks it which keys there are."""
    for atom in value:
        if isinstance(atom, BoundMethod) and isinstance(atom.receiver, Ref):
            thing = state.object(atom.receiver)
            if thing is not None and thing.family is Family.HISTORY:
                state.store(atom.receiver, thing.with_attribute("metrics", UNKNOWN))

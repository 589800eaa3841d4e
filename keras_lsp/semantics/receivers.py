"""Receivers: the Keras object that a method is certainly called on, and what it refuses.

Never follows an object of the program's own classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keras_lsp.catalog.arguments import Gone, gone, later
from keras_lsp.semantics.events import Argument, AttributeChange, AttributeUse, Call
from keras_lsp.semantics.phases import Family
from keras_lsp.semantics.situation import Context
from keras_lsp.semantics.typed import Typed
from keras_lsp.semantics.values import Class, Ref, only


@dataclass(frozen=True, slots=True)
class Receiver:
    """An object of Keras's own classes."""

    family: Family
    type: str
    api: str


def receiver_of(call: Call) -> Receiver | None:
    """What a method is called on; ``None`` for an object of the program's own classes."""
    if not call.method:
        return None
    if call.models:
        apis = {m.api for m in call.models}
        if any(m.user_class for m in call.models) or len(apis) != 1:
            return None
        return _receiver(Family.MODEL, call.models[0].type, apis.pop(), call.context)
    atom = only(call.receiver_value)
    if isinstance(atom, Typed):
        return _receiver(Family.MODEL, atom.type, atom.api, call.context)
    thing = call.object(atom.id) if isinstance(atom, Ref) else None
    if thing is None or any(isinstance(origin, Class) for origin in thing.origin):
        return None
    return _receiver(thing.family, thing.type, thing.api, call.context)


def owner_of(use: AttributeUse | AttributeChange) -> Receiver | None:
    """What an attribute that the program has not set itself is read from, or set on."""
    atom = only(use.value if isinstance(use, AttributeUse) else use.receiver_value)
    thing = dict(use.objects).get(atom.id) if isinstance(atom, Ref) else None
    if thing is None or any(isinstance(origin, Class) for origin in thing.origin):
        return None
    if thing.attribute(use.attribute) is not None:
        return None
    return _receiver(thing.family, thing.type, thing.api, use.context)


def _receiver(family: Family, type: str, api: str, context: Context) -> Receiver:
    # Under Keras 2 all models are those of the package that programs call ``keras``.
    return Receiver(family, type, "keras" if context.target.keras2 else api)


def refused(call: Call) -> Iterator[tuple[Argument, Gone, str]]:
    """Arguments that an older release took and the target refuses, and who refuses them."""
    for argument, (owner, method, api) in _named(call):
        found = gone(owner, method, argument.name, api, call.context.target)
        if found is not None:
            yield argument, found, method or owner.rpartition(".")[2]


def too_new(call: Call) -> Iterator[tuple[Argument, str, str, str]]:
    """Arguments that the oldest release meant does not take yet: since when, whose, its package."""
    for argument, (owner, method, api) in _named(call):
        since = later(owner, method, argument.name, api, call.context.target)
        if since is not None:
            yield argument, since, method or owner.rpartition(".")[2], api


def _named(call: Call) -> Iterator[tuple[Argument, tuple[str, str, str]]]:
    """Arguments given by name, with the class or function, the method and the package."""
    named = [a for a in call.arguments if a.written and a.name.isidentifier()]
    if not named or call.context.expected:
        return
    receiver = receiver_of(call)
    owner, method, api = call.symbol, "", call.api
    if receiver is not None and receiver.family is Family.MODEL:
        owner = receiver.type if receiver.type == "keras.Sequential" else "keras.Model"
        method, api = call.method, receiver.api
    if not owner:
        return
    for argument in named:
        yield argument, (owner, method, api)

"""Owners: which model an optimizer belongs to, once it has trained one.

Never judges; where the models may have all variables in common, there is no answer.
"""

from __future__ import annotations

import re

from keras_lsp.semantics.phases import NO, Family, Object
from keras_lsp.semantics.state import State
from keras_lsp.semantics.values import (
    EMPTY,
    UNKNOWN,
    ObjectId,
    Ref,
    Value,
    join,
    one,
    only,
    reachable,
)

OF_A_NAME = "keras.Optimizer"
"""The type of an optimizer of which nobody knows more than that ``compile`` made it."""

_WITH_WEIGHTS = re.compile(
    r"keras\.layers\.(Dense|\w*Conv\w+|LSTM|GRU|SimpleRNN|Embedding|BatchNormalization|"
    r"LayerNormalization|MultiHeadAttention)|keras\.applications\.\w+"
)


def trained_with(optimizer: Object, model: Ref, thing: Object) -> Object:
    """The optimizer after it has trained a model: tied to the variables of the first one.

    A model that is frozen, as a whole or in part, may have left it as it was.
    """
    certain = thing.phase is not None and thing.phase.frozen is NO and not thing.escaped
    owner = one(model) if certain else UNKNOWN
    return optimizer.with_attribute("owner", join(optimizer.attribute("owner") or EMPTY, owner))


def touched(optimizer: Object) -> Object:
    """The optimizer after a call of one of its methods: ``build`` ties it to anything."""
    return optimizer.with_attribute("owner", UNKNOWN)


def stranger(state: State, id: ObjectId, thing: Object, optimizer: Object) -> bool:
    """Whether the optimizer is certainly tied to a model that lacks variables of this one."""
    owner = only(optimizer.attribute("owner") or EMPTY)
    if not isinstance(owner, Ref) or owner.id == id or optimizer.escaped:
        return False
    if optimizer.type == OF_A_NAME:
        # Each ``compile`` makes another one.
        return False
    if thing.phase is None or thing.phase.frozen is not NO:
        return False
    new = _parts(state, id) - _parts(state, owner.id)
    return any(has_weights(state.at(part)) for part in new)


def _parts(state: State, id: ObjectId) -> frozenset[ObjectId]:
    """A model and all that it may be made of, through any depth."""
    pending, found = [id], set[ObjectId]()
    while pending:
        current = pending.pop()
        thing = state.at(current)
        if current in found or thing is None:
            continue
        found.add(current)
        pending.extend(thing.parts)
        for value in _held(thing):
            pending.extend(ref.id for ref in reachable(value))
    return frozenset(found)


def _held(thing: Object) -> list[Value]:
    """What the parts of a model do not tell: of its own models Keras knows them all."""
    told = thing.family is Family.MODEL and not thing.origin_class
    given = () if told else thing.arguments
    return [value for _, value in (*thing.attributes, *given)]


def has_weights(thing: Object | None) -> bool:
    """Whether a layer certainly has weights that training changes."""
    return (
        thing is not None
        and thing.family in (Family.LAYER, Family.MODEL)
        and _WITH_WEIGHTS.fullmatch(thing.type) is not None
        and thing.argument("trainable") is None
    )

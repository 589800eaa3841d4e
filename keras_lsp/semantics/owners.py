"""Owners: which model an optimizer belongs to, once it has trained one.

Never judges; where another model may have variables in common, there is no answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from keras_lsp.semantics.phases import NO, Family, Object
from keras_lsp.semantics.state import State
from keras_lsp.semantics.values import ObjectId, Ref, Value, is_unknown, one, only, reachable

_WITH_WEIGHTS = ("Dense", "Conv", "LSTM", "GRU", "SimpleRNN", "Embedding", "BatchNormalization",
                 "SeparableConv", "DepthwiseConv", "MultiHeadAttention")  # fmt: skip


def owner_of(trained: Ref, thing: Object) -> Value:
    """What training with an optimizer makes its owner; ``EMPTY`` parts are not guessed.

    A model that is frozen, as a whole or in part, may have left the optimizer unbuilt.
    """
    certain = thing.phase is not None and thing.phase.frozen is NO and not thing.escaped
    return one(trained) if certain else frozenset()


def stranger(state: State, id: ObjectId, thing: Object, optimizer: Object | None) -> bool:
    """Whether the optimizer has certainly been tied to a model without all variables of this."""
    if optimizer is None or optimizer.escaped or thing.phase is None:
        return False
    owner = only(optimizer.attribute("owner") or frozenset())
    if not isinstance(owner, Ref) or owner.id == id or thing.phase.frozen is not NO:
        return False
    mine, certain = _closure(state, id)
    theirs, _ = _closure(state, owner.id)
    new = mine - theirs
    if any(_has_weights(state.heap.get(part)) for part in new):
        return True
    return certain and not mine & theirs and bool(thing.origin_class or thing.type == _STORED)

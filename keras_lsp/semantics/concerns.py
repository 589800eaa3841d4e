"""Concerns: whether a call has to do with Keras at all, so that an event tells of it.

A cheap look before the dear one; never learns what the call does.
"""

from __future__ import annotations

from keras_lsp.semantics.events import Argument
from keras_lsp.semantics.purity import leaves_models_alone
from keras_lsp.semantics.symbolic import is_symbolic
from keras_lsp.semantics.typed import Typed
from keras_lsp.semantics.values import (
    Atom,
    BoundMethod,
    Class,
    External,
    Function,
    Part,
    Ref,
    Super,
    Symbol,
    Value,
    reachable,
)


def is_told(function: Value) -> bool:
    """Whether a call has to do with Keras, whatever it is given."""
    for atom in function:
        if isinstance(atom, (Symbol, Function, Class, Ref, Part)):
            return True
        if isinstance(atom, BoundMethod) and isinstance(atom.receiver, (Ref, Symbol, Super)):
            return True
        if isinstance(atom, External):
            if not leaves_models_alone(atom.name) or atom.name == "tensorflow.function":
                return True
    return False


def may_concern(
    receiver: Value, function: Value, arguments: tuple[Argument, ...], learning: tuple[Ref, ...]
) -> bool:
    """The same of what it is given."""
    if learning or any(is_op_on_symbol(atom, arguments) for atom in function):
        return True
    if any(isinstance(atom, Typed) for atom in receiver):
        return True
    return any(True for v in (receiver, *(a.value for a in arguments)) for _ in reachable(v))


def is_of_model(atom: Atom) -> bool:
    """A layer of some model, or a model of which only the class is known."""
    return isinstance(atom, (Part, Typed))


def is_op_on_symbol(callee: Atom, arguments: tuple[Argument, ...]) -> bool:
    """Whether a function of TensorFlow is given a tensor without numbers."""
    if not isinstance(callee, External) or not callee.name.startswith("tensorflow."):
        return False
    return any(is_symbolic(a.value) for a in arguments)

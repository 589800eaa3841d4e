"""Gradients: training loops that the program writes itself, and which models they train.

Never learns of losses, nor whether the gradients are right.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from keras_lsp.semantics.events import Argument
from keras_lsp.semantics.phases import MAYBE, NO, YES, Family, Object
from keras_lsp.semantics.state import State
from keras_lsp.semantics.values import UNKNOWN, Atom, Ref, Value, Weights, one, only
from keras_lsp.syntax import Place

TRAINABLE = frozenset({"trainable_variables", "trainable_weights"})
WEIGHTS = TRAINABLE | frozenset({"layers", "weights", "variables"})
"""Attributes of a model through which somebody gets at its weights."""

ASKING = frozenset({"gradient", "jacobian", "batch_jacobian"})
"""Methods by which one asks a tape for gradients."""
APPLYING = frozenset({"apply_gradients", "apply", "minimize"})
"""Methods by which an optimizer changes the weights that it is given."""
_LEARNING = ASKING | APPLYING | {"compute_gradients"}
_NOWHERE = frozenset[ast.AST]()
_PASSING = frozenset({"zip", "list", "tuple"})


def read_to_learn(node: ast.Call) -> frozenset[ast.AST]:
    """Where a call that asks for gradients or applies them reads the weights of a model.

    To read them there is to train the model, not to put other weights in.
    """
    func = node.func
    if not isinstance(func, ast.Attribute) or func.attr not in _LEARNING:
        return _NOWHERE
    given = (*node.args, *(keyword.value for keyword in node.keywords))
    return frozenset(found for argument in given for found in _weights_in(argument))


def _weights_in(node: ast.expr) -> Iterator[ast.AST]:
    if isinstance(node, ast.Attribute) and node.attr in TRAINABLE:
        yield node
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _weights_in(node.left)
        yield from _weights_in(node.right)
    elif (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _PASSING
    ):
        for argument in node.args:
            yield from _weights_in(argument)


def added(left: Value, right: Value) -> Value:
    """``a.trainable_variables + b.trainable_variables``."""
    first, second = only(left), only(right)
    if isinstance(first, Weights) and isinstance(second, Weights):
        return one(Weights(first.models | second.models))
    return UNKNOWN


def passed_on(function: str, arguments: tuple[Argument, ...]) -> Value | None:
    """The weights that ``zip(gradients, weights)`` and ``list(weights)`` hold."""
    if function.removeprefix("builtins.") in _PASSING and arguments:
        last = arguments[-1].value
        return last if isinstance(only(last), Weights) else None
    return None


def learners(
    node: ast.Call, receiver: Value, arguments: tuple[Argument, ...], state: State | None
) -> tuple[Ref, ...]:
    """The models that a call trains with gradients, where that is certain."""
    func = node.func
    if state is None or not isinstance(func, ast.Attribute) or func.attr not in APPLYING:
        return ()
    if func.attr != "apply_gradients" and not _is_optimizer(only(receiver), state):
        return ()
    for argument in arguments:
        weights = only(argument.value)
        if isinstance(weights, Weights):
            return tuple(sorted(weights.models, key=repr))
    return ()


def _is_optimizer(atom: Atom | None, state: State) -> bool:
    thing = state.object(atom) if isinstance(atom, Ref) else None
    return thing is not None and thing.family is Family.OPTIMIZER


def learned(thing: Object, place: Place) -> Object:
    """A model after its weights were changed by gradients.

    Whoever writes such a loop sees the loss of each step: the model may count as looked at.
    """
    phase = thing.phase
    if phase is None:
        return thing
    at = phase.happened("trained", place)
    return thing.with_phase(replace(phase, built=YES, trained=YES, used=MAYBE, empty=NO, at=at))

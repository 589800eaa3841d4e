"""Narrowing: what a test that came out one way says about names.

Never learns more than tests of ``None``, of truth and of counters; other tests say nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from keras_lsp.semantics.state import State
from keras_lsp.semantics.values import (
    Atom,
    Constant,
    Nothing,
    Ref,
    Undefined,
    Unknown,
    Value,
    defined,
    may_be_undefined,
    one,
    only,
)

if TYPE_CHECKING:
    from keras_lsp.semantics.machine import Machine


def narrow(machine: Machine, state: State | None, test: ast.expr, truth: bool) -> State | None:
    """The state in which ``test`` is ``truth``; ``None`` if it certainly is not."""
    if state is None:
        return None
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return narrow(machine, state, test.operand, not truth)
    if isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is truth:
            for value in test.values:
                state = narrow(machine, state, value, truth)
        return state
    if isinstance(test, ast.Call):
        return _has_attribute(machine, state, test) if truth else state
    if isinstance(test, ast.Constant):
        return state if bool(test.value) is truth else None
    if _counted(machine, test) is (not truth):
        return None
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and _is_none(test.comparators[0]):
        if isinstance(test.ops[0], (ast.Is, ast.Eq)):
            return _only_none(machine, state, test.left, truth)
        if isinstance(test.ops[0], (ast.IsNot, ast.NotEq)):
            return _only_none(machine, state, test.left, not truth)
        return state
    if isinstance(test, (ast.Name, ast.Attribute)):
        return _truth(machine, state, test, truth)
    return state


def _counted(machine: Machine, test: ast.expr) -> bool | None:
    """How a test of a loop's counter comes out in this iteration, where that is certain."""
    match test:
        case ast.Compare(ast.Name(id=name), [operator], [ast.Constant(value=number)]):
            pass
        case ast.Name(id=name):
            operator, number = ast.NotEq(), 0
        case _:
            return None
    outcomes = (r.outcome(name, operator, number) for r in reversed(machine.activation.rounds))
    return next((outcome for outcome in outcomes if outcome is not None), None)


def _has_attribute(machine: Machine, state: State, test: ast.Call) -> State | None:
    """``hasattr(self, "model")`` held: it is set, or the path is impossible."""
    if not (isinstance(test.func, ast.Name) and test.func.id == "hasattr" and len(test.args) == 2):
        return state
    owner, name = test.args
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return state
    attribute = ast.Attribute(owner, name.value, ast.Load())
    value = value_of(machine, state, attribute)
    if value is None or not may_be_undefined(value):
        return state
    kept = defined(value)
    if not kept:
        return None
    _set(machine, state, attribute, kept)
    return state


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _only_none(machine: Machine, state: State, node: ast.expr, none: bool) -> State | None:
    def keeps(atom: Atom) -> bool:
        if isinstance(atom, (Unknown, Undefined)):
            return True
        return isinstance(atom, Nothing) is none

    return _keep(machine, state, node, keeps, Nothing() if none else None)


def _truth(machine: Machine, state: State, node: ast.expr, truth: bool) -> State | None:
    def keeps(atom: Atom) -> bool:
        if isinstance(atom, Nothing):
            return not truth
        if isinstance(atom, Constant):
            return bool(atom.value) is truth
        if isinstance(atom, Ref):
            return truth or not _always_true(machine, state, atom)
        return True

    return _keep(machine, state, node, keeps, None)


def _always_true(machine: Machine, state: State, atom: Ref) -> bool:
    thing = state.object(atom)
    return thing is not None and thing.phase is not None


def _keep(
    machine: Machine,
    state: State,
    node: ast.expr,
    keeps: Callable[[Atom], bool],
    instead: Atom | None,
) -> State | None:
    value = value_of(machine, state, node)
    if value is None:
        return state
    kept: Value = frozenset(a for a in value if keeps(a))
    if not kept:
        return None
    if kept == value and not (instead and only(value) == Unknown()):
        return state
    if instead is not None and all(isinstance(a, Unknown) for a in kept):
        kept = one(instead)
    _set(machine, state, node, kept)
    return state


def value_of(machine: Machine, state: State, node: ast.expr) -> Value | None:
    """What a name or an attribute of a known object holds, without telling anybody."""
    if isinstance(node, ast.Name):
        scope = machine.activation.scope
        if scope is None or node.id in scope.locals:
            return state.get(machine.activation.key, node.id)
        return state.get(machine.activation.path, node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = value_of(machine, state, node.value)
        atom = only(owner) if owner else None
        thing = state.object(atom) if isinstance(atom, Ref) else None
        return thing.attribute(node.attr) if thing else None
    return None


def _set(machine: Machine, state: State, node: ast.expr, value: Value) -> None:
    if isinstance(node, ast.Name):
        scope = machine.activation.scope
        local = scope is None or node.id in scope.locals
        state.bind(machine.activation.key if local else machine.activation.path, node.id, value)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = value_of(machine, state, node.value)
        atom = only(owner) if owner else None
        thing = state.object(atom) if isinstance(atom, Ref) else None
        if isinstance(atom, Ref) and thing is not None:
            state.store(atom, thing.with_attribute(node.attr, value))

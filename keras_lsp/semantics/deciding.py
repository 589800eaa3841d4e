"""Deciding: what of an iteration has a say in what happens to the model that it makes.

Never decides whether that is meant, and never looks at how the model itself is made.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from keras_lsp.semantics.definitions import FunctionDefinition, bound_within
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.purity import is_pure
from keras_lsp.semantics.repeating import body_of, is_impure
from keras_lsp.semantics.values import Function
from keras_lsp.semantics.varying import LoopNode, own_nodes
from keras_lsp.syntax.walk import names_in, walk

if TYPE_CHECKING:
    from keras_lsp.semantics.machine import Machine


def decides(
    machine: Machine, node: LoopNode, calls: Iterable[Call], varying: frozenset[str]
) -> bool:
    """Whether one of these names, or what is new each time, gets to what is done to the model.

    ``calls`` are those that concern the model, in the loop's body or below it.
    """
    calls = tuple(calls)
    own = [call for call in calls if call.context.calls == machine.calls]
    if any(a.names & varying for call in own for a in call.arguments):
        return True
    if any(is_impure(a.text) for call in own if not call.learners for a in call.arguments):
        return True
    learning = [call for call in own if call.learners]
    if any(call.receiver.partition(".")[0] in varying for call in learning):
        return True
    if learning and _computed_from(node, learning) & varying:
        return True
    depth = len(machine.calls)
    sites = {c.context.calls[depth] for c in calls if len(c.context.calls) > depth}
    return any(
        _given(machine, part, varying)
        for part in own_nodes(node.body)
        if isinstance(part, ast.Call) and machine.place(part) in sites
    )


def _computed_from(node: LoopNode, learning: list[Call]) -> frozenset[str]:
    """The names that the body computes the applied gradients from, through any number of steps."""
    wanted = frozenset(n for call in learning for a in call.arguments for n in a.names)
    before = frozenset[str]()
    while wanted != before:
        before = wanted
        for part in own_nodes(node.body):
            for targets, value in _steps(part):
                if bound_within(*targets) & wanted:
                    wanted |= names_in(value)
    return wanted


def _steps(part: ast.AST) -> Iterator[tuple[list[ast.expr], ast.expr]]:
    if isinstance(part, ast.Assign):
        yield part.targets, part.value
    elif isinstance(part, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and part.value is not None:
        yield [part.target], part.value
    elif isinstance(part, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield [part.target], part.iter


def _given(machine: Machine, call: ast.Call, varying: frozenset[str]) -> bool:
    """A function of the program that works on the model is given, or reads, what varies."""
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    if any(names_in(argument) & varying or not is_pure(argument) for argument in given):
        return True
    return isinstance(call.func, ast.Name) and any(
        bool(_read(machine, atom.definition, frozenset()) & varying)
        for atom in machine.lookup(call.func.id)
        if isinstance(atom, Function)
    )


def _read(
    machine: Machine, definition: FunctionDefinition, seen: frozenset[FunctionDefinition]
) -> frozenset[str]:
    """The names from outside that a function reads, those that it calls included."""
    if definition in seen:
        return frozenset()
    body = body_of(definition.node)
    found = frozenset[str]().union(*map(names_in, body)) - definition.scope.locals
    called = {n.func.id for part in body for n in walk(part)
              if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}  # fmt: skip
    for name in called & found:
        for atom in machine.lookup(name):
            if isinstance(atom, Function):
                found |= _read(machine, atom.definition, seen | {definition})
    return found

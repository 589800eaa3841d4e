"""Tapes: what ``tf.GradientTape`` blocks record, and what is asked of them afterwards.

Never looks beyond the statements of one block: what reaches them from elsewhere is unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keras_lsp.semantics.computing import computes
from keras_lsp.semantics.definitions import bound_within
from keras_lsp.semantics.facts import GradientAsked, Recorded, Unrecorded
from keras_lsp.semantics.gradients import ASKING, TRAINABLE
from keras_lsp.semantics.values import Constant, External, Result, Symbol
from keras_lsp.syntax.walk import names_in, walk

if TYPE_CHECKING:
    from keras_lsp.semantics.machine import Machine

_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr)


@dataclass(frozen=True, slots=True)
class _Block:
    """A ``with`` that records, among the statements around it."""

    machine: Machine
    node: ast.With
    statements: list[ast.stmt]

    @property
    def before(self) -> list[ast.stmt]:
        return self.statements[: self.statements.index(self.node)]

    @property
    def after(self) -> list[ast.stmt]:
        return self.statements[self.statements.index(self.node) + 1 :]


def recorded(machine: Machine, node: ast.With, statements: list[ast.stmt]) -> Iterator[Recorded]:
    """The tapes that a ``with`` opens, with what the statements behind it ask of them."""
    block = _Block(machine, node, statements)
    for item in node.items:
        call, name = item.context_expr, item.optional_vars
        if isinstance(call, ast.Call) and isinstance(name, ast.Name) and _is_tape(machine, call):
            yield Recorded(
                place=machine.place(call),
                block=machine.place(node),
                context=machine.context(),
                name=name.id,
                persistent=bool(call.args or call.keywords),
                asked=tuple(_asked(block, name.id)),
            )


def _is_tape(machine: Machine, call: ast.Call) -> bool:
    with machine.quietly():
        callee = machine.evaluate(call.func)
    return {getattr(atom, "name", "") for atom in callee} == {"tensorflow.GradientTape"}


def _asked(block: _Block, tape: str) -> Iterator[GradientAsked]:
    for index, statement in enumerate(block.after):
        if tape not in names_in(statement):
            continue
        calls = [node for node in walk(statement) if _asks(node, tape)]
        mentions = sum(isinstance(n, ast.Name) and n.id == tape for n in walk(statement))
        if not isinstance(statement, (*_SIMPLE, ast.Return)) or mentions != len(calls):
            # It is handed on, deleted or recording again.
            return
        for call in sorted(calls, key=lambda c: (c.lineno, c.col_offset)):  # type: ignore[attr-defined]
            assert isinstance(call, ast.Call)
            yield GradientAsked(
                place=block.machine.place(call),
                unrecorded=_unrecorded(block, call, block.after[:index]),
            )


def _asks(node: ast.AST, tape: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ASKING
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == tape
    )


def _unrecorded(block: _Block, call: ast.Call, between: list[ast.stmt]) -> Unrecorded | None:
    """The step on the way from a model's weights to the target that the tape did not see."""
    weights = _argument(call, 1, "sources")
    target = _argument(call, 0, "target")
    if len(call.args) + len(call.keywords) != 2 or target is None:
        # It may be asked for zeros instead.
        return None
    if not isinstance(weights, ast.Attribute) or weights.attr not in TRAINABLE:
        return None
    if not isinstance(target, ast.Name):
        return _step(block, target, "loss", None) if computes(block.machine, target) else None
    made = _reaching(between, target.id)
    if made is None and target.id in bound_within(block.node):
        return _forward(block, ast.unparse(weights.value))
    made = made or _reaching(block.before, target.id)
    if not isinstance(made, ast.Assign) or not computes(block.machine, made.value):
        return None
    return _step(block, made.value, "loss", made)


def _forward(block: _Block, model: str) -> Unrecorded | None:
    """The call of the model, where it stands in front of the block and nothing else leads to it."""
    body = block.node.body
    root = model.partition(".")[0]
    own = bound_within(*body)
    calls = [n for statement in body for n in walk(statement) if isinstance(n, ast.Call)]
    if not all(computes(block.machine, call, models=False) for call in calls):
        return None
    callees = {node for call in calls for node in walk(call.func)}
    nodes = [node for statement in body for node in walk(statement)]
    owners = {node.value for node in nodes if isinstance(node, ast.Attribute)}
    found = None
    for node in nodes:
        if isinstance(node, ast.expr) and node not in callees and ast.unparse(node) == model:
            return None
        if not isinstance(node, ast.Name) or node in callees or node.id in own:
            continue
        if node in owners:
            # Who knows what it holds.
            return None
        made = _reaching(block.before, node.id)
        if isinstance(made, ast.Assign) and _is_call_of(made.value, model):
            found = made
        elif (made is None and not _is_given(block.machine, node.id)) or (
            made is not None and root in names_in(made)
        ):
            return None
    return _step(block, found.value, "forward", found) if found is not None else None


def _is_call_of(node: ast.expr, model: str) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == model


def _is_given(machine: Machine, name: str) -> bool:
    """A parameter, what a loop runs over, a literal or something of other packages."""
    definition = machine.activation.definition
    if definition is not None and name in definition.parameters:
        return True
    if any(name in loop.targets for loop in machine.loops):
        return True
    value = machine.lookup(name)
    return bool(value) and all(isinstance(a, (Constant, External, Symbol, Result)) for a in value)


def _step(block: _Block, node: ast.expr, kind: str, statement: ast.Assign | None) -> Unrecorded:
    place = block.machine.place
    whole = place(statement) if statement is not None else None
    return Unrecorded(kind, place(node), whole)


def _reaching(statements: list[ast.stmt], name: str) -> ast.stmt | None:
    """The last statement that binds a name."""
    return next((s for s in reversed(statements) if name in bound_within(s)), None)


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    named = next((k.value for k in call.keywords if k.arg == name), None)
    return call.args[position] if len(call.args) > position else named

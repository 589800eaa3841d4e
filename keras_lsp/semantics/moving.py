"""Moving: which statements of a loop's body would go with the model that is built there.

Never edits anything, and never decides whether they should go.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from keras_lsp.semantics.definitions import bound_within
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.purity import is_pure
from keras_lsp.syntax import Place
from keras_lsp.syntax.walk import names_in

if TYPE_CHECKING:
    from keras_lsp.semantics.machine import Machine


def parts_of(
    machine: Machine,
    body: list[ast.stmt],
    moved: list[Place],
    neutral: frozenset[ast.AST],
    varying: frozenset[str],
) -> tuple[Place, ...]:
    """The other statements that make what the model is made of, and nothing that varies."""
    nodes = [part for part in body if machine.place(part) in moved]
    if not nodes:
        return ()
    wanted = frozenset[str]().union(*map(names_in, nodes))
    found: list[Place] = []
    for part in reversed(body[: body.index(nodes[-1])]):
        if part in nodes:
            continue
        bound = bound_within(part)
        if bound & wanted and not bound & varying and _only_makes(part, neutral):
            found.insert(0, machine.place(part))
            wanted |= names_in(part)
    return tuple(found)


def optimizers_of(
    machine: Machine, body: list[ast.stmt], calls: Iterable[Call], varying: frozenset[str]
) -> Iterator[Place]:
    """The statements that make the optimizers by which the program itself applies gradients."""
    names = {call.receiver for call in calls if call.learners}
    for part in body:
        match part:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value):
                if name in names and is_pure(value) and not names_in(value) & varying:
                    yield machine.place(part)


def _only_makes(part: ast.stmt, neutral: frozenset[ast.AST]) -> bool:
    """A statement binds what pure calls make, perhaps in a loop or under a condition."""
    if isinstance(part, (ast.For, ast.If)):
        return all(_only_makes(inner, neutral) for inner in (*part.body, *part.orelse))
    return isinstance(part, ast.Assign) and (is_pure(part.value) or part.value in neutral)


def to_move(machine: Machine, body: list[ast.stmt], place: Place, name: str) -> Place:
    """What to move for a call that builds the model up: all of the loop that only does so."""
    for part in body:
        if isinstance(part, (ast.For, ast.If)) and _only_builds(part, name):
            whole = machine.place(part)
            if whole.line <= place.line and place.end_line <= whole.end_line:
                return whole
    return place


def _only_builds(part: ast.stmt, name: str) -> bool:
    if isinstance(part, (ast.For, ast.If)):
        return all(_only_builds(inner, name) for inner in (*part.body, *part.orelse))
    func = part.value.func if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) else 0
    return (
        isinstance(func, ast.Attribute)
        and func.attr in ("add", "build")
        and isinstance(func.value, ast.Name)
        and func.value.id == name
    )

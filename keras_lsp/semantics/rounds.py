"""Rounds: what is known of the iteration that a loop is in, its first one or a later one.

Never runs a loop, and knows no other numbers than those that it counts by.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from keras_lsp.semantics.situation import Loop
from keras_lsp.semantics.varying import LoopNode
from keras_lsp.syntax.walk import NO_NAMES

_WRAPPERS = frozenset({"tqdm", "list", "progressbar"})


@dataclass(slots=True)
class Round:
    """One iteration, or all the later ones together, of a loop that a body runs."""

    loop: Loop
    counter: str = ""
    """The name that counts the iterations upwards, where the body leaves it alone."""
    least: int = 0
    """Its number in the first iteration, or the least one in the later ones."""
    passed: frozenset[str] = NO_NAMES
    """What the tests mention by which this iteration may have ended."""

    def leaves_open(self, name: str, guards: frozenset[str]) -> bool:
        """Whether this may not be the first iteration that comes as far as here.

        Where a test of what changes with the iterations leads here, an iteration before may have
        bound the name, though the first one that is run does not.
        """
        loop = self.loop
        if not loop.first or name not in loop.bound:
            return False
        return bool((guards | self.passed) & {*loop.targets, *loop.varying, *loop.bound})

    def outcome(self, name: str, operator: ast.cmpop, number: object) -> bool | None:
        """How a comparison of the counter with a number comes out, where that is certain."""
        if name != self.counter or type(number) is not int:
            return None
        if self.loop.first:
            return _compared(self.least, operator, number)
        # Any number from the least one on: only what holds for all of them is certain.
        match operator:
            case ast.Eq() | ast.LtE() if number < self.least:
                return False
            case ast.Lt() if number <= self.least:
                return False
            case ast.NotEq() | ast.Gt() if number < self.least:
                return True
            case ast.GtE() if number <= self.least:
                return True
        return None


def begun(node: LoopNode, loop: Loop) -> Round:
    """The round of a loop that begins."""
    name, start, step = _counting(node)
    if not name or name in loop.bound:
        return Round(loop)
    return Round(loop, name, start if loop.first else start + step)


def _counting(node: LoopNode) -> tuple[str, int, int]:
    """The name that counts, where it begins and by how much it grows; or no name."""
    if isinstance(node, ast.While):
        return "", 0, 1
    call, target = node.iter, node.target
    while isinstance(call, ast.Call) and call.args and _called(call) in _WRAPPERS:
        call = call.args[0]
    if not isinstance(call, ast.Call):
        return "", 0, 1
    numbers = [_number(argument) for argument in call.args]
    match _called(call), target:
        case "range" | "trange", ast.Name(id=name) if numbers and not call.keywords:
            start = 0 if len(numbers) == 1 else numbers[0]
            step = numbers[2] if len(numbers) == 3 else 1
        case "enumerate", ast.Tuple(elts=[ast.Name(id=name), _]) if numbers:
            given = [_number(k.value) for k in call.keywords]
            start, step = (*numbers[1:], *given, 0)[0], 1
        case _:
            return "", 0, 1
    if start is None or step is None or step < 1:
        return "", 0, 1
    return name, start, step


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _number(node: ast.expr) -> int | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if type(value) is int else None


def _compared(left: int, operator: ast.cmpop, right: int) -> bool | None:
    match operator:
        case ast.Eq():
            return left == right
        case ast.NotEq():
            return left != right
        case ast.Lt():
            return left < right
        case ast.LtE():
            return left <= right
        case ast.Gt():
            return left > right
        case ast.GtE():
            return left >= right
    return None

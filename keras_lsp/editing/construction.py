"""Constructions: the statements of one block that make a thing and build it up.

Never learns of Keras: it is told which calls make parts, and that ``add`` builds up.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass

from keras_lsp.editing.statements import Located, locate, names_bound, names_read, node_span
from keras_lsp.syntax import Source
from keras_lsp.text import Span

BUILDS_UP = ("add", "compile", "build")


@dataclass(frozen=True, slots=True)
class Construction:
    """The binding of the thing, the statements that make its parts, and what builds it up."""

    located: Located
    """The statement that binds it."""
    target: ast.expr
    before: tuple[ast.stmt, ...]
    after: tuple[ast.stmt, ...]
    """Those of the same block, other statements may stand between."""
    is_plain: bool
    """The thing and its parts are made by nothing but calls that make parts."""

    @property
    def nodes(self) -> tuple[ast.stmt, ...]:
        return (*self.before, self.located.node, *self.after)


def construction(source: Source, binding: Span, parts: Collection[Span]) -> Construction | None:
    """The construction that a statement belongs to; ``parts`` are calls that make parts.

    ``None`` where the statement does not bind one name, or one attribute, to a call.
    """
    located = locate(source, binding)
    node = located.node if located else None
    if located is None or not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return None
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if len(targets) != 1 or not isinstance(node.value, ast.Call):
        return None
    if not isinstance(targets[0], (ast.Name, ast.Attribute)):
        return None
    makers = Makers(source, located.block, parts)
    before: list[ast.stmt] = []
    wanted = set(names_read(node.value))
    for other in reversed(located.block[: located.index]):
        bound = names_bound(other)
        if not bound & wanted:
            continue
        # Whoever does anything else hands it over finished.
        wanted -= bound
        value = makers.value_of(other)
        if value is not None:
            before.insert(0, other)
            wanted |= names_read(value)
    after = [n for n in located.block[located.index + 1 :] if builds_up(n, targets[0])]
    plain = makers.is_part(node.value, node)
    return Construction(located, targets[0], tuple(before), tuple(after), plain)


@dataclass(frozen=True)
class Makers:
    """Tells the statements of a block that do nothing but make parts."""

    source: Source
    block: list[ast.stmt]
    parts: Collection[Span]

    def value_of(self, node: ast.stmt) -> ast.expr | None:
        """What a statement binds, where this is a part and nothing else happens."""
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            return None
        target = node.targets[0]
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        if not all(isinstance(n, ast.Name) for n in names):
            return None
        return node.value if self.is_part(node.value, node) else None

    def is_part(self, value: ast.expr, node: ast.stmt) -> bool:
        """Only parts are made and put together."""
        calls = [n for n in ast.walk(value) if isinstance(n, ast.Call)]
        if not all(self._makes(call) for call in calls):
            return False
        if any(isinstance(n, (ast.NamedExpr, ast.Await, ast.Yield)) for n in ast.walk(value)):
            return False
        return bool(calls) or any(self._is_made(name, node) for name in names_read(value))

    def _makes(self, call: ast.Call) -> bool:
        if isinstance(call.func, ast.Call) or node_span(self.source, call) in self.parts:
            return True
        return isinstance(call.func, ast.Name) and self._is_made(call.func.id, None)

    def _is_made(self, name: str, before: ast.stmt | None) -> bool:
        """The block binds the name to a part, in front of a statement."""
        until = self.block.index(before) if before is not None else len(self.block)
        return any(
            isinstance(n, ast.Assign)
            and name in names_bound(n)
            and any(node_span(self.source, c) in self.parts for c in _calls(n.value))
            for n in self.block[:until]
        )


def builds_up_throughout(node: ast.stmt, target: ast.expr) -> bool:
    """The same, also in a loop or under a condition, where nothing else happens."""
    if isinstance(node, (ast.For, ast.If)):
        return all(builds_up_throughout(part, target) for part in (*node.body, *node.orelse))
    return builds_up(node, target)


def _calls(value: ast.expr) -> list[ast.Call]:
    return [n for n in ast.walk(value) if isinstance(n, ast.Call)]


def builds_up(node: ast.stmt, target: ast.expr) -> bool:
    """``model.add(…)``, ``model.compile(…)`` as a statement of its own."""
    call = node.value if isinstance(node, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in BUILDS_UP
        and ast.unparse(call.func.value) == ast.unparse(target)
    )

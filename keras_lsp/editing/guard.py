"""Guards: a clear error at the head of a method that needs an attribute.

Never learns of Keras; any attribute will do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from keras_lsp.editing.selfmodel import FUNCTIONS, Method, self_name
from keras_lsp.editing.statements import insert_above, locate, unit
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span

RUNS_ON = (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)
"""Statements whose body counts as reached."""
SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)
LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Yield, ast.YieldFrom)


def guard(source: Source, read: Span, attribute: str) -> tuple[Edit, ...] | None:
    """``if self.attribute is None: raise`` at the head of the method around ``read``.

    Refused where something in front of the first use may set the attribute, or where the
    use is not reached each time.
    """
    found = locate(source, read)
    around = (*found.parents, found.node) if found else ()
    methods = [p for p in around if isinstance(p, FUNCTIONS)]
    if len(methods) != 1:
        return None
    method = methods[0]
    me = self_name(method)
    body = list(method.body)
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if me is None or not body or body[0].lineno == method.lineno:
        return None
    if any(_is_attribute(n, me, attribute, ast.Store) for n in ast.walk(method)):
        return None
    owner = next((p for p in reversed(around) if isinstance(p, ast.ClassDef)), None)
    if owner is None or method not in owner.body:
        return None
    if not _is_reached(body, me, attribute, _harmless(owner, attribute)):
        return None
    text = (
        f"if {me}.{attribute} is None:\n"
        f'{unit(source)}raise ValueError("`{attribute}` is not built yet")'
    )
    return (insert_above(source, body[0], text),)


def _is_reached(body: list[ast.stmt], me: str, attribute: str, harmless: set[str]) -> bool:
    """The first statement that uses the attribute does so, and nothing before it may set it."""

    def used(nodes: Iterable[ast.AST]) -> bool:
        return any(_is_attribute(n, me, attribute, ast.Load) for n in nodes)

    for statement in body:
        parts: list[ast.AST] = [statement]
        if isinstance(statement, RUNS_ON):
            parts = [n for n in ast.iter_child_nodes(statement) if not isinstance(n, ast.stmt)]
        elif isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            continue
        if _hands_over(parts, me, harmless):
            return False
        if used(n for p in parts for n in ast.walk(p)):
            return isinstance(statement, (*SIMPLE, *RUNS_ON)) and used(_certain(parts))
        if isinstance(statement, RUNS_ON) and used(ast.walk(statement)):
            return _is_reached(statement.body, me, attribute, harmless)
        if _hands_over([statement], me, harmless):
            return False
        if any(isinstance(n, LEAVES) for n in ast.walk(statement)):
            return False
    return False


def _certain(parts: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of expressions that are evaluated whatever the others give."""
    pending = list(parts)
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.IfExp):
            pending.append(node.test)
        elif isinstance(node, ast.BoolOp):
            pending.append(node.values[0])
        elif not isinstance(node, ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))


def _harmless(owner: ast.ClassDef, attribute: str) -> set[str]:
    """The methods of a class that certainly leave the attribute alone."""
    methods = {m.name: m for m in owner.body if isinstance(m, FUNCTIONS)}
    found = {
        name
        for name, method in methods.items()
        if not any(
            isinstance(n, ast.Attribute) and n.attr == attribute and isinstance(n.ctx, ast.Store)
            for n in ast.walk(method)
        )
    }
    while True:
        kept = {n for n in found if _keeps(methods[n], found)}
        if kept == found:
            return found
        found = kept


def _keeps(method: Method, harmless: set[str]) -> bool:
    return not _hands_over(method.body, self_name(method), harmless)


def _hands_over(parts: Iterable[ast.AST], me: str | None, harmless: set[str]) -> bool:
    """The instance is passed on, or one of its methods called that may set the attribute."""
    for part in parts:
        receivers: set[ast.AST] = set()
        for node in ast.walk(part):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                receivers.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = node.func
                if isinstance(called.value, ast.Name) and called.value.id == me:
                    if called.attr not in harmless:
                        return True
        for node in ast.walk(part):
            if isinstance(node, ast.Name) and node.id in (me, "super") and node not in receivers:
                return True
    return False


def _is_attribute(node: ast.AST, me: str, attribute: str, context: type) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == attribute
        and isinstance(node.ctx, context)
        and isinstance(node.value, ast.Name)
        and node.value.id == me
    )

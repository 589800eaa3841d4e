"""Decorators: an import left out together with the decorators that it is there for.

Never learns what they did.
"""

from __future__ import annotations

import ast

from keras_lsp.editing.statements import delete, locate
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span


def leave_out(source: Source, statement: Span) -> tuple[Edit, ...] | None:
    """``None`` where something else than a decorator reads what the import brings."""
    located = locate(source, statement)
    if located is None or not isinstance(located.node, ast.ImportFrom):
        return None
    bound = {alias.asname or alias.name for alias in located.node.names}
    decorators = [
        decorator
        for node in ast.walk(source.tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for decorator in node.decorator_list
        if _root(decorator) in bound
    ]
    names = sum(isinstance(n, ast.Name) and n.id in bound for n in ast.walk(source.tree))
    removed = delete(source, located)
    if not decorators or names != len(decorators) or removed is None:
        return None
    lines = (Span.of(d.lineno - 1, 0, d.end_lineno or d.lineno, 0) for d in decorators)
    return (*removed, *map(Edit.delete, lines))


def _root(node: ast.expr) -> str | None:
    """``interfaces`` of ``@interfaces.made(by="hand")``."""
    while isinstance(node, (ast.Attribute, ast.Call)):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else None

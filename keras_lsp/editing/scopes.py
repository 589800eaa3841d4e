"""Scopes: which scope a name belongs to.

Never learns of Keras.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from keras_lsp.editing.selfmodel import method_at
from keras_lsp.editing.statements import Located, insert_before
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span


def declare_global(source: Source, binding: Span, name: str) -> tuple[Edit, ...] | None:
    """``global name`` at the head of the function around a binding."""
    function = method_at(source, binding)
    if function is None:
        return None
    parameters = {a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)}
    if name in parameters:
        return None
    body = list(function.body)
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and body[1:]:
        body = body[1:]
    if body[0].lineno == function.lineno:
        return None
    return (insert_before(source, body[0], f"global {name}"),)


SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_NAMED = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar),
)


def scope_of(located: Located) -> ast.AST:
    """The function, class or module that a statement binds its names in."""
    return next((p for p in reversed(located.parents) if isinstance(p, SCOPES)), located.parents[0])


def free_name(scope: ast.AST, candidates: Sequence[str]) -> str | None:
    """The first of some names that nothing in a scope reads or binds."""
    taken = all_names(scope)
    return next((name for name in candidates if name not in taken), None)


def all_names(scope: ast.AST) -> frozenset[str]:
    """Every name that is mentioned in a scope, those of nested ones included."""
    found: set[str] = set()
    for node in ast.walk(scope):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            found.update(node.names)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, _NAMED) and node.name:
            found.add(node.name)
    return frozenset(found)

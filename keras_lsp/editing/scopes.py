"""Scopes: which scope a name belongs to.

Never learns of Keras.
"""

from __future__ import annotations

import ast

from keras_lsp.editing.selfmodel import method_at
from keras_lsp.editing.statements import insert_before
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

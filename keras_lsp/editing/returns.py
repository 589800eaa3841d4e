"""Returns: make a function give back what it has built.

Never learns of Keras.
"""

from __future__ import annotations

import ast

from keras_lsp.editing.statements import (
    indentation,
    insert_after,
    locate,
    newline,
    node_span,
    text_of,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def function_at(source: Source, name: Span) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function whose ``def`` line holds a span."""
    for node in ast.walk(source.tree):
        if isinstance(node, FUNCTIONS) and node.lineno - 1 == name.start.line:
            return node
    return None


def return_local(source: Source, name: Span, local: str) -> tuple[Edit, ...] | None:
    """End the function at ``name`` with ``return local``.

    ``return model.compile(...)`` becomes a statement of its own, with the ``return``
    behind it.  Refused where other paths return something, or the last statement is one
    after which the function does not simply end.
    """
    function = function_at(source, name)
    if function is None:
        return None
    returns = [n for n in _own(function) if isinstance(n, ast.Return)]
    last = function.body[-1]
    if isinstance(last, ast.Return) and returns == [last]:
        if last.value is None:
            return (Edit(node_span(source, last), f"return {local}"),)
        space, end = indentation(source, last), newline(source)
        value = text_of(source, node_span(source, last.value))
        return (Edit(node_span(source, last), f"{value}{end}{space}return {local}"),)
    if returns or isinstance(last, (ast.Raise, ast.Pass)):
        return None
    if locate(source, node_span(source, last)) is None:
        return None
    return (insert_after(source, last, f"return {local}"),)


def _own(function: ast.AST) -> list[ast.AST]:
    found, pending = [], list(ast.iter_child_nodes(function))
    while pending:
        node = pending.pop()
        found.append(node)
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(node))
    return found

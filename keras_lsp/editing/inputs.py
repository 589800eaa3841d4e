"""Inputs: an ``Input`` in front of the first layer of a sequential model.

Never learns why the model needs one.
"""

from __future__ import annotations

import ast

from keras_lsp.editing.imports import import_from, keras_root
from keras_lsp.editing.statements import newline, node_span
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span


def input_before(source: Source, layer: Span, arguments: str) -> tuple[Edit, ...] | None:
    """``Input(…)`` before a layer: in the list of a ``Sequential``, or added before it."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and len(node.args) == 1:
            (argument,) = node.args
            if isinstance(argument, ast.List) and argument.elts:
                first = argument.elts[0]
                if node_span(source, first) == layer and _name(node.func) == "Sequential":
                    return _in_list(source, first, arguments)
            elif node_span(source, argument) == layer and _name(node.func) == "add":
                return _added(source, node, argument, arguments)
    return None


def _in_list(source: Source, layer: ast.expr, arguments: str) -> tuple[Edit, ...] | None:
    made, imported = _input(source, layer)
    start = node_span(source, layer).start
    line = source.lines[start.line]
    own_line = not line[: start.column].strip()
    separator = f",{newline(source)}{line[: start.column]}" if own_line else ", "
    return (*imported, Edit.insert(start, f"{made}({arguments}){separator}")) if made else None


def _added(
    source: Source, call: ast.Call, layer: ast.expr, arguments: str
) -> tuple[Edit, ...] | None:
    made, imported = _input(source, layer)
    start = node_span(source, call).start
    line = source.lines[start.line]
    if not made or line[: start.column].strip():
        return None
    add = ast.unparse(call.func)
    text = f"{add}({made}({arguments})){newline(source)}{line[: start.column]}"
    return (*imported, Edit.insert(start, text))


def _input(source: Source, layer: ast.expr) -> tuple[str, tuple[Edit, ...]]:
    """How this file calls ``Input``, from how it calls the layer, and the import that it needs."""
    if not isinstance(layer, ast.Call):
        return "", ()
    if isinstance(layer.func, ast.Attribute):
        home = ast.unparse(layer.func.value)
        return f"{home.removesuffix('.layers')}.Input" if "." in home else f"{home}.Input", ()
    return "Input", import_from(source, f"{keras_root(source)}.layers", "Input") or ()


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""

"""Inputs: an ``Input`` in front of the first layer of a sequential model.

Never learns why the model needs one.
"""

from __future__ import annotations

import ast

from keras_lsp.editing.imports import import_from, keras_root
from keras_lsp.editing.scopes import scope_of
from keras_lsp.editing.statements import locate, newline, node_span
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


_FED = ("fit", "evaluate", "train_on_batch", "test_on_batch")


def input_from_data(source: Source, made: Span) -> tuple[Edit, ...] | None:
    """``Input(x.shape[1:])`` in front of the first layer of the ``Sequential`` made at ``made``.

    ``x`` is the array that it is trained with further down, together with its labels.  ``None``
    where this is no plain name, or one that is bound only below.
    """
    found = locate(source, made)
    node = found.node if found else None
    if found is None or not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None
    scope = scope_of(found)
    receiver = ast.unparse(node.targets[0])
    layer = _first_layer(node.value, found.block[found.index + 1 :], receiver)
    data = _data(scope, receiver)
    if layer is None or data is None or not _is_bound_above(scope, data, node.lineno):
        return None
    return input_before(source, node_span(source, layer), f"{data}.shape[1:]")


def _first_layer(made: ast.expr, below: list[ast.stmt], receiver: str) -> ast.expr | None:
    if not isinstance(made, ast.Call) or len(made.args) > 1 or made.keywords:
        return None
    if made.args:
        (layers,) = made.args
        return layers.elts[0] if isinstance(layers, ast.List) and layers.elts else None
    for node in below:
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and ast.unparse(call.func) == f"{receiver}.add":
            return call.args[0] if len(call.args) == 1 else None
    return None


def _data(scope: ast.AST, receiver: str) -> str | None:
    """What the model is fed with, where its labels come beside it."""
    for node in ast.walk(scope):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _FED
            and ast.unparse(node.func.value) == receiver
            and len(node.args) >= 2
        ):
            return node.args[0].id if isinstance(node.args[0], ast.Name) else None
    return None


def _is_bound_above(scope: ast.AST, name: str, line: int) -> bool:
    bound = [
        n.lineno
        for n in ast.walk(scope)
        if isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)
    ]
    return all(at < line for at in bound)

"""Chains: a list of things becomes calls, each of what the one before gave.

Told which call makes the input and how the parts are called; knows nothing else of Keras.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass

from keras_lsp.editing.calls import without_keyword
from keras_lsp.editing.imports import import_keras_name, known_as
from keras_lsp.editing.layout import expression, joined, with_comment
from keras_lsp.editing.scopes import free_name, scope_of
from keras_lsp.editing.sequence import Items, added, listed, replaced
from keras_lsp.editing.statements import indentation, newline, node_span, text_of
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span

BARE = (ast.Call, ast.Name, ast.Attribute, ast.Subscript)
"""Expressions that can be called without brackets around them."""
SIZED = ("batch_size", "batch_input_shape", "input_length", "dtype")
"""Arguments of a first layer that say more about the input than its shape."""
INPUTS, OUTPUTS = ("inputs", "model_inputs", "input_tensor"), ("x", "hidden", "h")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the calls in the list, and of what else is done to the model."""

    inputs: Collection[Span]
    """The calls that make an input."""
    layers: Collection[Span]
    """The calls that take the shape of an input as a keyword."""
    elsewhere: Collection[Span]
    """Uses of the model that need it to be a ``Sequential``."""


@dataclass(frozen=True, slots=True)
class Names:
    """How the file calls what is needed, and the imports to be added for that."""

    input: str
    model: str
    inputs: str
    output: str
    imports: tuple[Edit, ...]


def as_functional(source: Source, statement: Span, seen: Seen) -> tuple[Edit, ...] | None:
    """``model = Sequential([Input(s), a])`` becomes ``x = a(inputs)``, ``Model(inputs, x)``.

    Refused where the input is not told in the list itself, or no name is free.
    """
    items = listed(source, statement) or added(source, statement)
    if items is None or not isinstance(items.located.node, ast.Assign):
        return None
    if any(k.arg not in ("layers", "name") for k in items.call.keywords):
        return None
    if any(not _within(span, items.lines) for span in seen.elsewhere):
        return None
    first = items.values[0]
    if node_span(source, first) in seen.inputs:
        names = _names(source, items, needs_input=False)
        if names is None or len(items.values) < 2:
            return None
        return (*names.imports, replaced(source, items.lines, _text(source, items, names, "")))
    if not isinstance(first, ast.Call) or node_span(source, first) not in seen.layers:
        return None
    shape = _shape(source, first)
    names = _names(source, items, needs_input=True)
    if shape is None or names is None:
        return None
    keyword, text = shape
    removal = without_keyword(source, first, keyword)
    changed = source.edit([removal]) if removal is not None else None
    if changed is None:
        return None
    start = Span.at(statement.start)
    plain = listed(changed, start) or added(changed, start)
    if plain is None:
        return None
    content = _text(changed, plain, names, text)
    return (*names.imports, replaced(source, items.lines, content))


def _shape(source: Source, layer: ast.Call) -> tuple[str, str] | None:
    """The keyword that tells the shape of the input, and that shape."""
    given = {k.arg: k.value for k in layer.keywords}
    told = [name for name in ("input_shape", "input_dim") if name in given]
    if len(told) != 1 or None in given or any(name in given for name in SIZED):
        return None
    value = given[told[0]]
    if any(isinstance(n, (ast.Call, ast.NamedExpr, ast.Await)) for n in ast.walk(value)):
        return None
    if isinstance(value, ast.Constant) and value.value is None:
        return None
    text = text_of(source, node_span(source, value))
    if "\n" in text or "\r" in text:
        return None
    return told[0], text if told[0] == "input_shape" else f"({text},)"


def _names(source: Source, items: Items, *, needs_input: bool) -> Names | None:
    scope = scope_of(items.located)
    if isinstance(scope, ast.ClassDef):
        return None
    inputs, output = free_name(scope, INPUTS), free_name(scope, OUTPUTS)
    if inputs is None or output is None:
        return None
    imports: list[Edit] = []
    found = []
    for wanted in ("Model", *(["Input"] if needs_input else [])):
        name = known_as(source, wanted)
        if name is None:
            edits = import_keras_name(source, f"keras.{wanted}")
            if not edits or free_name(source.tree, (wanted,)) is None:
                return None
            imports += edits
            name = wanted
        if _is_bound(scope, name):
            return None
        found.append(name)
    return Names(found[-1], found[0], inputs, output, tuple(imports))


def _is_bound(scope: ast.AST, name: str) -> bool:
    """The scope gives the name, or its root, a meaning of its own."""
    root = name.partition(".")[0]
    return any(
        (isinstance(n, ast.Name) and n.id == root and not isinstance(n.ctx, ast.Load))
        or (isinstance(n, ast.arg) and n.arg == root)
        for n in ast.walk(scope)
    )


def _text(source: Source, items: Items, names: Names, shape: str) -> str:
    node = items.located.node
    space, end = indentation(source, node), newline(source)
    lines = [items.opening] if items.opening else []
    text = joined(lines, space, end)
    previous = names.inputs
    values = list(zip(items.values, items.before, items.behind, strict=False))
    if shape:
        text += joined([f"{names.inputs} = {names.input}(shape={shape})"], space, end)
    else:
        value, above, comment = values.pop(0)
        line = f"{names.inputs} = {expression(source, value, space)}"
        text += joined([*above, with_comment(line, comment)], space, end)
    for value, above, comment in values:
        layer = expression(source, value, space)
        called = layer if isinstance(value, BARE) else f"({layer})"
        line = f"{names.output} = {called}({previous})"
        text += joined([*above, with_comment(line, comment)], space, end)
        previous = names.output
    name = text_of(source, node_span(source, items.target))
    rest = f", {items.rest}" if items.rest else ""
    last = f"{name} = {names.model}({names.inputs}, {names.output}{rest})"
    last = with_comment(last, items.closing)
    return text + joined([*items.before[-1], last], space, end)


def _within(span: Span, lines: Span) -> bool:
    return lines.start.line <= span.start.line < lines.end.line

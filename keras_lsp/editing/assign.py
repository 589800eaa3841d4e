"""Assignments: give a result a name, drop a name, rename what a statement binds.

Never learns of Keras.
"""

from __future__ import annotations

import ast

from keras_lsp.editing.statements import (
    Located,
    first_line,
    indentation,
    insert_after,
    insert_before,
    locate,
    newline,
    node_span,
    reindented,
    string_lines,
    text_of,
    unit,
    whole_lines,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span


def keep_result(source: Source, statement: Span, name: str) -> tuple[Edit, ...] | None:
    """``build()`` becomes ``model = build()``."""
    found = locate(source, statement)
    if found is None or not isinstance(found.node, ast.Expr):
        return None
    return (Edit.insert(node_span(source, found.node).start, f"{name} = "),)


def drop_self_target(source: Source, statement: Span) -> tuple[Edit, ...] | None:
    """``model = model.compile()`` becomes ``model.compile()``."""
    found = _own_result(source, statement)
    if found is None:
        return None
    start = node_span(source, found.targets[0]).start
    return (Edit.delete(Span(start, node_span(source, found.value).start)),)


def rename_self_target(source: Source, statement: Span, name: str) -> tuple[Edit, ...] | None:
    """``model = model.fit()`` becomes ``history = model.fit()``; refused where taken."""
    found = _own_result(source, statement)
    located = locate(source, statement)
    if found is None or located is None:
        return None
    if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(_scope(located))):
        return None
    return (Edit(node_span(source, found.targets[0]), name),)


def _own_result(source: Source, statement: Span) -> ast.Assign | None:
    """An assignment to a name of what a method of that very name returns."""
    found = locate(source, statement)
    node = found.node if found else None
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None
    call = node.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    same = ast.unparse(call.func.value) == ast.unparse(node.targets[0])
    return node if same else None


def _scope(found: Located) -> ast.AST:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module)
    return next(p for p in reversed(found.parents) if isinstance(p, kinds))


def split_chain(source: Source, statement: Span) -> tuple[Edit, ...] | None:
    """``model = Sequential().add(x)`` becomes ``model = Sequential()`` and ``model.add(x)``."""
    found = locate(source, statement)
    if found is None or not isinstance(found.node, ast.Assign) or len(found.node.targets) != 1:
        return None
    target, value = found.node.targets[0], found.node.value
    lines = whole_lines(source, found.node, comments=False)
    if not isinstance(target, ast.Name) or lines is None:
        return None
    links: list[ast.Call] = []
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        if not isinstance(value.func.value, ast.Call):
            break
        links.append(value)
        value = value.func.value
    if not links:
        return None
    edits = []
    space, end = indentation(source, found.node), newline(source)
    for link in reversed(links):
        func = link.func
        assert isinstance(func, ast.Attribute)
        inner = node_span(source, func.value).end
        between = text_of(source, Span(inner, node_span(source, func).end))
        if between.strip() != f".{func.attr}":
            return None
        edits.append(
            Edit(Span(inner, node_span(source, func).end), f"{end}{space}{target.id}.{func.attr}")
        )
    return tuple(edits)


def else_raise(source: Source, fork: Span, name: str) -> tuple[Edit, ...] | None:
    """Close an ``if`` chain with ``else: raise ValueError``."""
    found = locate(source, fork)
    if found is None or not isinstance(found.node, ast.If):
        return None
    last = found.node
    while len(last.orelse) == 1 and isinstance(last.orelse[0], ast.If):
        last = last.orelse[0]
    if last.orelse:
        return None
    space = indentation(source, found.node)
    line = last.end_lineno or last.lineno
    step, end = unit(source), newline(source)
    text = f'{space}else:{end}{space}{step}raise ValueError("`{name}` is not defined here"){end}'
    lines = source.lines
    if line >= len(lines) and not lines[-1].endswith(("\n", "\r")):
        return (Edit.insert(Position(line - 1, len(lines[-1])), end + text.removesuffix(end)),)
    return (Edit.insert(Position(line, 0), text),)


def re_raise(source: Source, handler: Span) -> tuple[Edit, ...] | None:
    """End an ``except`` body with ``raise``."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and node.lineno - 1 == handler.start.line:
            last = node.body[-1]
            if isinstance(last, ast.Pass):
                return (Edit(node_span(source, last), "raise"),)
            return (insert_after(source, last, "raise"),)
    return None


def move_above(source: Source, moved: Span, use: Span) -> tuple[Edit, ...] | None:
    """Move a statement up in front of the statement at ``use``; both in one block.

    With it move the statements between that build it up (``model.add(...)``): those that
    do nothing but call methods of what it binds.
    """
    definition, target = locate(source, moved), locate(source, use)
    if definition is None or target is None or not isinstance(definition.node, ast.Assign):
        return None
    while target is not None and target.block is not definition.block:
        parent = target.parents[-1]
        if not isinstance(parent, ast.stmt):
            return None
        target = locate(source, node_span(source, parent))
    if target is None or target.index >= definition.index:
        return None
    between = definition.block[target.index : definition.index]
    bound = {
        n.id
        for s in between
        for n in ast.walk(s)
        if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    }
    read = {
        n.id
        for n in ast.walk(definition.node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    if bound & read:
        return None
    names = {n.id for t in definition.node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    chosen: list[ast.stmt] = [definition.node]
    for node in definition.block[definition.index + 1 :]:
        if not _builds_up(node, names):
            break
        chosen.append(node)
    texts, removals = [], []
    for node in chosen:
        lines = whole_lines(source, node)
        if lines is None:
            return None
        space = indentation(source, node)
        text = reindented(source, lines, space, space, string_lines(node))
        if text is None:
            return None
        texts.append(text)
        removals.append(Edit.delete(lines))
    at = whole_lines(source, target.node)
    line = at.start.line if at else first_line(target.node) - 1
    return (Edit.insert(Position(line, 0), "".join(texts)), *removals)


def _builds_up(node: ast.stmt, names: set[str]) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("add", "compile", "build")
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in names
    )


def insert_statement(source: Source, before: Span, text: str) -> tuple[Edit, ...] | None:
    """A statement of its own in front of the one at ``before``."""
    found = locate(source, before)
    return (insert_before(source, found.node, text),) if found else None

"""Sinking: moves statements from in front of a loop or a ``with`` into its body, or from behind it.

Refuses when something in between uses what they make.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from keras_lsp.editing.hoist import LOOPS
from keras_lsp.editing.statements import (
    indentation,
    locate,
    names_bound,
    names_read,
    reindented,
    string_lines,
    whole_lines,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span

_WITHS = (ast.With, ast.AsyncWith)


def into_body(source: Source, outer: Span, statements: Sequence[Span]) -> tuple[Edit, ...] | None:
    """Move whole statements in front of a loop or ``with`` to the head of its body, in order.

    With them go the statements between that only build up what they bind (``model.add``).
    ``None`` when another statement in between reads it, or the blocks differ.
    """
    found = locate(source, Span.at(outer.start))
    if found is None or not isinstance(found.node, (*LOOPS, *_WITHS)):
        return None
    given = [locate(source, span) for span in statements]
    nodes = [g.node for g in given if g is not None and g.block is found.block]
    if not nodes or len(nodes) != len(given):
        return None
    block, at = found.block, found.index
    nodes = sorted(set(nodes), key=block.index)
    own = frozenset[str]().union(*map(names_bound, nodes))
    chosen = [
        node for node in block[block.index(nodes[0]) : at] if node in nodes or _builds_up(node, own)
    ]
    for node in block[block.index(nodes[0]) : at]:
        if node not in chosen and (names_read(node) | names_bound(node)) & own:
            return None
    body = found.node.body[0]
    if body.lineno == found.node.lineno:
        return None
    target = indentation(source, body)
    texts, removals = [], []
    for node in chosen:
        lines = whole_lines(source, node)
        if lines is None:
            return None
        text = reindented(source, lines, indentation(source, node), target, string_lines(node))
        if text is None:
            return None
        texts.append(text)
        removals.append(Edit.delete(lines))
    first = whole_lines(source, body)
    line = first.start.line if first else body.lineno - 1
    return (*removals, Edit.insert(Position(line, 0), "".join(texts)))


def into_end(source: Source, outer: Span, statement: Span) -> tuple[Edit, ...] | None:
    """Move the statement right behind a ``with`` to the end of its body."""
    found, moved = locate(source, Span.at(outer.start)), locate(source, statement)
    if found is None or moved is None or not isinstance(found.node, _WITHS):
        return None
    if moved.block is not found.block or moved.index != found.index + 1:
        return None
    lines, last = whole_lines(source, moved.node), found.node.body[-1]
    if lines is None or last.lineno == found.node.lineno:
        return None
    target = indentation(source, last)
    text = reindented(
        source, lines, indentation(source, moved.node), target, string_lines(moved.node)
    )
    return (Edit(lines, text),) if text is not None else None


def _builds_up(node: ast.stmt, names: frozenset[str]) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("add", "compile", "build")
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in names
    )

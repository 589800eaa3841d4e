"""Hoisting: moves statements out of a loop, in front of it.

Refuses when the loop decides about what they do.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from keras_lsp.editing.statements import (
    Located,
    first_line,
    indentation,
    locate,
    names_bound,
    names_read,
    node_span,
    reindented,
    string_lines,
    whole_lines,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span

LOOPS = (ast.For, ast.AsyncFor, ast.While)


def hoist(source: Source, loop: Span, statements: Sequence[Span]) -> tuple[Edit, ...] | None:
    """Move whole statements of a loop's body in front of the loop, in their order.

    ``None`` when one stands under a condition, reads what the loop binds, binds what the
    rest of the loop binds too, shares its lines, or when the loop cannot be found.
    """
    found = locate(source, Span.at(loop.start))
    if found is None or not isinstance(found.node, LOOPS):
        return None
    moved = [locate(source, span) for span in statements]
    chosen = [m for m in moved if m is not None and m.block is found.node.body]
    if not chosen or len(chosen) != len(moved):
        return None
    chosen.sort(key=lambda m: m.index)
    nodes = [m.node for m in chosen]
    if _depends(found.node, nodes) or _passes_over(found.node, nodes):
        return None
    return _moves(source, found, nodes)


def _depends(loop: ast.stmt, moved: Sequence[ast.stmt]) -> bool:
    """The moved statements read what the loop binds, or share a binding with the rest."""
    assert isinstance(loop, LOOPS)
    rest = [node for node in loop.body if node not in moved]
    bound = frozenset[str]().union(*map(names_bound, rest))
    head = loop.test if isinstance(loop, ast.While) else loop.iter
    if not isinstance(loop, ast.While):
        bound |= names_bound(loop.target)
    own = frozenset[str]().union(*map(names_bound, moved))
    read = frozenset[str]().union(*map(names_read, moved))
    return bool(bound & (read | own) or names_read(head) & own)


def _passes_over(loop: ast.stmt, moved: Sequence[ast.stmt]) -> bool:
    """A statement that stays, above one that moves, uses or ends what is moved past it."""
    assert isinstance(loop, LOOPS)
    last = max(loop.body.index(node) for node in moved)
    own = frozenset[str]().union(*map(names_bound, moved))
    for node in loop.body[:last]:
        if node in moved:
            continue
        leaves = any(isinstance(n, (ast.Break, ast.Continue, ast.Return)) for n in ast.walk(node))
        if leaves or names_read(node) & own:
            return True
    return False


def _moves(source: Source, loop: Located, nodes: Sequence[ast.stmt]) -> tuple[Edit, ...] | None:
    assert isinstance(loop.node, LOOPS)
    target = indentation(source, loop.node)
    texts, removals = [], []
    for node in nodes:
        lines = whole_lines(source, node)
        if lines is None or first_line(node) == loop.node.lineno:
            return None
        text = reindented(source, lines, indentation(source, node), target, string_lines(node))
        if text is None:
            return None
        texts.append(text)
        removals.append(Edit.delete(lines))
    if len(nodes) == len(loop.node.body):
        # The body must not become empty.
        removals[-1] = Edit(removals[-1].span, _pass(source, nodes[-1]))
    at = Position(first_line(loop.node) - 1, 0)
    return (Edit.insert(at, "".join(texts)), *removals)


def _pass(source: Source, node: ast.stmt) -> str:
    line = source.lines[node_span(source, node).start.line]
    end = line[len(line.rstrip("\r\n")) :] or "\n"
    return f"{indentation(source, node)}pass{end}"

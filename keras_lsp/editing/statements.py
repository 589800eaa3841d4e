"""Statements: where they stand in a source, and how to insert, delete and move them.

Never learns of Keras.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span, without_end
from keras_lsp.text.cells import is_boundary


@dataclass(frozen=True, slots=True)
class Located:
    """A statement with its block and the statements around it, outermost first."""

    node: ast.stmt
    block: list[ast.stmt]
    parents: tuple[ast.AST, ...]

    @property
    def index(self) -> int:
        return self.block.index(self.node)


def locate(source: Source, span: Span) -> Located | None:
    """The innermost statement that contains a span."""
    line = span.start.line + 1
    end = span.end.line + 1
    found: Located | None = None
    pending: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(source.tree, ())]
    while pending:
        node, parents = pending.pop()
        for block in blocks(node):
            for statement in block:
                first = first_line(statement)
                if first <= line and end <= (statement.end_lineno or first):
                    found = Located(statement, block, (*parents, node))
                    pending = [(statement, (*parents, node))]
    return found


def blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements that belong to a node directly."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield block
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def first_line(node: ast.stmt) -> int:
    """The line on which a statement begins, decorators included (from one)."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])


def enclosing(located: Located, kind: type[ast.AST] | tuple[type[ast.AST], ...]) -> ast.AST | None:
    """The innermost statement of a kind around one."""
    return next((p for p in reversed(located.parents) if isinstance(p, kind)), None)


def node_span(source: Source, node: ast.AST) -> Span:
    """The span of a node of ``source.tree``."""
    line: int = node.lineno  # type: ignore[attr-defined]
    end: int = node.end_lineno  # type: ignore[attr-defined]
    return Span.of(
        line - 1,
        code_points(source, line - 1, node.col_offset),  # type: ignore[attr-defined]
        end - 1,
        code_points(source, end - 1, node.end_col_offset),  # type: ignore[attr-defined]
    )


def code_points(source: Source, line: int, column: int) -> int:
    """Code points before a byte column of a line."""
    text = source.lines[line] if line < len(source.lines) else ""
    return column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))


def text_of(source: Source, span: Span) -> str:
    lines = source.lines
    if span.start.line == span.end.line:
        return lines[span.start.line][span.start.column : span.end.column]
    return "".join(
        (
            lines[span.start.line][span.start.column :],
            *lines[span.start.line + 1 : span.end.line],
            lines[span.end.line][: span.end.column] if span.end.line < len(lines) else "",
        )
    )


def indentation(source: Source, node: ast.stmt) -> str:
    """The white space in front of a statement."""
    line = source.lines[first_line(node) - 1]
    return line[: len(line) - len(line.lstrip())]


def unit(source: Source) -> str:
    """One step of indentation as this file has it."""
    for line in source.lines:
        stripped = line.lstrip(" \t")
        if stripped.strip() and not stripped.startswith("#") and line[0] in " \t":
            space = line[: len(line) - len(stripped)]
            return "\t" if space[0] == "\t" else space if len(space) in (2, 4, 8) else "    "
    return "    "


def newline(source: Source) -> str:
    r"""The line end of this file: ``\n``, ``\r\n`` or ``\r``."""
    first = source.lines[0] if source.lines else ""
    end = first[len(without_end(first)) :]
    return end or "\n"


def whole_lines(source: Source, node: ast.stmt, *, comments: bool = True) -> Span | None:
    """The lines of a statement, own-line comments above included; ``None`` if it shares them."""
    start, end = first_line(node) - 1, (node.end_lineno or node.lineno) - 1
    lines = source.lines
    before = lines[start][: code_points(source, start, node.col_offset)]
    after = lines[end][code_points(source, end, node.end_col_offset or 0) :].strip()
    if (before.strip() and not before.lstrip().startswith("@")) or (after and after[0] != "#"):
        return None
    space = indentation(source, node)
    while comments and start > 0:
        above = lines[start - 1]
        if not above.strip().startswith("#") or not above.startswith(space):
            break
        if above[len(space) : len(space) + 1] != "#" or is_boundary(above):
            break
        start -= 1
    return Span.of(start, 0, end + 1, 0)


def delete(source: Source, located: Located) -> tuple[Edit, ...] | None:
    """Take a statement out; a block that would be empty gets ``pass``."""
    node = located.node
    if len(located.block) == 1 and not isinstance(located.parents[-1], ast.Module):
        return (Edit(node_span(source, node), "pass"),)
    lines = whole_lines(source, node, comments=False)
    if lines is not None:
        return (Edit.delete(lines),)
    index = located.index
    span = node_span(source, node)
    if index + 1 < len(located.block) and located.block[index + 1].lineno == node.end_lineno:
        return (Edit.delete(Span(span.start, node_span(source, located.block[index + 1]).start)),)
    if index and located.block[index - 1].end_lineno == node.lineno:
        return (Edit.delete(Span(node_span(source, located.block[index - 1]).end, span.end)),)
    return None


def insert_before(source: Source, node: ast.stmt, text: str) -> Edit:
    """A statement (or several lines, indented relative to nothing) in front of another."""
    line = first_line(node) - 1
    return Edit.insert(
        Position(line, 0), indented(text, indentation(source, node), newline(source))
    )


def insert_above(source: Source, node: ast.stmt, text: str) -> Edit:
    """The same in front of the comments that stand above the other, too."""
    lines = whole_lines(source, node)
    line = lines.start.line if lines else first_line(node) - 1
    content = indented(text, indentation(source, node), newline(source))
    return Edit.insert(Position(line, 0), content)


def insert_after(source: Source, node: ast.stmt, text: str) -> Edit:
    """The same behind another statement."""
    line = node.end_lineno or node.lineno
    end = newline(source)
    content = indented(text, indentation(source, node), end)
    if line >= len(source.lines) and source.lines and not source.lines[-1].endswith(("\n", "\r")):
        last = source.lines[-1]
        return Edit.insert(Position(line - 1, len(last)), end + content.removesuffix(end))
    return Edit.insert(Position(line, 0), content)


def indented(text: str, space: str, end: str) -> str:
    return "".join(f"{space}{line}{end}" if line.strip() else end for line in text.split("\n"))


def reindented(
    source: Source, lines: Span, old: str, new: str, protected: Sequence[range]
) -> str | None:
    """The text of whole lines with ``new`` for ``old`` in front.

    Lines that begin inside a string (``protected``) stay; a line with less indentation
    than ``old`` refuses the move.
    """
    parts = []
    for number in range(lines.start.line, lines.end.line):
        line = source.lines[number] if number < len(source.lines) else ""
        if any(number in inside for inside in protected) or not line.strip():
            parts.append(line)
        elif line.startswith(old):
            parts.append(new + line[len(old) :])
        elif line.lstrip().startswith("#") or line.lstrip()[:1] in ")]}":
            parts.append(new + line.lstrip())
        else:
            return None
    text = "".join(parts)
    return text if text.endswith(("\n", "\r")) else text + newline(source)


def string_lines(node: ast.AST) -> list[range]:
    """Lines (from zero) that begin inside a string of a statement."""
    return [
        range(n.lineno, n.end_lineno or n.lineno)
        for n in ast.walk(node)
        if isinstance(n, (ast.Constant, ast.JoinedStr))
        and (n.end_lineno or n.lineno) > n.lineno
        and (isinstance(n, ast.JoinedStr) or isinstance(n.value, (str, bytes)))
    ]


def names_read(node: ast.AST) -> frozenset[str]:
    return frozenset(
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    )


def names_bound(node: ast.AST) -> frozenset[str]:
    found: set[str] = set()
    for n in ast.walk(node):
        if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load):
            found.add(n.id)
        elif isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(n.name)
        elif isinstance(n, (ast.Import, ast.ImportFrom)):
            found.update(a.asname or a.name.partition(".")[0] for a in n.names)
        elif isinstance(n, ast.ExceptHandler) and n.name:
            found.add(n.name)
    return frozenset(found)

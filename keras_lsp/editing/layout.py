"""Layout: what stands between two expressions, and how lines move to another indentation.

Never learns of Keras.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from keras_lsp.editing.statements import node_span, string_lines, text_of
from keras_lsp.syntax import Source
from keras_lsp.text import Position, Span, without_end


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands between two expressions: code such as a comma, and comments."""

    code: str
    """Without white space."""
    trailing: str
    """The comment at the end of the first line, ``""`` if there is none."""
    lines: tuple[str, ...]
    """The comments on lines of their own, an empty line as ``""``."""


def gap(source: Source, start: Position, end: Position) -> Gap:
    """What stands between two positions, where no string does."""
    text = text_of(source, Span(start, end))
    code, trailing = [], ""
    own: list[str] = []
    parts = text.split("\n") if "\n" in text else text.split("\r")
    for number, line in enumerate(parts):
        before, mark, after = line.partition("#")
        code.append("".join(before.split()))
        comment = (mark + after).rstrip()
        if number == 0:
            trailing = comment
        elif comment or (number < len(parts) - 1 and not before.strip()):
            own.append(comment)
    return Gap("".join(code), trailing, tuple(own))


def expression(source: Source, node: ast.expr, new: str) -> str:
    """The text of an expression whose first line is going to be indented by ``new``."""
    span = node_span(source, node)
    lines = text_of(source, span).splitlines(keepends=True)
    first = source.lines[span.start.line]
    old = first[: len(first) - len(first.lstrip())]
    protected = string_lines(node)
    moved = [
        new + line[len(old) :]
        if line.startswith(old) and not any(number in inside for inside in protected)
        else line
        for number, line in enumerate(lines[1:], span.start.line + 1)
    ]
    return "".join((lines[0], *moved))


def tail(source: Source, node: ast.stmt) -> str:
    """The comment behind a statement on its last line."""
    end = node_span(source, node).end
    return without_end(source.lines[end.line])[end.column :].strip()


def with_comment(text: str, comment: str) -> str:
    return f"{text}  {comment}" if comment else text


def joined(lines: Iterable[str], space: str, end: str) -> str:
    """Whole lines with ``space`` in front; what is empty stays so."""
    return "".join(f"{space}{line}{end}" if line else end for line in lines)

"""Cells: a notebook as one Python text, and the way back to its cells.

Never runs a cell and never learns of Keras.  A notebook is changed in place: outputs,
metadata and formatting keep every byte.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from keras_lsp.text.edits import Edit, apply_edits
from keras_lsp.text.lines import line_count, split_lines, without_end
from keras_lsp.text.span import Position, Span


class MalformedNotebook(ValueError):
    """The text is no notebook; the message says why."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell: its number (from one, all cells counted), text and place in the file."""

    number: int
    text: str
    start: int
    end: int
    """Offsets of its ``source`` value in the notebook's own text."""
    line: int
    """The line of the whole source on which it begins."""


class Notebook:
    """The code cells of a notebook, one below the other."""

    def __init__(self, text: str, cells: list[Cell], source: str) -> None:
        self.text = text
        self.cells = cells
        self.source = source
        self._starts = [cell.line for cell in cells]

    @classmethod
    def read(cls, text: str) -> Notebook:
        """Read a notebook of format 4; raises `MalformedNotebook`."""
        try:
            loaded = json.loads(text)
        except (ValueError, RecursionError) as problem:
            raise MalformedNotebook(f"it is not JSON: {problem}") from None
        if not isinstance(loaded, dict) or not isinstance(loaded.get("cells"), list):
            raise MalformedNotebook("it has no cells")
        if not _is_python(loaded):
            return cls(text, [], "")
        cells: list[Cell] = []
        parts: list[str] = []
        line = 0
        for number, (cell, (start, end)) in enumerate(
            zip(loaded["cells"], _sources(text), strict=False), start=1
        ):
            if not isinstance(cell, dict) or cell.get("cell_type") != "code":
                continue
            content = cell.get("source", "")
            if isinstance(content, list):
                content = "".join(map(str, content))
            cells.append(Cell(number, content, start, end, line))
            inert = plain_python(content)
            if not inert.endswith(("\n", "\r")):
                inert += "\n"
            parts.append(inert)
            line += line_count(inert)
        return cls(text, cells, "".join(parts))

    def locate(self, position: Position) -> tuple[int, Position]:
        """The cell's number and the position inside it."""
        index = max(0, bisect_right(self._starts, position.line) - 1)
        if not self.cells:
            return 1, position
        cell = self.cells[index]
        return cell.number, Position(position.line - cell.line, position.column)

    def apply(self, edits: Iterable[Edit]) -> str:
        """The notebook's text with edits of the source made in its cells, nothing else changed."""
        by_cell: dict[int, list[Edit]] = {}
        for edit in edits:
            index = max(0, bisect_right(self._starts, edit.span.start.line) - 1)
            start = self.cells[index].line
            span = edit.span
            moved = Span.of(
                span.start.line - start, span.start.column, span.end.line - start, span.end.column
            )
            by_cell.setdefault(index, []).append(Edit(moved, edit.content))
        text = self.text
        for index in sorted(by_cell, reverse=True):
            cell = self.cells[index]
            whole = cell.text if cell.text.endswith("\n") else cell.text + "\n"
            changed = apply_edits(whole, by_cell[index])
            if not cell.text.endswith("\n"):
                changed = changed.removesuffix("\n")
            text = (
                text[: cell.start]
                + _written(text[cell.start : cell.end], changed)
                + text[cell.end :]
            )
        return text


def _is_python(notebook: dict[str, Any]) -> bool:
    metadata = notebook.get("metadata")
    info = metadata if isinstance(metadata, dict) else {}
    language = (info.get("language_info") or {}).get("name") or (info.get("kernelspec") or {}).get(
        "language"
    )
    return language in (None, "python", "ipython")


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)


def _sources(text: str) -> Iterator[tuple[int, int]]:
    """Where the ``source`` value of each cell stands in the JSON text."""
    stack: list[str] = []
    key = ""
    depth_of_cells = 0
    found: tuple[int, int] | None = None
    begun = 0
    previous = ""
    for token in _TOKEN.finditer(text):
        what = token[0]
        if what in "{[":
            stack.append(what)
            if what == "[" and key == "cells" and len(stack) == 2:
                depth_of_cells = 2
            elif what == "{" and depth_of_cells and len(stack) == 3:
                found = (token.end(), token.end())
            elif what == "[" and len(stack) == 4 and key == "source":
                begun = token.start()
            if what == "{":
                key = ""
        elif what in "}]":
            if what == "]" and len(stack) == 4 and key == "source" and depth_of_cells:
                found = (begun, token.end())
            stack.pop()
            if what == "}" and depth_of_cells and len(stack) == 2:
                yield found or (0, 0)
                found = None
            elif what == "]" and len(stack) == 1:
                depth_of_cells = 0
            if what == "}":
                key = ""
        elif what[0] == '"':
            if previous == ":" and len(stack) == 3 and key == "source" and depth_of_cells:
                found = (token.start(), token.end())
            elif previous in "{,":
                if stack and stack[-1] == "{":
                    key = json.loads(what)
        previous = what if what[0] != '"' else '"'


def _written(old: str, text: str) -> str:
    """The new source in the form of the old one: a list of lines, or one string."""
    ascii_only = old.isascii()
    if not old.startswith("["):
        return json.dumps(text, ensure_ascii=ascii_only)
    lines = [json.dumps(line, ensure_ascii=ascii_only) for line in split_lines(text)]
    strings = _STRING.findall(old)
    first = old.find('"')
    if not lines or first < 0:
        return "[" + ", ".join(lines) + "]"
    between = ",\n"
    if len(strings) > 1:
        after = old.find(strings[0]) + len(strings[0])
        between = old[after : old.find('"', after)]
    elif "\n" in old[:first]:
        between = "," + old[1:first]
    else:
        between = ", "
    last = old.rfind('"') + 1
    return old[:first] + between.join(lines) + old[last:]


# Magics

_ASSIGNED = re.compile(r"^(\s*[\w.,\s]+=\s*)[!%].*$")
_LINE_MAGIC = re.compile(r"^(\s*)(?:[%!?]|\?).*$")
_HELP = re.compile(r"^(\s*)[\w.]+\?{1,2}\s*$")
_SHELL = re.compile(
    r"^(\s*)(?:pip|conda|ls|cd|pwd|mkdir|cat|cp|mv|rm)\s+[-\w./~*]+(?:\s+[-\w./~*=<>]+)*\s*$"
)
_KEEPING = re.compile(r"^\s*%%(?:time|timeit|capture|prun|backend)\b")


def plain_python(text: str) -> str:
    """A cell with magics and shell lines made inert; lines and columns stay."""
    lines = split_lines(text)
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].lstrip().startswith("%%"):
        if not _KEEPING.match(lines[first]) and not _parses("".join(lines[first + 1 :])):
            return "".join(line[len(without_end(line)) :] for line in lines)
        lines[first] = _end(lines[first])
    out: list[str] = []
    continued = False
    for line in lines:
        body, end = without_end(line), _end(line)
        if continued:
            continued = body.endswith("\\")
            out.append(end)
            continue
        plain = _plain_line(body)
        continued = plain != body and body.endswith("\\")
        out.append(plain + end)
    return "".join(out)


def _plain_line(line: str) -> str:
    if match := _ASSIGNED.match(line):
        return f"{match[1]}None"
    for pattern in (_LINE_MAGIC, _HELP, _SHELL):
        if match := pattern.match(line):
            return f"{match[1]}pass"
    return line


def _end(line: str) -> str:
    return line[len(without_end(line)) :]


def _parses(text: str) -> bool:
    try:
        compile(text, "cell", "exec", dont_inherit=True, flags=0x400)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True

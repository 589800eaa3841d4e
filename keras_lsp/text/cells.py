"""Cells: the code cells of a notebook as one Python text, and the way back to each of them.

Never runs a cell and never learns of Keras, of notebook files or of editors.

The text is a percent script: above each cell stands a ``# %%`` line, by which the cells
are told apart again after an edit.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from keras_lsp.text.edits import Edit, position_at, shortest
from keras_lsp.text.lines import line_count, split_lines, without_end
from keras_lsp.text.magics import plain_python, restored, traces
from keras_lsp.text.span import Position, Span

_BOUNDARY = re.compile(r"#:?[ \t]*(?:%%(?: In \[(?P<run>\d+)\])?|In\[(?P<exported>[\d ]*)\])")
_INDENTED = "if True:  "
"""Stands in front of the marker of a cell that is indented as a whole, as IPython allows."""
_FIRST = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*(?P<space>[ \t]*)[^\s#]")
_MARKER = re.compile(r"(?:if True:  )?# %% In \[(?:\d+| )\]")


def is_boundary(line: str) -> bool:
    """Whether a line begins a cell, in the scripts of Spyder, VS Code and Jupytext, too."""
    if line.startswith("#"):
        return _BOUNDARY.match(line) is not None
    return line.startswith(f"{_INDENTED}# %%")


def order_of(boundary: str) -> int | None:
    """When the cell below a boundary was run, if the boundary tells."""
    match = _BOUNDARY.match(boundary.removeprefix(_INDENTED))
    told = ((match["run"] or match["exported"] or "") if match else "").strip()
    return int(told) if told else None


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell: its number (from one, all cells counted) and its text."""

    number: int
    text: str
    order: int | None
    """When it was last run, as the notebook counts."""
    plain: str
    """The same lines without magics."""
    height: int
    """The lines that it takes, the one above it included."""

    @classmethod
    def of(cls, number: int, text: str, order: int | None = None) -> Cell:
        plain = plain_python(text)
        whole = plain.endswith(("\n", "\r"))
        return cls(number, text, order, plain, line_count(plain) + (1 if whole else 2))

    @property
    def marker(self) -> str:
        indented = _FIRST.match(self.plain)
        before = _INDENTED if indented and indented["space"] else ""
        return f"{before}# %% In [{self.order or ' '}]"

    @property
    def block(self) -> str:
        """What stands for it in the one text."""
        end = "" if self.plain.endswith(("\n", "\r")) else "\n"
        return f"{self.marker}\n{self.plain}{end}"


class Cells:
    """Code cells, one below the other; never changed."""

    def __init__(self, cells: Sequence[Cell], tops: Sequence[int] | None = None) -> None:
        self.cells = tuple(cells)
        self.tops = tops
        """The line of each cell in its file, if the file is what people see."""
        self.markers = tuple(accumulate((c.height for c in self.cells), initial=0))
        """The line of each cell's marker, and one for the end."""

    @cached_property
    def source(self) -> str:
        return "".join(cell.block for cell in self.cells)

    @cached_property
    def _traces(self) -> frozenset[str]:
        return frozenset[str]().union(*(traces(c.text, c.plain) for c in self.cells))

    def index(self, line: int) -> int:
        """The cell that a line of the source belongs to."""
        return min(max(0, bisect_right(self.markers, line) - 1), len(self.cells) - 1)

    def locate(self, position: Position) -> tuple[int, Position]:
        """The index of the cell and the position inside it."""
        index = self.index(position.line)
        line = position.line - self.markers[index] - 1
        if line < 0 and index:
            # What ends in front of a cell ends the one above.
            index, line = index - 1, self.cells[index - 1].height
        return index, _clamped(self.cells[index].text, Position(max(0, line), position.column))

    def locate_span(self, span: Span) -> tuple[int, Span]:
        """The cell in which a span starts; what reaches beyond it is cut off."""
        index = self.index(span.start.line)
        if span.start.line == self.markers[index]:
            below = Position(span.start.line + 1, 0)
            span = Span(below, max(span.end, below))
        index, start = self.locate(span.start)
        last, end = self.locate(span.end)
        if last != index:
            end = _clamped(self.cells[index].text, Position(self.cells[index].height, 0))
        return index, Span(start, max(start, end))

    def told(self, position: Position) -> str:
        """A place in the source as people find it."""
        index, inside = self.locate(position)
        if self.tops is not None:
            return f"line {self.tops[index] + inside.line + 1}"
        return f"cell {self.cells[index].number}, line {inside.line + 1}"

    def place(self, index: int, position: Position) -> Position:
        """A position inside a cell as one of the source."""
        return Position(self.markers[index] + 1 + position.line, position.column)

    def mended(self, source: str) -> dict[int, str] | None:
        """The new texts of the cells that another version of the source changes, by index.

        ``None`` where that version cannot be had by changing cells: a magic would have to
        move to where it means something else, or the cells cannot be told apart.
        """
        parts = self._split(source)
        if parts is None:
            return None
        changed: dict[int, str] = {}
        for index, (cell, part) in enumerate(zip(self.cells, parts, strict=True)):
            ended = cell.plain.endswith(("\n", "\r"))
            plain = part if ended else part.removesuffix("\n")
            if plain == cell.plain:
                continue
            text = restored(plain, self._traces)
            if plain_python(text) != plain:
                return None
            changed[index] = text
        return changed

    def edits(self, source: str) -> list[tuple[int, Edit]] | None:
        """The same as one edit in each cell that changes, as short as it can be."""
        changed = self.mended(source)
        if changed is None:
            return None
        return [(i, shortest(self.cells[i].text, text)) for i, text in changed.items()]

    def change_to(self, new: Cells) -> Edit | None:
        """The edit of the source that makes it that of other cells; ``None`` where it is that."""
        old, now = self.cells, new.cells
        head, limit = 0, min(len(old), len(now))
        while head < limit and _same(old[head], now[head]):
            head += 1
        tail = 0
        while tail < limit - head and _same(old[-1 - tail], now[-1 - tail]):
            tail += 1
        before = "".join(cell.block for cell in old[head : len(old) - tail])
        after = "".join(cell.block for cell in now[head : len(now) - tail])
        if before == after:
            return None
        edit, down = shortest(before, after), self.markers[head]
        start, end = edit.span.start, edit.span.end
        span = Span.of(start.line + down, start.column, end.line + down, end.column)
        return Edit(span, edit.content)

    def _split(self, source: str) -> list[str] | None:
        """The part of each cell; what stands above the first marker joins the first part."""
        head: list[str] = []
        parts: list[list[str]] = []
        for line in split_lines(source):
            if not _MARKER.fullmatch(without_end(line)):
                (parts[-1] if parts else head).append(line)
            elif len(parts) < len(self.cells) and self.cells[len(parts)].marker == line[:-1]:
                parts.append([])
            else:
                return None
        if len(parts) != len(self.cells):
            return None
        if parts:
            parts[0][:0] = head
        return ["".join(part) for part in parts]


def _same(one: Cell, other: Cell) -> bool:
    return one is other or (one.plain == other.plain and one.marker == other.marker)


def _clamped(text: str, position: Position) -> Position:
    """The nearest position that the text has."""
    end = position_at(text, len(text))
    return min(position, end)

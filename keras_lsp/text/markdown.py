"""Markdown notebooks of Jupytext and MyST: their code cells, and which place is in which cell.

Never learns what is in a cell.  Only a text that says in its front matter that it is a notebook
is one: the examples of a manual are no program.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from keras_lsp.text.cells import Cell, Cells
from keras_lsp.text.edits import Edit, shortest
from keras_lsp.text.lines import split_lines, without_end
from keras_lsp.text.notebook import MalformedNotebook
from keras_lsp.text.span import Position, Span

_DASHES = re.compile(r"---\s*")
_SAYS_SO = re.compile(r"(?:  +)?jupytext:\s*|file_format: *mystnb\s*")
_LANGUAGE = re.compile(r" +(?:language|name): *[\"']?(?P<told>[\w-]+)")
_KERNEL = re.compile(r"(?P<space> *)kernelspec:\s*")
_FENCE = re.compile(
    r"(?P<fence>`{3,}|:{3,})"
    r"(?:(?P<language>(?<=`)[\w.+-]+)(?P<more>(?:[ \t][^`]*)?)|\{code-cell\}(?P<lexer>[^`]*))"
)
_NOT_RUN = re.compile(r"\.noeval|\bactive=|\.active-")
_PYTHON = re.compile(r"(?:i?python[\d.]*|)")
_OPTION = re.compile(r":[\w-]+:.*")


def is_notebook(head: str) -> bool:
    """Whether a text that begins so has the header of a notebook."""
    return any(_SAYS_SO.fullmatch(line) for line in front_matter(split_lines(head)))


class MarkdownNotebook:
    """The text of a Markdown notebook, and its code cells if they are Python."""

    def __init__(
        self, lines: list[str], cells: Sequence[Cell] = (), tops: Sequence[int] = ()
    ) -> None:
        self.cells = Cells(cells, tops)
        self.lines = lines
        self._tops = tops
        """The line on which each cell begins."""

    @classmethod
    def read(cls, text: str) -> MarkdownNotebook:
        """Read a notebook; raises `MalformedNotebook` where the text does not say it is one."""
        lines = split_lines(text)
        if not is_notebook(text):
            raise MalformedNotebook("it is no notebook: its front matter has no jupytext header")
        front = front_matter(lines)
        if not _is_python(front):
            return cls(lines)
        cells: list[Cell] = []
        tops: list[int] = []
        at = len(front) + 2
        while at < len(lines):
            match = _FENCE.fullmatch(without_end(lines[at]))
            at += 1
            if match is None:
                continue
            fence, below = match["fence"], range(at, len(lines))
            end = next((n for n in below if closes(lines[n], fence)), len(lines))
            if _runs(match):
                top = at if match["language"] else _below_options(lines, at, end)
                cells.append(Cell.of(len(cells) + 1, "".join(lines[top:end])))
                tops.append(top)
            at = end + 1
        return cls(lines, cells, tops)

    def with_texts(self, changed: Mapping[int, str]) -> str:
        """The text with other texts in some of its cells, by index."""
        lines = list(self.lines)
        for index in sorted(changed, reverse=True):
            lines[self._tops[index] : self._end(index)] = [self._fenced(index, changed[index])]
        return "".join(lines)

    def edits(self, source: str) -> list[Edit] | None:
        """What the text has to change for another version of the cells' source."""
        changed = self.cells.mended(source)
        if changed is None:
            return None
        made: list[Edit] = []
        for index, text in changed.items():
            edit = shortest(self.cells.cells[index].text, self._fenced(index, text))
            made.append(Edit(self._outside(index, edit.span), edit.content))
        return made

    def inside(self, position: Position) -> Position:
        """A position of the text as one of the cells' source; prose is between two cells."""
        index = bisect_right(self._tops, position.line) - 1
        if index < 0 or position.line >= self._end(index):
            return Position(self.cells.markers[index + 1], 0)
        return self.cells.place(index, Position(position.line - self._tops[index], position.column))

    def outside(self, span: Span) -> Span:
        """A span of the cells' source as one of the text; there is at least one cell."""
        return self._outside(*self.cells.locate_span(span))

    def _outside(self, index: int, span: Span) -> Span:
        top, start, end = self._tops[index], span.start, span.end
        return Span.of(top + start.line, start.column, top + end.line, end.column)

    def _end(self, index: int) -> int:
        """The line below a cell."""
        return self._tops[index] + len(split_lines(self.cells.cells[index].text))

    def _fenced(self, index: int, text: str) -> str:
        """Another text of a cell, below which the fence stays a line of its own."""
        open_ended = self._end(index) == len(self.lines)
        return text if open_ended or not text or text.endswith(("\n", "\r")) else f"{text}\n"

    def place(self, index: int) -> tuple[int | None, int]:
        """A cell has no number here, but lines of the file: its first one."""
        return None, self._tops[index]


def front_matter(lines: list[str]) -> list[str]:
    """The lines between the dashes that a text begins with."""
    if not lines or not _DASHES.fullmatch(lines[0]):
        return []
    end = next((n for n, line in enumerate(lines[1:], 1) if _DASHES.fullmatch(line)), 0)
    return [without_end(line) for line in lines[1:end]]


def _is_python(front: list[str]) -> bool:
    """Of no kernel, or of one of Python."""
    inside: int | None = None
    for line in front:
        depth = len(line) - len(line.lstrip(" "))
        if match := _KERNEL.fullmatch(line):
            inside = len(match["space"])
        elif inside is not None and depth <= inside:
            inside = None
        elif inside is not None and (told := _LANGUAGE.match(line)):
            return "python" in told["told"].lower()
    return True


def _runs(fence: re.Match[str]) -> bool:
    """Whether what stands in a fence is a cell of Python that is run."""
    if fence["language"] is None:
        return _PYTHON.fullmatch(fence["lexer"].strip()) is not None
    python = _PYTHON.fullmatch(fence["language"].lower()) is not None
    return python and not _NOT_RUN.search(fence["more"])


def closes(line: str, fence: str) -> bool:
    """Whether a line ends what begins with such a fence."""
    body = without_end(line).rstrip()
    return set(body) == {fence[0]} and len(body) >= len(fence)


def _below_options(lines: list[str], top: int, end: int) -> int:
    """Where the code of a MyST cell begins: options stand above it."""
    if top < end and _DASHES.fullmatch(lines[top]):
        close = (n for n in range(top + 1, end) if _DASHES.fullmatch(lines[n]))
        return next(close, top - 1) + 1
    while top < end and _OPTION.fullmatch(without_end(lines[top])):
        top += 1
    return top

"""Sources: immutable snapshots of a Python file, made of its top-level statements.

Never raises, whatever the text; never learns of files or editors.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate

from keras_lsp.records import record
from keras_lsp.syntax.repair import Mended, SyntaxProblem, parse
from keras_lsp.syntax.splitting import RESTARTS, boundaries
from keras_lsp.syntax.suppressions import Suppressions, read_suppressions
from keras_lsp.text import Edit, Position, Span, apply_edits, line_count, split_lines, without_end
from keras_lsp.text.cells import is_boundary, order_of


class Statement:
    """A top-level statement with the comments and blank lines below it.

    Snapshots share the statements that an edit did not touch; its identity is the key
    under which other layers keep in ``memo`` what they have found out.
    """

    __slots__ = ("__weakref__", "_lines", "_mended", "height", "memo", "open", "text")

    def __init__(self, text: str, open: bool = False) -> None:
        self.text = text
        self.open = open
        """A bracket or a string in it is never closed."""
        self.height = line_count(text)
        self.memo: dict[object, object] = {}
        self._lines: list[str] | None = None
        self._mended: Mended | None = None

    def __repr__(self) -> str:
        return f"Statement({self.text[:40]!r})"

    def forget(self) -> None:
        """Let go of all that can be found out again; places in it stay true."""
        self._lines = self._mended = None
        self.memo.clear()

    @property
    def lines(self) -> list[str]:
        if self._lines is None:
            self._lines = split_lines(self.text) or [""]
        return self._lines

    @property
    def boundaries(self) -> Sequence[tuple[int, int | None]]:
        """The lines at which cells begin, and when these were run."""
        if "%%" not in self.text and "In[" not in self.text:
            return ()
        return [(n, order_of(x)) for n, x in enumerate(self.lines) if is_boundary(x)]

    @property
    def _parsed(self) -> Mended:
        if self._mended is None:
            self._mended = parse(self.text)
        return self._mended

    @property
    def body(self) -> tuple[ast.stmt, ...]:
        """Parsed alone: lines count from one inside the statement, columns are UTF-8 bytes."""
        return self._parsed.body

    @property
    def broken(self) -> tuple[int, ...]:
        """Zero-based lines that had to be mended or left out."""
        return self._parsed.broken

    @property
    def errors(self) -> tuple[SyntaxProblem, ...]:
        return self._parsed.errors


@record(frozen=True, slots=True)
class Place:
    """A stretch of one statement in the parser's own units.

    Lines count from one inside the statement, columns are UTF-8 bytes: cheap to make,
    and still true when statements above it change.
    """

    statement: Statement
    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of(cls, statement: Statement, node: ast.AST) -> Place:
        """The place of a node; found once and kept with the node."""
        known: Place | None = getattr(node, "_place", None)
        if known is not None and known.statement is statement:
            return known
        line: int = node.lineno  # type: ignore[attr-defined]
        column: int = node.col_offset  # type: ignore[attr-defined]
        made = node._place = cls(  # type: ignore[attr-defined]
            statement,
            line,
            column,
            getattr(node, "end_lineno", None) or line,
            getattr(node, "end_col_offset", None) or column,
        )
        return made


class Source:
    """One text of one file."""

    def __init__(self, path: str, statements: Sequence[Statement]) -> None:
        self.path = path
        self.statements = tuple(statements)
        heights = accumulate((s.height for s in self.statements), initial=0)
        self.starts = tuple(heights)[: len(self.statements)]
        self._start_of = dict(zip(map(id, self.statements), self.starts, strict=True))

    @classmethod
    def parse(cls, path: str, text: str) -> Source:
        split = boundaries(text)
        ends = (*split.starts[1:], len(text))
        pieces = zip(split.starts, ends, strict=True)
        return cls(path, [Statement(text[a:b], a in split.open) for a, b in pieces])

    @cached_property
    def text(self) -> str:
        return "".join(s.text for s in self.statements)

    @cached_property
    def lines(self) -> list[str]:
        return [line for s in self.statements for line in split_lines(s.text)]

    def forget(self) -> None:
        """Let go of all that can be found out again: trees take ten times the text."""
        for statement in self.statements:
            statement.forget()
        for name in ("lines", "tree"):
            self.__dict__.pop(name, None)

    @property
    def height(self) -> int:
        """How many lines it has."""
        return self.starts[-1] + self.statements[-1].height if self.statements else 0

    @cached_property
    def suppressions(self) -> Suppressions:
        return read_suppressions(self.text)

    def edit(self, edits: Iterable[Edit]) -> Source:
        """The source after edits in this one's positions; raises `OverlappingEdits`.

        Equal to parsing the new text from scratch; untouched statements stay the same.
        """
        edits = list(edits)
        if not edits:
            return self
        first = min(self._index(e.span.start.line) for e in edits)
        last = max(self._index(e.span.end.line) for e in edits)
        # A change at the first line of a statement can join it to the one above.
        first = max(0, first - 1)
        unclosed = [i for i, s in enumerate(self.statements) if s.open]
        if len(unclosed) >= RESTARTS - len(edits) - 1:
            return Source.parse(self.path, apply_edits(self.text, edits))
        first = min([first, *unclosed])
        old = self.statements[first : last + 1]
        shifted = [_shift(e, self.starts[first]) for e in edits]
        changed = apply_edits("".join(s.text for s in old), shifted)
        tail = [s.text for s in self.statements[last + 1 :]]
        text = "".join((changed, *tail))
        ends = dict(
            zip(accumulate(map(len, tail), initial=len(changed)), range(len(tail) + 1), strict=True)
        )
        split = boundaries(text, 0, lambda at: at in ends and at < len(text))
        if len(split.open) >= RESTARTS:
            return Source.parse(self.path, apply_edits(self.text, edits))
        limit = len(text) if split.stop is None else split.stop
        kept = len(tail) if split.stop is None else ends[split.stop]
        known = {s.text: s for s in self.statements[first : last + 1 + kept]}
        fresh = []
        for a, b in zip(split.starts, (*split.starts[1:], limit), strict=True):
            piece = text[a:b]
            if piece:
                # Each statement once: two with the same text stay two.
                reused = known.pop(piece) if piece in known else None
                fresh.append(reused or Statement(piece, a in split.open))
        after = self.statements[last + 1 + kept :]
        statements = (*self.statements[:first], *fresh, *after)
        return Source(self.path, statements or (Statement(""),))

    def _index(self, line: int) -> int:
        return max(0, bisect_right(self.starts, line) - 1)

    # Cells

    @cached_property
    def cells(self) -> tuple[tuple[int, int | None], ...]:
        """The lines above which a cell ends, in a notebook or a script with cells.

        With each comes when the cell below it was run, if that is told.
        """
        return tuple(
            (start + line, order)
            for statement, start in zip(self.statements, self.starts, strict=True)
            for line, order in statement.boundaries
        )

    def cell_at(self, line: int) -> int:
        """The number of the boundaries above a line."""
        return bisect_right(self.cells, line, key=lambda cell: cell[0])

    def ran_late(self, line: int) -> bool:
        """Whether a cell further down was run before the one that a line is in."""
        here = self.cell_at(line)
        run = self.cells[here - 1][1] if here else None
        return run is not None and any(
            order is not None and order < run for _, order in self.cells[here:]
        )

    # Places

    def has(self, statement: Statement) -> bool:
        return id(statement) in self._start_of

    def start_of(self, statement: Statement) -> int:
        """The zero-based line on which a statement of this source begins."""
        return self._start_of[id(statement)]

    def statement_at(self, line: int) -> Statement:
        return self.statements[self._index(line)]

    def span(self, place: Place) -> Span:
        """Where a place is in the whole text."""
        start, lines = self.start_of(place.statement), place.statement.lines
        return Span(
            Position(start + place.line - 1, _column(lines, place.line, place.column)),
            Position(start + place.end_line - 1, _column(lines, place.end_line, place.end_column)),
        )

    @cached_property
    def tree(self) -> ast.Module:
        """The whole file's tree with lines of the file; for edits, not for analysis."""
        body = []
        for statement, start in zip(self.statements, self.starts, strict=True):
            # The statement's own nodes are shared: they keep their own lines.
            for node in parse(statement.text).body:
                body.append(ast.increment_lineno(node, start))
        return ast.Module(body=body, type_ignores=[])


def _shift(edit: Edit, lines: int) -> Edit:
    start, end = edit.span.start, edit.span.end
    return Edit(
        Span.of(start.line - lines, start.column, end.line - lines, end.column), edit.content
    )


def _column(lines: Sequence[str], line: int, column: int) -> int:
    """Code points before a byte column."""
    if not 0 < line <= len(lines):
        return column
    text = without_end(lines[line - 1])
    if text.isascii():
        return min(column, len(text))
    return len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))

"""Views: a client's document and its positions, be it a file or a cell of a notebook.

The only module that knows that several documents can be one program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from keras_lsp.lsp import convert
from keras_lsp.lsp.notebooks import Book
from keras_lsp.lsp.sheets import Sheet
from keras_lsp.text import Edit, Position, Span

if TYPE_CHECKING:
    from keras_lsp.service.snapshot import Snapshot
    from keras_lsp.text.markdown import MarkdownNotebook


class View:
    """A file: its positions are those of its source."""

    def __init__(self, uri: str, snapshot: Snapshot, encoding: convert.Encoding) -> None:
        self.uri = uri
        self.snapshot = snapshot
        self.encoding = encoding

    @property
    def lines(self) -> Sequence[str]:
        return self.snapshot.source.lines

    def position_in(self, at: types.Position) -> Position:
        return convert.position_in(self.lines, at, self.encoding)

    def span_in(self, range: types.Range) -> Span:
        return Span(self.position_in(range.start), self.position_in(range.end))

    def range_out(self, span: Span) -> types.Range | None:
        """A span of the source in this document; ``None`` if it lies in another one."""
        return convert.range_out(self.lines, span, self.encoding)

    def edits_out(self, edits: Iterable[Edit]) -> list[types.TextDocumentEdit] | None:
        """Edits of the source by document; ``None`` where they cannot be made in documents."""
        changes = convert.edits_out(self.lines, edits, self.encoding)
        return [_edited(self.uri, self.snapshot.version, changes)]


class CellView(View):
    """A cell: its source is that of the whole notebook."""

    def __init__(
        self, uri: str, snapshot: Snapshot, encoding: convert.Encoding, book: Book
    ) -> None:
        super().__init__(uri, snapshot, encoding)
        self._book = book

    @property
    def lines(self) -> Sequence[str]:
        return self._book.live[self.uri].lines

    def position_in(self, at: types.Position) -> Position:
        inside = convert.position_in(self.lines, at, self.encoding)
        return self._book.cells.place(self._book.index_of(self.uri), inside)

    def range_out(self, span: Span) -> types.Range | None:
        location = self._book.location(span, self.encoding)
        return location.range if location.uri == self.uri else None

    def edits_out(self, edits: Iterable[Edit]) -> list[types.TextDocumentEdit] | None:
        book = self._book
        changed = book.cells.edits(self.snapshot.source.edit(edits).text)
        if changed is None:
            return None
        made = []
        for index, edit in changed:
            cell = book.live[book.code[index]]
            changes = convert.edits_out(cell.lines, [edit], self.encoding)
            made.append(_edited(book.code[index], cell.version, changes))
        return made


class SheetView(View):
    """A Markdown notebook: its source is that of its cells."""

    def __init__(
        self, snapshot: Snapshot, encoding: convert.Encoding, sheet: Sheet, book: MarkdownNotebook
    ) -> None:
        super().__init__(sheet.uri, snapshot, encoding)
        self._sheet, self._book = sheet, book

    @property
    def lines(self) -> Sequence[str]:
        return self._book.lines

    def position_in(self, at: types.Position) -> Position:
        return self._book.inside(super().position_in(at))

    def range_out(self, span: Span) -> types.Range | None:
        return self._sheet.location(span, self.encoding).range

    def edits_out(self, edits: Iterable[Edit]) -> list[types.TextDocumentEdit] | None:
        changed = self._book.edits(self.snapshot.source.edit(edits).text)
        if changed is None:
            return None
        changes = convert.edits_out(self.lines, changed, self.encoding)
        return [_edited(self.uri, self._sheet.version, changes)]


def _edited(uri: str, version: int, changes: list[types.TextEdit]) -> types.TextDocumentEdit:
    document = types.OptionalVersionedTextDocumentIdentifier(uri, version)
    return types.TextDocumentEdit(document, list(changes))

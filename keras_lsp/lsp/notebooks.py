"""Notebooks: their cells kept as the client changes them, and which place is in which cell.

Versions are those of the cells: clients count a notebook's own version as they like.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lsprotocol import types

from keras_lsp.lsp import convert
from keras_lsp.text import Span, split_lines
from keras_lsp.text.cells import Cell, Cells

SYNC = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        # All cells of it: they are counted.
        types.NotebookDocumentFilterWithNotebook(notebook="jupyter-notebook"),
        types.NotebookDocumentFilterWithCells(
            notebook="*", cells=[types.NotebookCellLanguage(language="python")]
        ),
    ],
    save=True,
)


@dataclass(slots=True)
class LiveCell:
    """A cell's document as it is in the editor."""

    version: int
    language: str
    lines: list[str]
    """Those of its text."""
    cell: Cell

    @classmethod
    def opened(cls, item: types.TextDocumentItem) -> LiveCell:
        cell = Cell.of(0, item.text)
        return cls(item.version, item.language_id, split_lines(item.text), cell)

    def change(
        self,
        changes: Iterable[types.TextDocumentContentChangeEvent],
        version: int,
        encoding: convert.Encoding,
    ) -> None:
        text, self.lines = convert.text_after(self.cell.text, self.lines, changes, encoding)
        self.version = version
        self.cell = Cell.of(self.cell.number, text, self.cell.order)


class Book:
    """One open notebook."""

    def __init__(self, path: str, order: Sequence[types.NotebookCell]) -> None:
        self.path = path
        self.order = list(order)
        self.live: dict[str, LiveCell] = {}
        """The documents of all cells, by address."""
        self.code: list[str] = []
        """The addresses of the cells that are program, in order."""
        self.cells = Cells(())

    def assemble(self) -> None:
        """Take together what the cells are now."""
        self.code.clear()
        cells: list[Cell] = []
        for number, item in enumerate(self.order, start=1):
            live = self.live.get(item.document)
            if live is None or item.kind != types.NotebookCellKind.Code:
                continue
            if live.language not in ("python", ""):
                continue
            summary = item.execution_summary
            order = summary.execution_order if summary is not None else None
            if (live.cell.number, live.cell.order) != (number, order):
                live.cell = replace(live.cell, number=number, order=order)
            self.code.append(item.document)
            cells.append(live.cell)
        self.cells = Cells(cells)

    @property
    def versions(self) -> dict[str, int]:
        """The documents of the program with their versions."""
        return {uri: self.live[uri].version for uri in self.code}

    def index_of(self, uri: str) -> int:
        return self.code.index(uri)

    def location(self, span: Span, encoding: convert.Encoding) -> types.Location:
        """A span of the one text, in the cell where it starts."""
        index, inside = self.cells.locate_span(span)
        uri = self.code[index]
        return types.Location(uri, convert.range_out(self.live[uri].lines, inside, encoding))


class Books:
    """The notebooks that are open in one client."""

    def __init__(self, encoding: convert.Encoding) -> None:
        self._encoding = encoding
        self._books: dict[str, Book] = {}
        self._of_cell: dict[str, Book] = {}

    def of_cell(self, uri: str) -> Book | None:
        """The notebook in which a document is a cell of the program."""
        book = self._of_cell.get(uri)
        return book if book is not None and uri in book.code else None

    def claims(self, uri: str, path: str) -> bool:
        """Whether a document is a cell, program or not, or the text of a whole notebook.

        Some clients tell of these documents one by one, too: the notebook alone counts.
        """
        return uri in self._of_cell or path in self._books

    def at(self, path: str) -> Book | None:
        return self._books.get(path)

    def open(self, params: types.DidOpenNotebookDocumentParams) -> Book:
        path = convert.path_of(params.notebook_document.uri)
        self.close(path)
        book = self._books[path] = Book(path, params.notebook_document.cells)
        self._add(book, params.cell_text_documents)
        book.assemble()
        return book

    def change(self, params: types.DidChangeNotebookDocumentParams) -> Book | None:
        book = self.at(convert.path_of(params.notebook_document.uri))
        cells = params.change.cells
        if book is None or cells is None:
            return None
        if (structure := cells.structure) is not None:
            array = structure.array
            end = array.start + array.delete_count
            book.order[array.start : end] = array.cells or []
            for gone in structure.did_close or ():
                book.live.pop(gone.uri, None)
                self._let_go(book, gone.uri)
            # What moves may be closed and opened at once.
            self._add(book, structure.did_open or ())
        if cells.data:
            news = {cell.document: cell for cell in cells.data}
            book.order = [news.get(cell.document, cell) for cell in book.order]
        for change in cells.text_content or ():
            live = book.live.get(change.document.uri)
            if live is not None:
                live.change(change.changes, change.document.version, self._encoding)
        book.assemble()
        return book

    def close(self, path: str) -> None:
        book = self._books.pop(path, None)
        if book is not None:
            for uri in book.live:
                self._let_go(book, uri)

    def _let_go(self, book: Book, uri: str) -> None:
        """A cell that keeps its address may be one of another notebook by now."""
        if self._of_cell.get(uri) is book:
            del self._of_cell[uri]

    def _add(self, book: Book, items: Iterable[types.TextDocumentItem]) -> None:
        for item in items:
            book.live[item.uri] = LiveCell.opened(item)
            self._of_cell[item.uri] = book

"""Books: files whose programs stand in cells, whatever their format.

Never learns what is in a cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from keras_lsp.text.cells import Cells
from keras_lsp.text.span import Position

SUFFIXES = (".qmd", ".Rmd", ".rmd")
"""Documents of Quarto and R Markdown."""


class Book(Protocol):
    """The text of a file with code cells."""

    cells: Cells

    def with_texts(self, changed: Mapping[int, str]) -> str:
        """The text with other texts in some of its code cells, by index."""

    def place(self, index: int) -> tuple[int | None, int]:
        """The number by which people know a cell, if any, and its first line as they count."""


def read_book(name: str, text: str) -> Book | None:
    """``None`` for a file of another kind; raises `MalformedNotebook`."""
    if name.endswith(".ipynb"):
        from keras_lsp.text.notebook import Notebook

        return Notebook.read(text)
    if name.endswith(".md"):
        from keras_lsp.text.markdown import MarkdownNotebook

        return MarkdownNotebook.read(text)
    if name.endswith(SUFFIXES):
        from keras_lsp.text.chunks import read_chunks

        return read_chunks(text)
    return None


def shown(book: Book, index: int, position: Position) -> tuple[int | None, Position]:
    """A position inside a cell as people find it: the cell's number, and line and column."""
    number, top = book.place(index)
    return number, Position(top + position.line, position.column)

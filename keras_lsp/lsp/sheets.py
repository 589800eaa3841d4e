"""Sheets: Markdown documents, which may be notebooks whose cells stand in one text.

Never learns what is in a cell.  Of prose only the text is kept: it may become a notebook.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from keras_lsp.lsp import convert
from keras_lsp.text import Span, split_lines
from keras_lsp.text.books import SUFFIXES

if TYPE_CHECKING:
    from keras_lsp.text.markdown import MarkdownNotebook


def is_markdown(path: str, language: str) -> bool:
    return language == "markdown" or path.endswith(".md") or has_chunks(path, language)


def has_chunks(path: str, language: str) -> bool:
    """Whether it is a document of R Markdown or Quarto."""
    return language in ("quarto", "rmd") or path.endswith(SUFFIXES)


@dataclass(slots=True)
class Sheet:
    """One open document."""

    path: str
    uri: str
    text: str
    version: int
    chunks: bool = False
    """It is one of R Markdown or Quarto."""
    notebook: MarkdownNotebook | None = None

    @classmethod
    def opened(cls, path: str, item: types.TextDocumentItem) -> Sheet:
        chunks = has_chunks(path, item.language_id)
        made = cls(path, item.uri, item.text, item.version, chunks)
        made._read()
        return made

    def change(
        self,
        changes: Iterable[types.TextDocumentContentChangeEvent],
        version: int,
        encoding: convert.Encoding,
    ) -> None:
        lines = split_lines(self.text)
        self.text, _ = convert.text_after(self.text, lines, changes, encoding)
        self.version = version
        self._read()

    @property
    def code(self) -> list[str]:
        """The document, if there is a program in it."""
        return [self.uri] if self.notebook is not None and self.notebook.cells.cells else []

    @property
    def versions(self) -> dict[str, int]:
        return dict.fromkeys(self.code, self.version)

    def location(self, span: Span, encoding: convert.Encoding) -> types.Location:
        """A span of the cells' source, as the client has it."""
        assert self.notebook is not None
        place = self.notebook.outside(span)
        return types.Location(self.uri, convert.range_out(self.notebook.lines, place, encoding))

    def _read(self) -> None:
        self.notebook = None
        if self.chunks:
            from keras_lsp.text.chunks import read_chunks

            notebook = read_chunks(self.text)
            self.notebook = notebook if notebook.cells.cells else None
        elif self.text.startswith("---"):
            from keras_lsp.text.markdown import MarkdownNotebook, is_notebook

            if is_notebook(self.text):
                self.notebook = MarkdownNotebook.read(self.text)

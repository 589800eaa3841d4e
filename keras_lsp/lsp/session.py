"""The session: one client, what it can do, and the workspace that answers it.

Never analyses anything itself.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from keras_lsp.lsp import convert
from keras_lsp.lsp.delivery import Delivery
from keras_lsp.lsp.notebooks import Book, Books
from keras_lsp.lsp.sheets import Sheet
from keras_lsp.lsp.views import CellView, SheetView, View
from keras_lsp.text import Span

if TYPE_CHECKING:
    from keras_lsp.lsp.models import Models
    from keras_lsp.service.workspace import Workspace

log = logging.getLogger("keras_lsp")


class Session:
    """What the handlers share."""

    def __init__(self, client: types.ClientCapabilities, encoding: convert.Encoding) -> None:
        self.client = client
        self.encoding = encoding
        self.folders: list[str] = []
        """The folders that the client opened with."""
        self.sent: Any = None
        """Settings as they came with ``initialize``, or as the client sent them since."""
        self.told_problems: set[str] = set()
        """Settings that cannot be followed, as far as the user has been told."""
        self.on_answers: Callable[[Callable[[], bool]], None] = lambda learn: None
        self.uris: dict[str, str] = {}
        """The client's own spelling of the address of each open file."""
        # Whatever looks at many files must not stand in the way of an edit.
        self.background = ThreadPoolExecutor(1, thread_name_prefix="keras-lsp")
        self.delivery: Delivery
        """Set before the first document is opened."""
        self.models: Models
        """Set with it."""
        self.interpreters: dict[str, str] = {}
        """Those that the editor has selected, by folder, ``""`` for all others."""
        self.pictures = ""
        """A folder for the pictures that the client is told to show."""
        self.trusted = False
        """The editor says that the workspace may name interpreters."""
        self.closing = False
        self.books = Books(encoding)
        """The notebooks that are open."""
        self.sheets: dict[str, Sheet] = {}
        """The Markdown documents that are open, by path."""

    @cached_property
    def workspace(self) -> Workspace:
        """Made when it is first needed: the client waits for ``initialize`` alone."""
        from keras_lsp.lsp import settings
        from keras_lsp.service.workspace import Workspace

        made = Workspace(self.folders)
        made.set_overrides(settings.sent(self))
        made.on_answers = self.on_answers
        made.on_models = self.models.known
        made.interpreters, made.trusted = self.interpreters, self.trusted
        return made

    # What the client can do

    @property
    def pulls(self) -> bool:
        """It asks for findings, and can be told to ask again when other files bring news."""
        document = self.client.text_document
        return document is not None and document.diagnostic is not None and self.refreshes

    @property
    def refreshes(self) -> bool:
        workspace = self.client.workspace
        diagnostics = workspace.diagnostics if workspace else None
        return bool(diagnostics and diagnostics.refresh_support)

    @property
    def takes_document_changes(self) -> bool:
        workspace = self.client.workspace
        edit = workspace.workspace_edit if workspace else None
        return bool(edit and edit.document_changes)

    @property
    def resolves_edits(self) -> bool:
        document = self.client.text_document
        actions = document.code_action if document else None
        support = actions.resolve_support if actions else None
        return bool(support and "edit" in support.properties and actions and actions.data_support)

    @property
    def asks_configuration(self) -> bool:
        workspace = self.client.workspace
        return bool(workspace and workspace.configuration)

    def refreshes_feature(self, name: str) -> bool:
        """Whether the client asks again for ``inlay_hint`` or ``code_lens`` when it is told to."""
        workspace = self.client.workspace
        capability = getattr(workspace, name, None) if workspace else None
        return bool(capability and capability.refresh_support)

    @property
    def shows_documents(self) -> bool:
        window = self.client.window
        return bool(window and window.show_document and window.show_document.support)

    def registers(self, name: str) -> bool:
        """Whether the client lets a capability be registered later."""
        workspace = self.client.workspace
        capability = getattr(workspace, name, None) if workspace else None
        return bool(capability and getattr(capability, "dynamic_registration", False))

    # Documents

    def view(self, uri: str) -> View | None:
        """A document of the client with what is known of it now."""
        book = self.books.of_cell(uri)
        path = book.path if book is not None else convert.path_of(uri)
        sheet = self.sheets.get(path)
        if sheet is not None and not sheet.code:
            return None
        snapshot = self.workspace.snapshot(path)
        if snapshot is None:
            return None
        if book is not None:
            return CellView(uri, snapshot, self.encoding, book)
        if sheet is not None and sheet.notebook is not None:
            return SheetView(snapshot, self.encoding, sheet, sheet.notebook)
        return View(uri, snapshot, self.encoding) if snapshot.cells is None else None

    def path_of(self, uri: str) -> str | None:
        """The file or the notebook that a document of the client belongs to, if it is open."""
        book = self.books.of_cell(uri)
        path = book.path if book is not None else convert.path_of(uri)
        return path if path in self.workspace.documents else None

    def book_at(self, path: str) -> Book | Sheet | None:
        """What is open there whose program stands in cells."""
        return self.books.at(path) or self.sheets.get(path)

    def location(self, path: str, span: Span, lines: Sequence[str] | None = None) -> types.Location:
        """A span of a file, whose lines may be known, or of a notebook, as the client has it."""
        book = self.book_at(path)
        if book is not None and book.code:
            return book.location(span, self.encoding)
        own = self.lines(path) if lines is None else lines
        return types.Location(self.uri(path), convert.range_out(own, span, self.encoding))

    def documents(self, path: str) -> dict[str, int]:
        """The client's documents that a file or a notebook is made of, with their versions."""
        book = self.book_at(path)
        if book is not None:
            return book.versions
        document = self.workspace.documents.get(path)
        return {self.uri(path): document.version} if document is not None else {}

    def uri(self, path: str) -> str:
        return self.uris.get(path) or convert.uri_of(path)

    def lines(self, path: str) -> list[str]:
        """The lines of a file that a position is about; empty where it cannot be had."""
        document = self.workspace.documents.get(path)
        if document is not None:
            return document.source.lines
        source = self.workspace.project_of(path).source(path)
        return source.lines if source is not None else []

    def call_soon(self, loop: asyncio.AbstractEventLoop, learn: Callable[[], bool]) -> None:
        """An answer of another process: take it in on the session's own thread."""

        def take() -> None:
            if not self.closing and learn():
                self.delivery.news()

        if not self.closing:
            loop.call_soon_threadsafe(take)

    def close(self) -> None:
        self.closing = True
        self.delivery.close()
        self.models.close()
        if self.pictures:
            shutil.rmtree(self.pictures, ignore_errors=True)
        self.background.shutdown(wait=False, cancel_futures=True)
        if "workspace" in self.__dict__:
            self.workspace.shut_down()


def session_of(server: Any) -> Session:
    """The session of a server that has been initialized."""
    found = server.session
    assert isinstance(found, Session)
    return found

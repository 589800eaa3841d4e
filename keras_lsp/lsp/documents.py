"""Documents: opened, changed and closed as the client does.

pygls keeps texts of its own that break lines where the protocol does not, and loses the change
of a notebook that has a cell it does not know; stand-ins take their place, and the workspace
keeps the only text there is.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import Workspace

from keras_lsp.lsp import convert
from keras_lsp.lsp.session import Session, session_of
from keras_lsp.lsp.settings import tell_problems
from keras_lsp.lsp.sheets import Sheet, is_markdown


class StandIn:
    """Takes the place of pygls' own document and keeps nothing."""

    def __init__(self, uri: str, *args: Any, **kwargs: Any) -> None:
        self.uri = uri
        self.version: int | None = None

    def apply_change(self, change: object) -> None:
        """The workspace applies it."""


def keep_nothing(workspace: Workspace) -> None:
    """Let pygls keep neither texts nor notebooks."""
    keeper: Any = workspace
    keeper._create_text_document = StandIn
    keeper.put_notebook_document = keeper.update_notebook_document = lambda params: None
    keeper.remove_notebook_document = lambda params: None


def is_cell(uri: str) -> bool:
    """A cell that is opened for itself says nothing: its notebook is the program."""
    return uri.startswith(("vscode-notebook-cell:", "vscode-interactive-input:"))


def register(server: LanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: LanguageServer, params: types.DidOpenTextDocumentParams) -> None:
        session, document = session_of(ls), params.text_document
        path = convert.path_of(document.uri)
        if is_cell(document.uri) or session.books.claims(document.uri, path):
            return
        if is_markdown(path, document.language_id):
            session.sheets[path] = Sheet.opened(path, document)
            _take(ls, session, session.sheets[path])
            return
        session.uris[path] = document.uri
        if document.language_id in ("python", "") or path.endswith((".py", ".pyi")):
            session.workspace.open(path, document.text, document.version)
            tell_problems(ls, session)
            session.delivery.changed(path)
            session.models.changed(path)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: LanguageServer, params: types.DidChangeTextDocumentParams) -> None:
        session, document = session_of(ls), params.text_document
        path = convert.path_of(document.uri)
        if session.books.claims(document.uri, path):
            return
        if (sheet := session.sheets.get(path)) is not None:
            sheet.change(params.content_changes, document.version, session.encoding)
            _take(ls, session, sheet)
            return
        for change in params.content_changes:
            known = session.workspace.documents.get(path)
            if known is None:
                return
            if isinstance(change, types.TextDocumentContentChangePartial):
                edit = convert.changed(known.source.lines, change, session.encoding)
                session.workspace.change(path, [edit], document.version)
            else:
                session.workspace.change(path, change.text, document.version)
        session.delivery.changed(path)
        session.models.changed(path)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: LanguageServer, params: types.DidCloseTextDocumentParams) -> None:
        session = session_of(ls)
        uri = params.text_document.uri
        path = convert.path_of(uri)
        if session.books.claims(uri, path):
            return
        if session.sheets.pop(path, None) is not None and path not in session.uris:
            return
        session.workspace.close(path)
        session.delivery.changed(path)
        session.models.changed(path)
        session.uris.pop(path, None)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(ls: LanguageServer, params: types.DidSaveTextDocumentParams) -> None:
        """What counts was told by the changes; but jedi reads the file."""
        session = session_of(ls)
        path = convert.path_of(params.text_document.uri)
        if path in session.sheets:
            # No program reads its file.
            session.delivery.rests(path)
            return
        session.workspace.files_changed([path])
        session.delivery.rests(path)
        session.delivery.news()


def _take(ls: LanguageServer, session: Session, sheet: Sheet) -> None:
    """A Markdown document has changed, or has become a notebook, or is none any more."""
    path, was = sheet.path, sheet.path in session.uris
    if sheet.notebook is None:
        if not was:
            return
        session.workspace.close(path)
        del session.uris[path]
    elif was:
        session.workspace.change_notebook(path, sheet.notebook.cells, sheet.version)
    else:
        session.uris[path] = sheet.uri
        session.workspace.open_notebook(path, sheet.notebook.cells, sheet.version)
        tell_problems(ls, session)
    session.delivery.changed(path)
    session.models.changed(path)

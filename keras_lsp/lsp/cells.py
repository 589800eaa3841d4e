"""Cells: a client's notebooks opened, changed, saved and closed, as documents of many parts."""

from __future__ import annotations

from itertools import count

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp import convert
from keras_lsp.lsp.session import session_of
from keras_lsp.lsp.settings import tell_problems


def register(server: LanguageServer) -> None:
    # VS Code calls every version of a notebook 0.
    versions = count(1)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def did_open(ls: LanguageServer, params: types.DidOpenNotebookDocumentParams) -> None:
        session = session_of(ls)
        book = session.books.open(params)
        session.uris[book.path] = params.notebook_document.uri
        session.workspace.open_notebook(book.path, book.cells, next(versions))
        tell_problems(ls, session)
        session.delivery.changed(book.path)
        session.models.changed(book.path)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def did_change(ls: LanguageServer, params: types.DidChangeNotebookDocumentParams) -> None:
        session = session_of(ls)
        book = session.books.change(params)
        if book is not None:
            session.workspace.change_notebook(book.path, book.cells, next(versions))
            session.delivery.changed(book.path)
            session.models.changed(book.path)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def did_close(ls: LanguageServer, params: types.DidCloseNotebookDocumentParams) -> None:
        session = session_of(ls)
        path = convert.path_of(params.notebook_document.uri)
        session.books.close(path)
        session.workspace.close(path)
        session.delivery.changed(path)
        session.models.changed(path)
        session.uris.pop(path, None)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def did_save(ls: LanguageServer, params: types.DidSaveNotebookDocumentParams) -> None:
        """No program reads a notebook's file; who saves is not in the middle of a word."""
        session_of(ls).delivery.rests(convert.path_of(params.notebook_document.uri))

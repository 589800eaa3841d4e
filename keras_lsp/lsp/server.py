"""The server: registers the features, starts a transport; nothing else."""

from __future__ import annotations

import asyncio
import linecache
import logging
import os
import sys
import tempfile
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp import __version__
from keras_lsp.lsp import cells, documents, loading
from keras_lsp.lsp.capabilities import BriefProtocol
from keras_lsp.lsp.notebooks import SYNC

log = logging.getLogger("keras_lsp")


class KerasServer(LanguageServer):
    """A pygls server with a session for the client that it serves."""

    session: Any = None

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Errors are logged: a popup for each would tell the user nothing."""
        log.error("an error in %s: %r", getattr(source, "__name__", source), error, exc_info=error)


def create() -> KerasServer:
    """A server that waits for ``initialize``."""
    server = KerasServer(
        "keras-lsp",
        __version__,
        protocol_cls=BriefProtocol,
        text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
        notebook_document_sync=SYNC,
    )

    @server.feature(types.INITIALIZE)
    def initialize(ls: KerasServer, params: types.InitializeParams) -> None:
        _begin(ls, params)

    @server.feature(types.SHUTDOWN)
    def shutdown(ls: KerasServer, params: None = None) -> None:
        if ls.session is not None:
            ls.session.close()

    documents.register(server)
    cells.register(server)
    return server


def _begin(ls: KerasServer, params: types.InitializeParams) -> None:
    """Make the session; what is offered depends on what the client can do."""
    from keras_lsp.lsp import (
        code_actions,
        code_lens,
        completion,
        convert,
        diagnostics,
        features,
        inlay_hints,
        picture,
        settings,
        workspace_findings,
    )
    from keras_lsp.lsp.delivery import Delivery
    from keras_lsp.lsp.models import Models
    from keras_lsp.lsp.session import Session

    documents.keep_nothing(ls.workspace)
    session = Session(params.capabilities, ls.workspace.position_encoding or "utf-16")
    ls.session = session
    folders = [convert.path_of(f.uri) for f in params.workspace_folders or ()]
    if not folders and params.root_uri:
        folders = [convert.path_of(params.root_uri)]
    session.folders = folders
    options = params.initialization_options
    if isinstance(options, dict):
        session.sent = options.get("settings", options)
        session.trusted = options.get("trusted") is True
        session.interpreters = settings.interpreters_of(options)
    loop = asyncio.get_event_loop()
    session.on_answers = lambda learn: session.call_soon(loop, learn)
    session.delivery = Delivery(
        diagnostics.register(ls, session),
        lambda: session.workspace.review(),
        features.teller(ls, options),
        lambda path: session.workspace.settle(path),
    )
    session.models = Models(session, lambda: inlay_hints.refresh(ls, session))
    if session.pulls:
        workspace_findings.register(ls, session)
    code_actions.register(ls)
    completion.register(ls)
    features.register(ls)
    inlay_hints.register(ls)
    code_lens.register(ls)
    picture.register(ls)
    settings.register(ls)
    # After the answer has left.
    loop.call_soon(loading.ahead)


def serve(
    server: KerasServer, transport: str = "stdio", host: str = "127.0.0.1", port: int = 0
) -> int:
    """Serve until the client says ``exit``; the exit status."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("pygls").setLevel(logging.ERROR)
    # Nothing of the workspace may be importable, whatever folder we were started in.
    os.chdir(tempfile.gettempdir())
    sys.path[:] = [entry for entry in sys.path if entry]
    _settle_down()
    try:
        if transport == "tcp":
            server.start_tcp(host, port)
        elif transport == "ws":
            server.start_ws(host, port)
        else:
            server.start_io()
    finally:
        if server.session is not None:
            server.session.close()
    return 0


def _settle_down() -> None:
    """Be thrifty: a process that lives for days lets go of what only its start needs."""
    # The text of every method that the protocol's library has generated, kept for debuggers.
    for name in [name for name in linecache.cache if name.startswith("<attrs generated")]:
        del linecache.cache[name]

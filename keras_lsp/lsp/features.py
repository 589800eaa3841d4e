"""Hover and commands: what the client may ask of a place or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp import __version__
from keras_lsp.lsp.session import Session, session_of
from keras_lsp.text import Position, Span

if TYPE_CHECKING:
    from keras_lsp.service.snapshot import Snapshot
    from keras_lsp.service.trace import TracedLife

TRACE = "keras-lsp.trace"
STATUS = "keras-lsp.status"
LIVES_CHANGED = "keras-lsp/livesChanged"
"""A notification without parameters, for clients that show lives: ask again."""


def register(server: LanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: LanguageServer, params: types.HoverParams) -> types.Hover | None:
        session = session_of(ls)
        view = session.view(params.text_document.uri)
        if view is None:
            return None
        known = session.workspace.told(view.snapshot.path)
        found = view.snapshot.hover(view.position_in(params.position), *known)
        if found is None:
            return None
        return types.Hover(
            types.MarkupContent(types.MarkupKind.Markdown, found.markdown),
            view.range_out(found.span),
        )

    @server.command(TRACE)
    def trace(ls: LanguageServer, *arguments: Any) -> list[dict[str, Any]]:
        """``uri`` and perhaps a zero-based line: the lives of the models there."""
        session = session_of(ls)
        uri, line = (*arguments, None, None)[:2]
        if not isinstance(uri, str):
            return []
        view = session.view(uri)
        if view is None:
            return []
        only = view.position_in(types.Position(line, 0)).line if isinstance(line, int) else None
        return [_life(session, view.snapshot, life) for life in view.snapshot.trace(only)]

    @server.command(STATUS)
    def status(ls: LanguageServer, *arguments: Any) -> dict[str, Any]:
        """``uri``: what this server is, and which Keras the document is held against."""
        uri = arguments[0] if arguments else None
        view = session_of(ls).view(uri) if isinstance(uri, str) else None
        told: dict[str, Any] = {"version": __version__, "python": sys.executable}
        if view is not None:
            target = view.snapshot.target
            told["keras"] = {"version": target.version, "source": target.source}
        return told


def teller(server: LanguageServer, options: Any) -> Callable[[], None]:
    """Says that lives may have changed, to a client that began with ``{"lives": true}``."""
    if not isinstance(options, dict) or options.get("lives") is not True:
        return lambda: None
    return lambda: server.protocol.notify(LIVES_CHANGED, None)


def _life(session: Session, snapshot: Snapshot, life: TracedLife) -> dict[str, Any]:
    """A life as plain data, its places in the client's terms."""

    def at(path: str, line: int) -> dict[str, Any]:
        uri, inside = _place(session, path, line)
        return {"uri": uri, "line": inside}

    return {
        "name": life.name,
        "function": life.function,
        "kind": life.kind,
        **at(snapshot.path, life.line),
        "steps": [
            {"what": s.what, "detail": s.detail, "column": s.column, **at(s.path, s.line)}
            for s in life.steps
        ],
        "findings": [
            {
                "rule": f.rule,
                "severity": f.severity.value,
                "message": f.message,
                **at(snapshot.path, f.span.start.line),
            }
            for f in life.findings
        ],
    }


def _place(session: Session, path: str, line: int) -> tuple[str, int]:
    """The document that a line of a file or a notebook is in, and the line in it."""
    book = session.book_at(path)
    if book is None or not book.code:
        return session.uri(path), line
    at = book.location(Span.at(Position(line, 0)), session.encoding)
    return at.uri, at.range.start.line

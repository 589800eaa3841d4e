"""Hover and commands: what the client may ask of a place or a file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp.session import Session, session_of
from keras_lsp.text import Position, Span

TRACE = "keras-lsp.trace"


def register(server: LanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: LanguageServer, params: types.HoverParams) -> types.Hover | None:
        session = session_of(ls)
        view = session.view(params.text_document.uri)
        if view is None:
            return None
        found = view.snapshot.hover(view.position_in(params.position))
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
        path = view.snapshot.path
        only = view.position_in(types.Position(line, 0)).line if isinstance(line, int) else None
        told = []
        for life in view.snapshot.trace(only):
            plain = asdict(life)
            at = session.location(path, Span.at(Position(life.line, 0)), view.snapshot.source.lines)
            plain["line"] = at.range.start.line
            plain["findings"] = [f.message for f in life.findings]
            for step in plain["steps"]:
                _place(session, step)
            told.append(plain)
        return told


def _place(session: Session, step: dict[str, Any]) -> None:
    """Where a step is in the client's terms; its column stays in ours."""
    path = step.pop("path")
    step["uri"] = session.uri(path)
    book = session.books.at(path)
    if book is not None and book.code:
        at = book.location(Span.at(Position(step["line"], 0)), session.encoding)
        step["uri"], step["line"] = at.uri, at.range.start.line

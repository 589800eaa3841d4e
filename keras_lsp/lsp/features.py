"""Hover and commands: what the client may ask of a place or a file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp import convert
from keras_lsp.lsp.session import session_of

TRACE = "keras-lsp.trace"


def register(server: LanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: LanguageServer, params: types.HoverParams) -> types.Hover | None:
        session = session_of(ls)
        snapshot = session.snapshot(params.text_document.uri)
        if snapshot is None:
            return None
        lines = snapshot.source.lines
        found = snapshot.hover(convert.position_in(lines, params.position, session.encoding))
        if found is None:
            return None
        return types.Hover(
            types.MarkupContent(types.MarkupKind.Markdown, found.markdown),
            convert.range_out(lines, found.span, session.encoding),
        )

    @server.command(TRACE)
    def trace(ls: LanguageServer, *arguments: Any) -> list[dict[str, Any]]:
        """``uri`` and perhaps a zero-based line: the lives of the models there."""
        session = session_of(ls)
        uri, line = (*arguments, None, None)[:2]
        if not isinstance(uri, str):
            return []
        snapshot = session.snapshot(uri)
        if snapshot is None:
            return []
        told = []
        for life in snapshot.trace(line if isinstance(line, int) else None):
            plain = asdict(life)
            plain["findings"] = [f.message for f in life.findings]
            for step in plain["steps"]:
                step["uri"] = session.uri(step.pop("path"))
            told.append(plain)
        return told

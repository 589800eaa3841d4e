"""Inlay hints: the output shape behind each layer.

Never waits on the thread that hears the client.
"""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp.session import Session, session_of
from keras_lsp.text import Span


def register(server: LanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hints(
        ls: LanguageServer, params: types.InlayHintParams
    ) -> list[types.InlayHint]:
        session = session_of(ls)
        path = session.path_of(params.text_document.uri)
        if path is None:
            return []
        await session.models.of(path)
        view = session.view(params.text_document.uri)
        if view is None:
            return []
        wanted = view.span_in(params.range)
        found: list[types.InlayHint] = []
        for hint in session.workspace.hints(path):
            if not wanted.start.line <= hint.position.line <= wanted.end.line:
                continue
            at = view.range_out(Span.at(hint.position))
            if at is not None:
                tip = types.MarkupContent(types.MarkupKind.Markdown, hint.tooltip)
                found.append(types.InlayHint(at.start, hint.label, tooltip=tip, padding_left=True))
        return found


def refresh(server: LanguageServer, session: Session) -> None:
    """Tell the client to ask for hints and lenses again, as far as it lets itself be told."""
    if session.refreshes_feature("inlay_hint"):
        server.workspace_inlay_hint_refresh(None)
    if session.refreshes_feature("code_lens"):
        server.workspace_code_lens_refresh(None)

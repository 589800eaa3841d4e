"""Completion: what Keras knows at a place, as the protocol wants to hear it."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp import convert
from keras_lsp.lsp.session import session_of

KINDS = {
    "string": types.CompletionItemKind.Value,
    "class": types.CompletionItemKind.Class,
    "function": types.CompletionItemKind.Function,
    "module": types.CompletionItemKind.Module,
}
TRIGGERS = ['"', "'", "."]


def register(server: LanguageServer) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS)
    )
    def completion(ls: LanguageServer, params: types.CompletionParams) -> types.CompletionList:
        session = session_of(ls)
        snapshot = session.snapshot(params.text_document.uri)
        if snapshot is None:
            return types.CompletionList(False, [])
        lines = snapshot.source.lines
        position = convert.position_in(lines, params.position, session.encoding)
        items = [
            types.CompletionItem(
                label=found.text,
                kind=KINDS[found.kind],
                detail=found.detail,
                text_edit=types.TextEdit(
                    convert.range_out(lines, found.span, session.encoding), found.text
                ),
            )
            for found in snapshot.completions(position)
        ]
        return types.CompletionList(False, items)

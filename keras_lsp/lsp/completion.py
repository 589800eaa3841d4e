"""Completion: what Keras knows at a place, as the protocol wants to hear it."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

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
        view = session.view(params.text_document.uri)
        if view is None:
            return types.CompletionList(False, [])
        items = [
            types.CompletionItem(
                label=found.text,
                kind=KINDS[found.kind],
                detail=found.detail,
                text_edit=types.TextEdit(place, found.text),
            )
            for found in view.snapshot.completions(view.position_in(params.position))
            if (place := view.range_out(found.span)) is not None
        ]
        return types.CompletionList(False, items)

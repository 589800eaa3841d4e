"""Completion and signature help: what Keras knows at a place, as the protocol wants to hear it."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp.session import session_of

KINDS = {
    "string": types.CompletionItemKind.Value,
    "keyword": types.CompletionItemKind.Variable,
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
                sort_text=f"{number:04}",
                text_edit=types.TextEdit(place, found.text),
            )
            for number, found in enumerate(
                view.snapshot.completions(view.position_in(params.position))
            )
            if (place := view.range_out(found.span)) is not None
        ]
        return types.CompletionList(False, items)

    @server.feature(
        types.TEXT_DOCUMENT_SIGNATURE_HELP,
        types.SignatureHelpOptions(trigger_characters=["(", ","], retrigger_characters=["="]),
    )
    def signature_help(
        ls: LanguageServer, params: types.SignatureHelpParams
    ) -> types.SignatureHelp | None:
        session = session_of(ls)
        view = session.view(params.text_document.uri)
        if view is None:
            return None
        found = view.snapshot.signature(view.position_in(params.position))
        if found is None:
            return None
        offsets = _takes_offsets(session.client)
        parameters = [
            # Labels are ASCII: their offsets are the same in every encoding.
            types.ParameterInformation((start, end) if offsets else found.label[start:end])
            for start, end in found.parameters
        ]
        # A number beyond the parameters says that none of them is meant.
        active = len(parameters) if found.active is None else found.active
        signature = types.SignatureInformation(found.label, found.summary or None, parameters)
        return types.SignatureHelp([signature], active_signature=0, active_parameter=active)


def _takes_offsets(client: types.ClientCapabilities) -> bool:
    document = client.text_document
    help = document.signature_help if document else None
    information = help.signature_information if help else None
    parameter = information.parameter_information if information else None
    return bool(parameter and parameter.label_offset_support)

"""Code lens: above each model its layers, its parameters and what it is compiled with.

Never waits on the thread that hears the client.
"""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp.picture import SHOW
from keras_lsp.lsp.session import session_of


def register(server: LanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())
    async def code_lens(ls: LanguageServer, params: types.CodeLensParams) -> list[types.CodeLens]:
        session, uri = session_of(ls), params.text_document.uri
        path = session.path_of(uri)
        if path is None:
            return []
        models = await session.models.of(path)
        view = session.view(uri) if models else None
        if view is None:
            return []
        from keras_lsp.service.lenses import lenses

        found: list[types.CodeLens] = []
        for lens in lenses(models, view.snapshot.source, view.snapshot.trace()):
            at = view.range_out(lens.span)
            if at is not None:
                command = types.Command(lens.title, SHOW, arguments=[uri, at.start.line])
                found.append(types.CodeLens(at, command=command))
        return found

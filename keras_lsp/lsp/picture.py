"""Pictures: a model's picture for the client, as a page that it shows or as text for its own view.

Never draws.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keras_lsp.lsp.session import Session, session_of
from keras_lsp.text import Span

if TYPE_CHECKING:
    from keras_lsp.service.picture import Where
    from keras_lsp.service.shaping import Model
    from keras_lsp.syntax import Source
    from keras_lsp.syntax.source import Place

PICTURE = "keras-lsp.picture"
SHOW = "keras-lsp.showPicture"


def register(server: LanguageServer) -> None:
    @server.command(PICTURE)
    async def picture(ls: LanguageServer, *arguments: Any) -> dict[str, Any] | None:
        """``uri`` and a zero-based line: a page with the model there; its rows name their lines."""
        session = session_of(ls)
        drawn = await _drawn(session, *(*arguments, None, None)[:2])
        return None if drawn is None else {"title": drawn[0], "html": drawn[1]}

    @server.command(SHOW)
    async def show(ls: LanguageServer, *arguments: Any) -> None:
        """The same, shown by the client, or by whatever shows HTML on its machine."""
        session = session_of(ls)
        drawn = await _drawn(session, *(*arguments, None, None)[:2])
        if drawn is None:
            message = "keras-lsp: nothing is known of a model here"
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))
            return
        path = await asyncio.get_running_loop().run_in_executor(None, _written, session, drawn[1])
        if session.shows_documents:
            wish = types.ShowDocumentParams(Path(path).as_uri(), external=True)
            shown = await ls.window_show_document_async(wish)
            if shown.success:
                return
        message = f"keras-lsp: the picture is in {path}"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))


async def _drawn(session: Session, uri: Any, line: Any) -> tuple[str, str] | None:
    """The title and the page."""
    path = session.path_of(uri) if isinstance(uri, str) else None
    models = await session.models.of(path) if path is not None else ()
    view = session.view(uri) if models else None
    if view is None or path is None:
        return None
    source = view.snapshot.source
    at = view.position_in(types.Position(line, 0)).line if isinstance(line, int) else None
    # Many layers take a while to draw, and applications have to be asked about.
    return await asyncio.get_running_loop().run_in_executor(
        session.background, _page, session, path, source, models, at
    )


def _page(
    session: Session, path: str, source: Source, models: tuple[Model, ...], line: int | None
) -> tuple[str, str] | None:
    from keras_lsp.service.page import page
    from keras_lsp.service.picture import Where
    from keras_lsp.service.shaping import models_at

    def where(place: Place) -> Where | None:
        if not source.has(place.statement):
            return None
        at = session.location(path, Span.at(source.span(place).start), source.lines)
        start = at.range.start
        text = f"{os.path.basename(path)}:{start.line + 1}"
        href = f"vscode://file/{Path(path).as_posix().lstrip('/')}:{start.line + 1}"
        return Where(text, start.line, href, at.uri)

    summaries = session.workspace.summaries(path, models_at(models, source, line))
    if not summaries:
        return None
    title = ", ".join(dict.fromkeys(summary.name or "a model" for summary in summaries))
    return title, page(summaries, where)


def _written(session: Session, html: str) -> str:
    """A file of the session's own, overwritten by the next picture."""
    if not session.pictures:
        session.pictures = tempfile.mkdtemp(prefix="keras-lsp-picture-")
    path = Path(session.pictures, "model.html")
    path.write_text(html, encoding="utf-8")
    return str(path)

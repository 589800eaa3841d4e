"""Models: when the models of a document are asked about, and who waits for them.

Never shows anything; never asks while the client types.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from keras_lsp.lsp.session import Session

if TYPE_CHECKING:
    from keras_lsp.service.shaping import Model
    from keras_lsp.syntax import Source

PAUSE = 0.12
"""Seconds without a change after which the models of a document are asked about."""
PATIENCE = 60.0
"""Seconds after which somebody who waits gets nothing; the client is told to ask again later."""


class Models:
    """Belongs to a session, and to its thread."""

    def __init__(self, session: Session, refresh: Callable[[], None]) -> None:
        self._session = session
        self._refresh = refresh
        """Tells the client to ask for hints and lenses again."""
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._answered: dict[str, Source | None] = {}
        """The texts for which the client has had an answer; None: it does not count any more."""

    def changed(self, path: str) -> None:
        """A document was opened, changed or closed."""
        self._ask_later(path)
        self._ask_others([path])

    def written(self, paths: Iterable[str]) -> None:
        """Files were written, made or removed, so that others find something else there."""
        self._ask_others(paths, written=True)

    def _ask_others(self, paths: Iterable[str], written: bool = False) -> None:
        """About the documents whose models may rest on other files."""
        for path in self._session.workspace.doubt_models(paths, written):
            if path in self._answered:
                self._answered[path] = None
            self._ask_later(path)

    def _ask_later(self, path: str) -> None:
        if (timer := self._timers.pop(path, None)) is not None:
            timer.cancel()
        if path not in self._session.workspace.documents:
            self._answered.pop(path, None)
            self.known(path)
            return
        loop = asyncio.get_running_loop()
        self._timers[path] = loop.call_later(PAUSE, lambda: self._ask(path))

    async def of(self, path: str) -> tuple[Model, ...]:
        """The models of a document's present text; empty where they cannot be known."""
        workspace = self._session.workspace
        while True:
            document, models = workspace.documents.get(path), workspace.models(path)
            if document is None or models is not None:
                break
            waiting = self._waiting.get(path)
            if waiting is None:
                waiting = self._waiting[path] = asyncio.get_running_loop().create_future()
            if path not in self._timers:
                workspace.ask_models(path)
            try:
                await asyncio.wait_for(asyncio.shield(waiting), PATIENCE)
            except TimeoutError:
                return ()
        if document is not None:
            self._answered[path] = document.source
        return models or ()

    def ask_again(self) -> None:
        """Settings are others: everything may look different."""
        for path in self._session.workspace.documents:
            self.changed(path)
        if self._answered:
            self._refresh()

    def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        for waiting in self._waiting.values():
            waiting.cancel()

    def _ask(self, path: str) -> None:
        self._timers.pop(path, None)
        self._session.workspace.ask_models(path)

    def known(self, path: str) -> None:
        """The models of a document's present text are known now."""
        waiting = self._waiting.pop(path, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
            return
        document = self._session.workspace.documents.get(path)
        if document is not None and path in self._answered:
            if self._answered[path] is not document.source:
                # The client had an answer for another text, and does not know that it is old.
                self._refresh()

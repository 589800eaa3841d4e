"""Progress: tell the client how far a long request is, where it gave a token."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from types import TracebackType
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer


class Progress:
    """Begins, reports at most a hundred times, and ends, also when it is cancelled."""

    def __init__(self, server: LanguageServer, token: Any, title: str) -> None:
        self._server = server
        self._token = token
        self._title = title
        self._told = -1

    def __enter__(self) -> Progress:
        if self._token is not None:
            begin = types.WorkDoneProgressBegin(self._title, cancellable=True, percentage=0)
            self._server.work_done_progress.begin(self._token, begin)
            self._cancel_with(asyncio.current_task())
        return self

    def _cancel_with(self, task: asyncio.Task[Any] | None) -> None:
        """Who cancels the progress cancels the request."""
        cancelled = self._server.work_done_progress.tokens[self._token]

        def called_off(future: Future[Any]) -> None:
            if task is not None and future.cancelled():
                task.cancel()

        cancelled.add_done_callback(called_off)

    def tell(self, done: int, total: int) -> None:
        percentage = done * 100 // max(1, total)
        if self._token is not None and percentage != self._told:
            self._told = percentage
            report = types.WorkDoneProgressReport(
                message=f"{done} of {total} files", percentage=percentage
            )
            self._server.work_done_progress.report(self._token, report)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self._token is not None:
            self._server.work_done_progress.tokens.pop(self._token, None)
            self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd())

"""Delivery: brings findings to the client when they change, one way or the other.

The client's own change comes first, at once; what it means for other documents follows when
the client pauses, one document after another.  Never finds anything itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

BURST = 0.004
"""Seconds in which further changes are awaited: a burst is analysed once."""
PAUSE = 0.12
"""Seconds without a change after which other documents are looked at."""
REST = 1.0
"""Seconds without a change after which a word counts as written to its end."""


class Channel(Protocol):
    """How a client learns of findings."""

    def own(self, path: str) -> None:
        """The client has changed a document itself."""

    def news(self, path: str) -> bool:
        """What is said of a document may be something else now; whether it is."""

    def flush(self) -> None:
        """There was news, and for now there is no more."""


class Delivery:
    """Decides when; a channel knows how."""

    def __init__(
        self,
        channel: Channel,
        review: Callable[[], list[str]],
        reviewed: Callable[[], None] = lambda: None,
        settle: Callable[[str], bool] = lambda path: False,
    ) -> None:
        self._channel = channel
        self._reviewed = reviewed
        """Told when documents that the client had not changed were looked at again."""
        self._find = review
        self._settle = settle
        self._resting: dict[str, asyncio.TimerHandle] = {}
        """Documents in which somebody was typing just now."""
        self._changed: dict[str, asyncio.TimerHandle] = {}
        """Documents that the client has changed and was not told of yet."""
        self._behind: list[str] = []
        """Documents of which something else has changed."""
        self._review: asyncio.TimerHandle | None = None
        self._step: asyncio.Handle | None = None
        self._told = False

    def changed(self, path: str) -> None:
        """The client has changed a document, or has opened or closed it."""
        if (waiting := self._changed.pop(path, None)) is not None:
            waiting.cancel()
        self._changed[path] = self._later(BURST, lambda: self._own(path))
        self._set_review(PAUSE)
        if (resting := self._resting.pop(path, None)) is not None:
            resting.cancel()
        self._resting[path] = self._later(REST, lambda: self.rests(path))

    def rests(self, path: str) -> None:
        """Nobody is typing in a document any more."""
        if (resting := self._resting.pop(path, None)) is not None:
            resting.cancel()
        if self._settle(path):
            self.everything([path])

    def news(self) -> None:
        """Something else has changed: other processes answered, files were written."""
        if self._review is None:
            self._set_review(BURST)

    def everything(self, paths: list[str]) -> None:
        """All these documents may look different."""
        self._behind += [path for path in paths if path not in self._behind]
        self._go_on()

    def close(self) -> None:
        for handle in (self._review, self._step, *self._changed.values(), *self._resting.values()):
            if handle is not None:
                handle.cancel()

    def _later(self, seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, call)

    def _own(self, path: str) -> None:
        self._changed.pop(path, None)
        self._channel.own(path)

    def _set_review(self, seconds: float) -> None:
        if self._review is not None:
            self._review.cancel()
        self._review = self._later(seconds, self._look_around)

    def _look_around(self) -> None:
        self._review = None
        self.everything(self._find())

    def _go_on(self) -> None:
        if self._step is None and self._behind:
            self._step = asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        """One document a turn: what the client sends meanwhile is heard in between."""
        self._step = None
        path = self._behind.pop(0)
        if path not in self._changed:
            self._told = self._channel.news(path) or self._told
        if self._behind:
            self._go_on()
            return
        self._reviewed()
        if self._told:
            self._told = False
            self._channel.flush()

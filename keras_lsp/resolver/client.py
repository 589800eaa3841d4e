"""The client: asks the worker, remembers its answers, and never waits longer than it may.

Never imports jedi; never summarises what is found.
"""

from __future__ import annotations

import hashlib
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keras_lsp.resolver.answers import Definition, Query, decoded
from keras_lsp.resolver.cache import cache_folder
from keras_lsp.resolver.process import HARD, START, JediProcess, Lost, Resting
from keras_lsp.text import Undecodable, decode

log = logging.getLogger("keras_lsp.resolver")

BUDGET = HARD + START
"""Seconds that a call may wait: the limit of one batch, with the start of the worker."""

Answers = dict[Query, Definition | None]


@dataclass(eq=False)
class _Job:
    """One batch of questions about one text."""

    path: str
    text: str | None
    queries: tuple[Query, ...]
    callback: Callable[[list[Definition | None]], None] | None = None
    done: threading.Event = field(default_factory=threading.Event)
    answers: Answers = field(default_factory=dict)

    def finish(self) -> None:
        self.done.set()
        if self.callback is not None:
            try:
                self.callback([self.answers.get(q) for q in self.queries])
            except Exception:
                log.exception("an answer of the resolver was not taken well")


class Resolver:
    """One worker process for one workspace; safe to use from several threads.

    One daemon thread speaks with the worker; a question that has to wait waits for that thread.
    """

    def __init__(
        self,
        roots: str | Sequence[str],
        extra_paths: Sequence[str] = (),
        hard: float = HARD,
        start: float = START,
    ) -> None:
        given = [roots] if isinstance(roots, str) else list(roots)
        self.roots = [os.path.abspath(root) for root in given if root]
        sources = [str(Path(root, "src")) for root in self.roots if Path(root, "src").is_dir()]
        # Sources before their root: `src` itself is no package of theirs.
        paths = [*sources, *self.roots, *extra_paths]
        self._jedi = JediProcess(self.roots, paths, hard, start)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._lock = threading.Lock()
        """Guards what follows; never held while anybody waits."""
        self._generation = 0
        self._known: dict[str, tuple[bytes, Answers]] = {}
        self._overlays: dict[str, str] = {}
        self._untold: set[str] = set()
        """Overlays that the running worker has not been told of."""
        self._changed: set[str] = set()

    # Questions

    def definitions(
        self, path: str, text: str | None, queries: Sequence[Query], budget: float = BUDGET
    ) -> list[Definition | None]:
        """Where the names at these positions lead; ``None`` where nobody knows for sure.

        ``text`` is the file's text, ``None`` the one on disk.  What is not answered within the
        budget is ``None`` too; the answer is there when the same is asked again later.
        """
        deadline = time.monotonic() + budget
        job = _Job(os.path.abspath(path), text, tuple(queries))
        if not self._answer(job):
            self._put(job)
            job.done.wait(max(0.0, deadline - time.monotonic()))
        return [job.answers.get(query) for query in queries]

    def ask(
        self,
        path: str,
        text: str | None,
        queries: Sequence[Query],
        callback: Callable[[list[Definition | None]], None],
    ) -> None:
        """The same without waiting; ``callback`` is called once, on the resolver's own thread."""
        self._put(_Job(os.path.abspath(path), text, tuple(queries), callback))

    def overlay(self, path: str, text: str | None) -> None:
        """An unsaved buffer stands for its file; ``None``: the file counts again."""
        path = os.path.abspath(path)
        with self._lock:
            if self._overlays.get(path) == text:
                return
            if text is None:
                del self._overlays[path]
            else:
                self._overlays[path] = text
            self._untold.add(path)
            self._forget()

    def forget(self, path: str | None = None) -> None:
        """A file has changed, or any: ask again."""
        with self._lock:
            if path is not None:
                self._changed.add(os.path.abspath(path))
            self._forget()

    def _forget(self) -> None:
        # An answer may have come by way of any file, so all of them are gone.
        self._known.clear()
        self._generation += 1

    @property
    def pid(self) -> int | None:
        """The worker's process, while there is one."""
        return self._jedi.pid

    def close(self) -> None:
        """End the worker; whoever waits gets no answer."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
        self._jedi.interrupt()
        if thread is not None:
            self._jobs.put(None)
            if thread is not threading.current_thread():
                thread.join(timeout=5)

    # The thread

    def _put(self, job: _Job) -> None:
        with self._lock:
            closed = self._closed
            if not closed and self._thread is None:
                self._thread = threading.Thread(target=self._serve, daemon=True, name="resolver")
                self._thread.start()
            if not closed:
                self._jobs.put(job)
        if closed:
            job.finish()

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                if not self._answer(job):
                    self._work(job)
            except Exception:
                log.exception("a question to the resolver failed")
            job.finish()
        while not self._jobs.empty():
            left = self._jobs.get()
            if left is not None:
                left.finish()
        self._jedi.clean_up()

    def _answer(self, job: _Job) -> bool:
        """Take what is known already; whether that is all."""
        if job.text is None:
            job.text = self._overlays.get(job.path) or _read(job.path)
        if job.text is None:
            return True
        with self._lock:
            known = self._known.get(job.path)
            if known is not None and known[0] == _digest(job.text):
                job.answers.update({q: known[1][q] for q in job.queries if q in known[1]})
        return all(query in job.answers for query in job.queries)

    def _work(self, job: _Job) -> None:
        missing = [q for q in dict.fromkeys(job.queries) if q not in job.answers]
        with self._lock:
            generation = self._generation
        found: Answers = dict.fromkeys(missing)
        try:
            answers = self._jedi.ask(lambda fresh: self._request(job, missing, fresh))
        except Resting as reason:
            log.debug("no answer for %s: %s", job.path, reason)
            return
        except Lost:
            # The same text would end the next worker too.
            log.warning("jedi has no answer for %s", job.path)
        else:
            decode_with = self._jedi.skeleton
            for query, answer in zip(missing, answers, strict=True):
                found[query] = decoded(answer, decode_with)
        job.answers.update(found)
        self._remember(job, found, generation)

    def _remember(self, job: _Job, found: Answers, generation: int) -> None:
        digest = _digest(job.text or "")
        with self._lock:
            if generation != self._generation:
                return
            known = self._known.get(job.path)
            if known is None or known[0] != digest:
                self._known[job.path] = (digest, dict(found))
            else:
                known[1].update(found)

    def _request(self, job: _Job, queries: Sequence[Query], fresh: bool) -> dict[str, Any]:
        with self._lock:
            told = list(self._overlays) if fresh else sorted(self._untold)
            overlays = [(path, self._overlays.get(path)) for path in told]
            changed = [] if fresh else sorted(self._changed)
            self._untold.clear()
            self._changed.clear()
        return {
            "path": job.path,
            "code": job.text,
            "queries": [(q.line, q.column) for q in queries],
            "overlays": overlays,
            "changed": changed,
        }


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


def _read(path: str) -> str | None:
    try:
        return decode(Path(path).read_bytes()).text
    except (OSError, Undecodable):
        return None


__all__ = ["BUDGET", "Definition", "Query", "Resolver", "cache_folder"]

"""Modelling: the models of open documents, found and asked about in the background.

Never touches a document: what it has found out is handed over.

One thread of its own: it lets others in every few steps, and begins anew as soon as there is a
newer text, so that nobody waits for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from keras_lsp.config import Config
from keras_lsp.extraction import CalledOff
from keras_lsp.service.imported import Imported, Texts, roots_of
from keras_lsp.service.probes import Probes
from keras_lsp.service.shaping import Asker, Told
from keras_lsp.syntax import Source

log = logging.getLogger("keras_lsp.probe")


@dataclass(eq=False)
class Task:
    """One text of one document."""

    source: Source
    config: Config
    root: str
    users: bool
    """The setting ``python`` is the user's own."""
    done: Callable[[Told], None]
    """Called on the background thread."""
    buffers: Mapping[str, str] = field(default_factory=dict)
    """What an editor has of other files, by these (see `os.path.normcase`)."""
    called_off: bool = False

    def pause(self) -> None:
        """Let other threads in; raises `CalledOff` when nobody wants to know any more."""
        time.sleep(0)
        if self.called_off:
            raise CalledOff


class Modelling:
    """The newest text of each document is asked about, one after the other."""

    def __init__(self, probes: Probes) -> None:
        self._probes = probes
        self._texts = Texts()
        """Those of other files, for the one thread."""
        self._changed = threading.Condition()
        self._tasks: OrderedDict[str, Task] = OrderedDict()
        self._running: tuple[str, Task] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(self, path: str, task: Task) -> None:
        """In the place of what was asked about this document before."""
        with self._changed:
            if self._closed:
                return
            self._call_off(path)
            self._tasks[path] = task
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, daemon=True, name="models")
                self._thread.start()
            self._changed.notify()

    def call_off(self, path: str) -> None:
        """Nobody waits for it any more."""
        with self._changed:
            self._call_off(path)

    def asker(self, config: Config, root: str, users: bool) -> Asker:
        """For what is not asked about in advance, on the caller's own thread."""
        return Asker(self._probes.of(config, root, users))

    def forget(self) -> None:
        """Environments may be others now."""
        self._probes.forget()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._tasks.clear()
            if self._running is not None:
                self._running[1].called_off = True
            self._changed.notify()
        # Whoever waits for a reply gets none, and the thread comes to its end.
        self._probes.close()

    def _call_off(self, path: str) -> None:
        if (waiting := self._tasks.pop(path, None)) is not None:
            waiting.called_off = True
        if self._running is not None and self._running[0] == path:
            self._running[1].called_off = True

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._running = None
                while not self._tasks and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                self._running = self._tasks.popitem(last=False)
                _, task = self._running
            try:
                told = self._found(task)
            except CalledOff:
                continue
            except Exception:
                log.exception("the models of %s cannot be found", task.source.path)
                told = Told()
            if not task.called_off:
                task.done(told)

    def _found(self, task: Task) -> Told:
        probe = self._probes.of(task.config, task.root, task.users)
        if probe is None:
            return Told()
        roots = roots_of(task.root, task.config.extra_paths)
        files = Imported(roots, task.buffers, self._texts)
        told = Asker(probe, pause=task.pause, files=files).told(task.source)
        return replace(told, files=files.files)

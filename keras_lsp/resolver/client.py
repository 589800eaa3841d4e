"""The client: asks the worker, within a budget, and starts it again when it is lost.

Never imports jedi; never lets a question wait for longer than its budget.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import logging
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keras_lsp import __version__

log = logging.getLogger("keras_lsp.resolver")

BUDGET = 8.0
"""Seconds for one batch of questions, the start of the worker included."""
KILLS = 3
"""Kills after which the worker is left alone for a while."""
REST = 60.0
"""Seconds of that while."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name is defined: a file and a top-level name in it."""

    path: str
    line: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Query:
    """A position in a file: zero-based line, code-point column."""

    line: int
    column: int


class Resolver:
    """One worker process for one workspace; safe to use from several threads."""

    def __init__(self, root: str, extra_paths: Sequence[str] = ()) -> None:
        self.root = root
        self.paths = [root, str(Path(root) / "src"), *extra_paths]
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        self._lock = threading.Lock()
        self._number = 0
        self._killed: list[float] = []
        self._known: dict[tuple[str, str, Query], Definition | None] = {}
        self._overlays: dict[str, str] = {}
        self._requests: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="keras-lsp-")

    # Questions

    def definitions(
        self, path: str, text: str, queries: Sequence[Query], budget: float = BUDGET
    ) -> list[Definition | None]:
        """Where the names at these positions are defined; ``None`` where nobody knows."""
        digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()
        missing = [q for q in queries if (path, digest, q) not in self._known]
        if missing:
            with self._lock:
                answers = self._ask(path, text, missing, time.monotonic() + budget)
            if answers is not None:
                for query, answer in zip(missing, answers, strict=True):
                    self._known[path, digest, query] = _definition(answer)
        return [self._known.get((path, digest, q)) for q in queries]

    def ask(
        self,
        path: str,
        text: str,
        queries: Sequence[Query],
        callback: Callable[[list[Definition | None]], None],
    ) -> None:
        """The same without waiting; ``callback`` is called on the resolver's own thread."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, daemon=True, name="resolver")
            self._thread.start()
        self._requests.put(lambda: callback(self.definitions(path, text, queries)))

    def _serve(self) -> None:
        while (request := self._requests.get()) is not None:
            try:
                request()
            except Exception:
                log.exception("a question to the resolver failed")

    def overlay(self, path: str, text: str | None) -> None:
        """An unsaved buffer stands for its file; ``None``: the file counts again."""
        if text is None:
            self._overlays.pop(path, None)
        else:
            self._overlays[path] = text
        self.forget()

    def forget(self) -> None:
        """Files have changed: ask again."""
        self._known.clear()

    @property
    def pid(self) -> int | None:
        """The worker's process, while there is one."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def close(self) -> None:
        if self._thread is not None:
            self._requests.put(None)
        with self._lock:
            self._stop()
        with contextlib.suppress(OSError):
            self._folder.cleanup()

    # The process

    def _ask(
        self, path: str, text: str, queries: Sequence[Query], deadline: float
    ) -> list[Any] | None:
        for _ in range(2):
            if not self._start():
                return None
            self._number += 1
            request = {
                "id": self._number,
                "root": self.root,
                "paths": self.paths,
                "first": [str(_skeleton())],
                "path": path,
                "code": text,
                "overlays": [(p, t) for p, t in self._overlays.items() if p != path],
                "queries": [(q.line + 1, q.column) for q in queries],
            }
            answer = self._exchange(request, deadline)
            if answer is not None:
                answers: list[Any] = answer
                return answers
            if time.monotonic() >= deadline:
                log.warning("jedi took too long for %s and was ended", path)
                self._killed.append(time.monotonic())
                self._stop()
                return None
            # It has died of its own: start it once more and ask again.
            self._stop()
        return None

    def _exchange(self, request: dict[str, Any], deadline: float) -> list[Any] | None:
        process = self._process
        assert process is not None and process.stdin is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except OSError:
            return None
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._answers.get(timeout=left)
            except queue.Empty:
                return None
            if line is None:
                return None
            try:
                answer = json.loads(line)
            except ValueError:
                continue
            if answer.get("id") == request["id"]:
                answers: list[Any] = answer["answers"]
                return answers
        return None

    def _start(self) -> bool:
        if self._process is not None and self._process.poll() is None:
            return True
        now = time.monotonic()
        self._killed = [at for at in self._killed if now - at < REST]
        if len(self._killed) >= KILLS:
            return False
        home = _jedi_home()
        if home is None:
            return False
        cache = str(cache_folder() / "jedi")
        worker = Path(__file__).with_name("worker.py")
        # The workspace must not be able to slip its own modules under the worker.
        command = [sys.executable, "-I", str(worker), home, cache]
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            creationflags=flags,
        )
        self._answers = queue.Queue()
        threading.Thread(
            target=_read, args=(self._process, self._answers), daemon=True, name="jedi answers"
        ).start()
        return True

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            process.kill()
        with contextlib.suppress(OSError):
            if process.stdin:
                process.stdin.close()
        process.wait()


def _read(process: subprocess.Popen[bytes], answers: queue.Queue[bytes | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        answers.put(line)
    process.stdout.close()
    answers.put(None)


def _definition(answer: Any) -> Definition | None:
    if not isinstance(answer, dict):
        return None
    return Definition(answer["path"], answer["line"], answer["name"], answer["kind"])


def _jedi_home() -> str | None:
    """The folder that holds jedi, found without importing it."""
    spec = importlib.util.find_spec("jedi")
    return str(Path(spec.origin).parent.parent) if spec and spec.origin else None


def cache_folder() -> Path:
    """A private folder for what can be made again."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or tempfile.gettempdir()
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "keras-lsp" / __version__
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"keras-lsp-{__version__}"
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _skeleton() -> Path:
    from keras_lsp.catalog.names import table
    from keras_lsp.resolver.skeleton import write

    loaded = table()
    folder = cache_folder() / f"skeleton-{loaded['keras']}"
    return write(folder, loaded["aliases"], loaded["kinds"])

"""The worker's process: started, asked with a limit of time, ended and started again.

Never imports jedi and never understands an answer.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from keras_lsp.resolver.cache import cache_folder
from keras_lsp.resolver.skeleton import written

log = logging.getLogger("keras_lsp.resolver")

HARD = 8.0
"""Seconds after which a worker that does not answer is ended."""
START = 12.0
"""Seconds more for the first answer, for which jedi is imported and reads its builtins."""
KILLS = 3
"""Losses after which the worker is left alone for a while."""
REST = 60.0
"""Seconds of that while."""

Request = dict[str, Any]


class Lost(Exception):
    """The worker has died over a request, twice, or was too slow for it."""


class Resting(Exception):
    """The worker was lost too often of late, or cannot be started at all."""


class JediProcess:
    """At most one worker; used by one thread, ended from any."""

    def __init__(
        self, roots: Sequence[str], paths: Sequence[str], hard: float, start: float = START
    ) -> None:
        self.roots = list(roots)
        self.paths = list(paths)
        self.hard = hard
        self.start = start
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._number = 0
        self._losses: list[float] = []
        self._closed = False
        self.skeleton = ""

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def ask(self, request: Callable[[bool], Request]) -> list[Any]:
        """The worker's answers; ``request(True)`` is what a new worker needs to be told."""
        for _ in range(2):
            fresh = self._running()
            answers, slow = self._exchange(request(fresh), fresh)
            if answers is not None:
                return answers
            self.end()
            if self._closed:
                raise Resting("closed")
            if slow:
                log.warning("jedi took too long and was ended")
                break
        self._losses.append(time.monotonic())
        raise Lost

    def _running(self) -> bool:
        """Have a process; whether it is a new one."""
        if self.pid is not None:
            return False
        self.end()
        now = time.monotonic()
        self._losses = [at for at in self._losses if now - at < REST]
        if self._closed or len(self._losses) >= KILLS:
            raise Resting("lost too often")
        try:
            self._start()
        except OSError as problem:
            self._losses.append(now)
            raise Resting(f"cannot be started: {problem}") from problem
        return True

    def _start(self) -> None:
        libraries = _libraries(self.roots)
        if not libraries:
            raise Resting("jedi is not installed")
        home = cache_folder()
        self.skeleton = str(written(home))
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(
                prefix="keras-lsp-", ignore_cleanup_errors=True
            )
        settings = {
            "libraries": libraries,
            "cache": str(home / "jedi"),
            "skeleton": self.skeleton,
            "roots": self.roots,
            "paths": self.paths,
        }
        # Isolated, without site-packages and from an empty folder: nothing that a workspace
        # holds can be imported by it.
        command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("worker.py"))]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._process = process
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.write(json.dumps(settings).encode() + b"\n")

    def _exchange(self, request: Request, fresh: bool) -> tuple[list[Any] | None, bool]:
        """The answers, if there are any; and whether the worker was ended for its slowness."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None, False
        self._number += 1
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            process.kill()

        # Its end also ends a write or a read that waits for it.
        watch = threading.Timer(self.hard + (self.start if fresh else 0.0), expire)
        watch.daemon = True
        watch.start()
        try:
            process.stdin.write(json.dumps({**request, "id": self._number}).encode() + b"\n")
            process.stdin.flush()
            while line := process.stdout.readline():
                answer = json.loads(line)
                if answer["id"] == self._number:
                    answers: list[Any] = answer["answers"]
                    return answers, False
        except (OSError, ValueError, KeyError, TypeError):
            log.debug("the worker is lost", exc_info=True)
        finally:
            watch.cancel()
        return None, expired.is_set()

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError, ValueError):
                if pipe is not None:
                    pipe.close()

    def interrupt(self) -> None:
        """From another thread: whatever it waits for is over, and there will be no other."""
        self._closed = True
        process = self._process
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()

    def clean_up(self) -> None:
        self.end()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _libraries(roots: Sequence[str]) -> list[str]:
    """The folders that hold jedi and parso, found without importing them.

    Not in a workspace, nor in the current folder, which ``python -m`` puts first.
    """
    refused = {os.path.realpath(path) for path in (os.getcwd(), *roots)}
    places = [p for p in sys.path if p and os.path.realpath(p) not in refused]
    found: list[str] = []
    for name in ("jedi", "parso"):
        spec = PathFinder.find_spec(name, places)
        if spec is None or spec.origin is None:
            return []
        folder = str(Path(spec.origin).parent.parent)
        if folder not in found:
            found.append(folder)
    return found

"""The agent's process: started in somebody's Python, asked with a limit of time, ended.

Never understands a reply.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

log = logging.getLogger("keras_lsp.probe")

AGENT = Path(__file__).with_name("agent.py")
START = 60.0
"""Seconds until Keras has to be imported."""
SLOW_START = 180.0
"""Seconds until TensorFlow has to be, where a Keras 2 is asked."""
BEATS = 20
"""Signs of life after which a call is slow all the same."""
SETTINGS = ("floatx", "epsilon", "image_data_format")
"""What the user's ``keras.json`` may say in the probe, too."""
FOREIGN = ("PYTHON", "KERAS", "TF_", "XLA_", "JAX_", "CUDA_", "LD_PRELOAD", "DYLD_")
"""Beginnings of environment variables that the probe does not inherit."""

Answer = dict[str, Any]


class Lost(Exception):
    """The process has ended, by itself or for its slowness."""

    def __init__(self, slow: bool) -> None:
        super().__init__("too slow" if slow else "it died")
        self.slow = slow


class Fatal(Exception):
    """Keras cannot be imported there, or the interpreter cannot be started."""


class AgentProcess:
    """One process at the most; used by one thread, ended from any."""

    def __init__(
        self,
        executable: str,
        folders: Sequence[str],
        deadline: float,
        memory: int,
        command: Sequence[str] = (),
        keras2: str = "",
    ) -> None:
        """``keras2`` is the package of a Keras 2 that is asked over TensorFlow."""
        self.keras2 = keras2
        self.command = [executable, "-I", "-B", *(command or (str(AGENT),))]
        self.folders = list(folders)
        self.deadline = deadline
        self.memory = memory
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._watch: _Watch | None = None

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process and process.poll() is None else None

    def start(self) -> Answer:
        """What the agent says of itself; raises `Fatal`."""
        self.end()
        self.starts += 1
        home = self._home = tempfile.TemporaryDirectory(
            prefix="keras-lsp-probe-", ignore_cleanup_errors=True
        )
        empty = Path(home.name, "empty")
        empty.mkdir()
        try:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=empty,
                env=environment(home.name),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as problem:
            self.end()
            raise Fatal(f"cannot be started: {problem}") from problem
        self._watch = _Watch(self._process)
        settings = {"folders": self.folders, "memory": self.memory, "keras2": self.keras2}
        try:
            answer = self._exchange_line(settings, START if not self.keras2 else SLOW_START)
        except Lost as lost:
            self.end()
            raise Fatal(f"does not answer: {lost}") from lost
        if "fatal" in answer:
            self.end()
            raise Fatal(str(answer["fatal"]))
        # Keras has read it. Whoever is killed later leaves nothing behind.
        home.cleanup()
        return answer

    def ask(self, request: Answer) -> Iterator[Answer]:
        """Answers until the request is done; raises `Lost`."""
        self._send(request)
        beats = 0
        while True:
            answer = self._receive(self.deadline if beats <= BEATS else 0.0)
            if answer.get("id") != request["id"]:
                continue
            if "beat" in answer:
                beats += 1
                continue
            beats = 0
            yield answer
            if "node" not in answer:
                return

    def _exchange_line(self, request: Answer, limit: float) -> Answer:
        self._send(request)
        return self._receive(limit)

    def _send(self, request: Answer) -> None:
        process, watch = self._process, self._watch
        if process is None or watch is None or process.stdin is None:
            raise Lost(slow=False)
        watch.arm(self.deadline)  # a pipe that nobody empties
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except OSError as problem:
            raise Lost(watch.expired) from problem
        finally:
            watch.disarm()

    def _receive(self, limit: float) -> Answer:
        process, watch = self._process, self._watch
        if process is None or watch is None or process.stdout is None:
            raise Lost(slow=False)
        watch.arm(limit)
        try:
            while line := process.stdout.readline():
                # An environment may print something of its own before the agent begins.
                with contextlib.suppress(ValueError):
                    answer = json.loads(line)
                    if isinstance(answer, dict):
                        return answer
        except OSError as problem:
            raise Lost(watch.expired) from problem
        finally:
            watch.disarm()
        raise Lost(watch.expired)

    def interrupt(self) -> None:
        """From another thread: whatever it waits for is over."""
        process = self._process
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()

    def end(self) -> None:
        process, self._process = self._process, None
        watch, self._watch = self._watch, None
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    if pipe is not None:
                        pipe.close()
        if watch is not None:
            watch.stop()
        home, self._home = self._home, None
        if home is not None:
            home.cleanup()


class _Watch:
    """Ends a process that lets its time pass; this also ends a read that waits for it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._changed = threading.Condition()
        self._until = math.inf
        self._wakes = math.inf
        """When the thread looks again; it need not be told of a later time."""
        self._stopped = False
        self.expired = False
        threading.Thread(target=self._run, daemon=True, name="probe-watch").start()

    def arm(self, seconds: float) -> None:
        with self._changed:
            self._until = time.monotonic() + seconds
            if self._until < self._wakes:
                self._changed.notify()

    def disarm(self) -> None:
        with self._changed:
            self._until = math.inf

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while not self._stopped:
                left = self._until - time.monotonic()
                if left <= 0:
                    self.expired = True
                    with contextlib.suppress(OSError):
                        self._process.kill()
                    return
                self._wakes = self._until
                self._changed.wait(None if left == math.inf else left)


def environment(home: str) -> dict[str, str]:
    """Of ours without what changes Python or Keras; Keras's own folder is a private one."""
    kept = {k: v for k, v in os.environ.items() if not k.upper().startswith(FOREIGN)}
    write_settings(Path(home))
    return {
        **kept,
        "KERAS_HOME": home,
        "KERAS_BACKEND": "numpy",
        "CUDA_VISIBLE_DEVICES": "-1",
        "JAX_PLATFORMS": "cpu",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def write_settings(home: Path) -> None:
    """The user's ``keras.json`` as far as it decides about shapes and dtypes."""
    settings: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError, RuntimeError):
        theirs = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras", "keras.json")
        read = json.loads(theirs.read_text(encoding="utf-8"))
        if isinstance(read, dict):
            settings = {name: read[name] for name in SETTINGS if name in read}
    text = json.dumps({**settings, "backend": "numpy"})
    (home / "keras.json").write_text(text, encoding="utf-8")

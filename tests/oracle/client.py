"""The oracle's other end: hands programs to runner processes and keeps their verdicts.

Never imports Keras itself; the process of the tests stays small and can be trusted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from keras_lsp.pages import MAIN_FILE
from tests.support.prelude import Program

LIMIT = 60.0
"""Seconds after which a program counts as one that hangs; the usual one takes one."""
STARTING = 60.0
"""Seconds more where Keras has to be imported for each program."""
WORKERS = min(2, os.cpu_count() or 1)
RUNNER = Path(__file__).with_name("runner.py")


class OracleFailed(Exception):
    """The oracle itself broke down; this says nothing about the program."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a program; lines are the example's own, counted from zero."""

    exception: str | None
    message: str
    file: str
    line: int | None
    output: str
    seconds: float

    def __str__(self) -> str:
        if self.exception is None:
            return f"ran ({self.seconds:.1f} s)"
        where = "" if self.line is None else f" at {self.file}:{self.line + 1}"
        return f"{self.exception}{where}: {self.message}"


def is_available(*, k2: bool = False) -> bool:
    return all(find_spec(name) for name in ("tensorflow", "tf_keras" if k2 else "keras"))


class Oracle:
    """A few runner processes, each with a Keras that is imported once."""

    def __init__(self, limit: float = LIMIT) -> None:
        self._limit = limit
        self._verdicts: dict[tuple[Program, bool], Future[Verdict]] = {}
        self._pools = {
            False: ThreadPoolExecutor(WORKERS, "oracle-k3"),
            True: ThreadPoolExecutor(1, "oracle-k2"),
        }
        self._own = threading.local()
        self._runners: list[_Runner] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)
        for runner in self._runners:
            runner.close()

    def submit(self, program: Program, *, k2: bool = False) -> Future[Verdict]:
        """Have ``program`` run soon; the same program runs once however often it is asked."""
        key = (program, k2)
        if key not in self._verdicts:
            self._verdicts[key] = self._pools[k2].submit(self._run, program, k2)
        return self._verdicts[key]

    def run(self, program: Program, *, k2: bool = False) -> Verdict:
        return self.submit(program, k2=k2).result()

    def _run(self, program: Program, k2: bool) -> Verdict:
        request = json.dumps({"files": program.files, "limit": self._limit}) + "\n"
        reply = self._runner(k2).ask(request) if hasattr(os, "fork") else _once(request, k2)
        if reply["line"] is not None:
            reply["line"] -= program.shift(reply["file"] or MAIN_FILE)
        return Verdict(**reply)

    def _runner(self, k2: bool) -> _Runner:
        runner: _Runner | None = getattr(self._own, "runner", None)
        if runner is None:
            runner = self._own.runner = _Runner(k2)
            self._runners.append(runner)
        return runner


class _Runner:
    """One runner process; used by one thread only."""

    def __init__(self, k2: bool) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            _command(k2),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            cwd=tempfile.gettempdir(),
        )

    def ask(self, request: str) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(request)
            self._process.stdin.flush()
            reply = self._process.stdout.readline()
        except BrokenPipeError:
            reply = ""
        if not reply:
            self._errors.seek(0)
            raise OracleFailed(self._errors.read()[-2000:].decode(errors="replace"))
        answer: dict[str, Any] = json.loads(reply)
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()


def _once(request: str, k2: bool) -> dict[str, Any]:
    limit = json.loads(request)["limit"]
    with tempfile.TemporaryDirectory(prefix="oracle-", ignore_cleanup_errors=True) as directory:
        try:
            done = subprocess.run(
                [*_command(k2), "--once"],
                input=request,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=limit + STARTING,
                cwd=directory,
                # A process that is killed leaves its own folder behind: it shall lie in this one.
                env={**os.environ, "TMPDIR": directory, "TEMP": directory, "TMP": directory},
            )
        except subprocess.TimeoutExpired:
            return {
                "exception": "TimeoutError",
                "message": f"it ran for more than {limit} s",
                "file": "",
                "line": None,
                "output": "",
                "seconds": limit,
            }
    if not done.stdout:
        raise OracleFailed(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _command(k2: bool) -> list[str]:
    return [sys.executable, "-I", str(RUNNER), *(["--k2"] if k2 else [])]

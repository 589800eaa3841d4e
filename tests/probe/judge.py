"""The tests' end of the real Keras: one process, asked one thing after the other.

Never imports Keras.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from keras_lsp.probe.questions import Question

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; sys.path.insert(0, {!r}); from tests.probe import reference; reference.main()"


def is_there() -> bool:
    return find_spec("keras") is not None and find_spec("tensorflow") is not None


class Judge:
    """The process; it is started with the first question."""

    def __init__(self, executable: str = sys.executable) -> None:
        self._executable = executable
        self._process: subprocess.Popen[str] | None = None

    def ask(self, **request: Any) -> Any:
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the real Keras ended with {process.wait()}")
        return json.loads(line)

    def replies(self, question: Question) -> list[Any]:
        """As they come over the wire."""
        found: list[Any] = self.ask(**question.asked(0, question.size))
        return found

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            [self._executable, "-c", START.format(str(ROOT))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        return self._process

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

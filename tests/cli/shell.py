"""keras-lsp as the shell starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run(
    *arguments: str, cwd: Path, given: bytes = b"", code: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """One run of the command line, or of code that stands for it; its output as bytes."""
    command = [sys.executable, *(["-c", code] if code else ["-m", "keras_lsp"]), *arguments]
    # The package is the one under test, whatever folder the command runs in.
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1", "NO_COLOR": "1"}
    return subprocess.run(
        command, cwd=cwd, input=given, capture_output=True, check=False, env=environment
    )

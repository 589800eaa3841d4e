"""Stands on the search path as ``keras-lsp``: runs the real one and writes down what passes.

``recorder.py RECORD PYTHON ARGUMENTS...``.  Each line of the record is a message with its
direction and when it came.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from typing import Any

LOCK = threading.Lock()


def pump(source: Any, target: Any, record: Any, way: str) -> None:
    while True:
        length, head = 0, b""
        while (line := source.readline()) and line.strip():
            head += line
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not line:
            break
        body = source.read(length)
        with LOCK:
            note = {"way": way, "at": time.monotonic(), "message": json.loads(body)}
            record.write(json.dumps(note) + "\n")
            record.flush()
        # An editor that is gone reads no more, but the server must not wait for it.
        with contextlib.suppress(OSError):
            target.write(head + b"\r\n" + body)
            target.flush()
    with contextlib.suppress(OSError):
        target.close()


def main() -> int:
    path, python, *arguments = sys.argv[1:]
    with open(path, "a", encoding="utf-8") as record:
        server = subprocess.Popen(
            [python, "-m", "keras_lsp", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        back = threading.Thread(
            target=pump, args=(server.stdout, sys.stdout.buffer, record, "in"), daemon=True
        )
        back.start()
        pump(sys.stdin.buffer, server.stdin, record, "out")
        status = server.wait()
        back.join(5)
    return status


if __name__ == "__main__":
    sys.exit(main())

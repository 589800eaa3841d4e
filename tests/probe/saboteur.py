"""The agent with a Keras that hangs, dies or takes memory, or with a record of what it does.

Never imported: the tests start it in the place of the agent.

    saboteur.py AGENT RECORD     RECORD: a file for what is done once Keras is imported, guard off
    saboteur.py AGENT            the same agent with the guard, and layers of certain sizes fail
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import runpy
import sys
import time
from typing import Any

HANGS, DIES, EATS, WRITES, WRITES_QUIETLY = 666, 667, 668, 669, 670


def record(path: str) -> None:
    """Write down what the agent does from when the guard would have closed."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    busy = [False]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if busy[0]:
            return
        busy[0] = True
        try:
            line = json.dumps([event, [repr(a)[:200] for a in arguments[:3]]])
            os.write(file, line.encode() + b"\n")
        finally:
            busy[0] = False

    add = sys.addaudithook
    sys.addaudithook = lambda guard: add(hook)


def sabotage() -> None:
    """Break Keras as soon as it is imported, which is when the guard closes."""
    add = sys.addaudithook

    def close(guard: Any) -> None:
        dense = importlib.import_module("keras").layers.Dense
        build = dense.build

        def broken(self: Any, shape: Any) -> None:
            if self.units == HANGS or self.units >= 1000:
                time.sleep(3600)
            if self.units == DIES:
                os._exit(3)
            if self.units == EATS:
                self.eaten = bytearray(1 << 36)
            if self.units == WRITES:
                open("written", "w").close()
            if self.units == WRITES_QUIETLY:
                with contextlib.suppress(PermissionError):
                    open("written", "w").close()
            build(self, shape)

        dense.build = broken
        add(guard)

    sys.addaudithook = close


if __name__ == "__main__":
    if len(sys.argv) > 2:
        try:
            import resource
        except ImportError:
            pass
        else:
            # Else nothing could be written down.
            resource.setrlimit = lambda *limits: None
        record(sys.argv[2])
    else:
        sabotage()
    runpy.run_path(sys.argv[1], run_name="__main__")

"""The agent: the process itself, with lines of JSON on standard input and output.

Started by path, isolated, in the user's Python and from an empty folder.  Never sees source
code, and imports nothing of this package but its neighbours in this folder.

    first line   {"folders": […], "memory": bytes, "keras2": ""}
                 where else Keras may be; 0 is no limit; the package of a Keras 2
    its answer   {"keras": "3.15.1", "python": "3.11.7", "settings": {"floatx": …, …}}
                 or  {"fatal": why not}
    request      {"id": 1, "ask": "check", "layers": [[number, layer, key], …],
                 "nodes": [[number, call], …], "known": [[number, call, outputs], …], "settings"}
                 ``known``: nodes that are not asked about; the call of a layer that is, else null
    answers      {"id": 1, "node": 0, "reply": {…}}   one for each node, in their order
                 {"id": 1, "beat": true}              it goes on with the same node
                 {"id": 1, "done": 7}                 so many calls were not remembered
                 {"id": 1, "rejected": why}           or it cannot be answered at all
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import sys
import time
import warnings
from types import ModuleType
from typing import Any

MANY = 200
"""Calls after which Keras forgets the names that it has given."""
BEAT = 0.5
"""Seconds between two signs of life in a long call."""


class Line:
    """Standard output, which nothing else can write to."""

    def __init__(self) -> None:
        self._file = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # what Keras prints goes to standard error
        self._request: Any = None
        self._beaten = 0.0
        self.worked = 0
        """How many calls were not remembered."""

    def say(self, **answer: Any) -> None:
        self._file.write(json.dumps(answer) + "\n")

    def flush(self) -> None:
        self._file.flush()

    def begin(self, request: Any) -> None:
        self._request = request
        self.worked = 0
        self._beaten = time.monotonic()

    def work(self) -> None:
        """Work begins: what is known by now is said before."""
        self.worked += 1
        self._beaten = time.monotonic()
        self.flush()

    def beat(self) -> None:
        if self._request is not None and time.monotonic() - self._beaten > BEAT:
            self.say(id=self._request, beat=True)
            self._beaten = time.monotonic()
            self.flush()


def main() -> None:
    sys.setrecursionlimit(3000)
    warnings.simplefilter("ignore")
    line = Line()
    settings = json.loads(sys.stdin.readline())
    sys.path.extend(settings["folders"])
    neighbours(os.path.dirname(os.path.abspath(__file__)))
    package = settings.get("keras2", "")
    null_backend = importlib.import_module("keras_lsp.probe.null_backend")
    scope_of = null_backend.stateless
    try:
        if package:
            keras2 = importlib.import_module("keras_lsp.probe.keras2")
            scope_of, keras = keras2.graph, keras2.import_keras(package, line.beat)
        else:
            keras = null_backend.import_keras(line.beat)
    except Exception as problem:
        line.say(fatal=f"{type(problem).__name__}: {problem}"[:500])
        line.flush()
        return
    # The private home and the empty folder in it have done their work: they can be removed.
    os.chdir(sys.prefix)
    serve(line, keras, scope_of, settings["memory"])


def neighbours(folder: str) -> None:
    """Make this folder's modules importable under their names, and no other part of us."""
    for name, path in (("keras_lsp", []), ("keras_lsp.probe", [folder])):
        package = ModuleType(name)
        package.__path__ = path
        sys.modules[name] = package


def serve(line: Line, keras: Any, scope_of: Any, memory: int) -> None:
    """``scope_of`` tells in what Keras is asked, so that it allocates nothing."""
    evaluation = importlib.import_module("keras_lsp.probe.evaluation")
    guards = importlib.import_module("keras_lsp.probe.guard")
    answers = importlib.import_module("keras_lsp.probe.answers")
    guard = guards.Guard()
    evaluator = evaluation.Evaluator(keras, guard.refused)
    scope = scope_of(keras)
    scope.__enter__()
    if not answers.fits(evaluator):
        line.say(fatal=f"the probe does not fit Keras {keras.__version__}")
        line.flush()
        return
    guards.limit(memory)
    guard.close()
    names = ("image_data_format", "floatx")
    config = {name: getattr(keras.config, name)() for name in names}
    line.say(keras=str(keras.__version__), python=sys.version.split()[0], settings=config)
    line.flush()
    named = 0
    for text in sys.stdin:
        request = json.loads(text)
        line.begin(request["id"])
        answers.answer(evaluator, request, line)
        line.flush()
        named += line.worked
        if named > MANY:
            named = 0
            scope.__exit__(None, None, None)
            forget(keras)
            scope = scope_of(keras)
            scope.__enter__()


def forget(keras: Any) -> None:
    with contextlib.suppress(TypeError):
        keras.utils.clear_session(free_memory=False)
    keras.config.disable_traceback_filtering()
    gc.collect()


if __name__ == "__main__":
    main()

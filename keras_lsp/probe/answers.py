"""Answers: each request of the server, handed to what can answer it.

Never fails: a request that cannot be answered is rejected, and the next one is read.
"""

from __future__ import annotations

from typing import Any

from keras_lsp.probe.evaluation import Evaluator
from keras_lsp.probe.whitelist import Refused

WARM_UP: dict[str, Any] = {
    "layers": [{"made": "keras.layers.Dense", "args": [2], "keywords": []}],
    "keys": ["warm-up"],
    "nodes": [
        {"input": {"made": "keras.Input", "args": [{"tuple": [3]}], "keywords": []}},
        {"layer": 0, "args": [{"tensor": 0, "path": []}], "keywords": []},
    ],
}


def warm_up(evaluator: Evaluator) -> None:
    list(evaluator.check(WARM_UP, lambda: None))


def answer(evaluator: Evaluator, request: dict[str, Any], line: Any) -> None:
    number = request["id"]
    try:
        for node, reply in evaluator.check(request, line.work):
            line.say(id=number, node=node, reply=reply)
    except Refused as reason:
        line.say(id=number, rejected=str(reason))
    except Exception as problem:
        line.say(id=number, rejected=f"{type(problem).__name__}: {problem}"[:200])
    else:
        line.say(id=number, done=line.worked)

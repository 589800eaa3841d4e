"""Answers: each request of the server, handed to what can answer it.

Never fails: a request that cannot be answered is rejected, and the next one is read.
"""

from __future__ import annotations

from typing import Any

from keras_lsp.probe import inside, losses
from keras_lsp.probe.evaluation import Evaluator
from keras_lsp.probe.whitelist import Refused

DENSE: dict[str, Any] = {"made": "keras.layers.Dense", "args": [2], "keywords": []}
WARM_UP: dict[str, Any] = {
    "layers": [[0, DENSE, "warm-up"]],
    "nodes": [
        [0, {"input": {"made": "keras.Input", "args": [{"tuple": [3]}], "keywords": []}}],
        [1, {"layer": 0, "args": [{"tensor": 0, "path": []}], "keywords": []}],
    ],
}
SINGLE = {"loss": losses.taken, "inside": inside.layers_of}
"""Questions with one reply, which comes as that of node 0."""


def fits(evaluator: Evaluator) -> bool:
    """Whether this release gives the answers that any release gives; imports what comes late."""
    (_, _), (_, reply) = evaluator.check(WARM_UP, lambda: None)
    tensor = {"shape": [None, 2], "dtype": "float32"}
    # In Keras 3.6 and before, a loss wants arrays.
    request = {"loss": "mse", "output": tensor, "targets": [tensor]}
    evaluator.judges_losses = "outputs" in losses.taken(evaluator, request)
    return bool(reply.get("outputs") == tensor and reply.get("weights") == [8, 32, 0, 0])


def answer(evaluator: Evaluator, request: dict[str, Any], line: Any) -> None:
    number = request["id"]
    try:
        if request["ask"] in SINGLE:
            line.work()
            reply = SINGLE[request["ask"]](evaluator, request)
            line.say(id=number, node=0, reply=reply)
        else:
            for node, reply in evaluator.check(request, line.work):
                line.say(id=number, node=node, reply=reply)
    except Refused as reason:
        line.say(id=number, rejected=str(reason))
    except Exception as problem:
        line.say(id=number, rejected=f"{type(problem).__name__}: {problem}"[:200])
    else:
        line.say(id=number, done=line.worked)

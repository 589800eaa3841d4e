"""Losses: a loss of Keras on a symbolic output and a symbolic target, as ``fit`` would call it.

Never computes a loss: only whether it takes the two is asked.
"""

from __future__ import annotations

import importlib
from typing import Any

from keras_lsp.probe.evaluation import Evaluator, Held, Wire
from keras_lsp.probe.tensors import structure, told
from keras_lsp.probe.whitelist import Refused


def taken(evaluator: Evaluator, request: Wire) -> Wire:
    """The first target that is taken; else what is said of the first one."""
    if not evaluator.judges_losses:
        raise Refused("losses of this release")
    replies: list[Wire] = []
    for target in request["targets"]:
        reply = _tried(evaluator, request["loss"], request["output"], target)
        if "outputs" in reply:
            return reply
        replies.append(reply)
    rejected = [reply for reply in replies if "rejected" in reply]
    return (rejected or replies)[0]


def is_loss(loss: Any) -> bool:
    if isinstance(loss, dict):
        return str(loss.get("made", loss.get("named"))).startswith("keras.losses.")
    return isinstance(loss, str)


def _tried(evaluator: Evaluator, loss: Any, output: Wire, target: Wire) -> Wire:
    keras = evaluator.keras
    held = Held(keras)

    def work() -> Wire:
        if not is_loss(loss):
            raise Refused("not a loss")
        made = held.objects.value(loss)
        # What `compile` wraps a loss in: it also finds the loss of a name.
        compiled = importlib.import_module("keras.src.trainers.compile_utils").CompileLoss(made)
        held.layer = made
        tensors = structure(keras, [target, output])
        return {"outputs": told(compiled(*tensors))}

    return evaluator.guarded(held, work)

"""Inside: the layers of an application or of a nested model, one by one.

Never tells of more than what ``summary()`` would print.
"""

from __future__ import annotations

import contextlib
from typing import Any

from keras_lsp.probe.evaluation import Evaluator, Held, Wire
from keras_lsp.probe.tensors import counted, told
from keras_lsp.probe.whitelist import Refused


def layers_of(evaluator: Evaluator, request: Wire) -> Wire:
    """Name, class, output, weights and inputs of each layer."""
    held = Held(evaluator.keras)

    def work() -> Wire:
        model = held.objects.layer(request["layer"])
        if not hasattr(model, "layers"):
            raise Refused("it has no layers")
        # Of a functional model the operations between layers belong to it, too.
        parts = getattr(model, "operations", model.layers)
        return {"inside": [_row(part) for part in parts]}

    return evaluator.guarded(held, work)


def _row(layer: Any) -> Wire:
    outputs = None
    with contextlib.suppress(Exception):  # called more than once, or never
        outputs = told(layer.output)
    return {
        "name": str(layer.name),
        "kind": type(layer).__name__,
        "outputs": outputs,
        "weights": counted(layer) if hasattr(layer, "weights") else [0, 0, 0, 0],
        "inputs": _inputs(layer),
    }


def _inputs(layer: Any) -> list[str]:
    found: list[str] = []
    for node in getattr(layer, "_inbound_nodes", ()):
        for tensor in node.input_tensors:
            history = getattr(tensor, "_keras_history", None)
            if history is not None:
                # It is the layer, in Keras 2.
                maker = getattr(history, "operation", None) or history.layer
                found.append(str(maker.name))
    return found

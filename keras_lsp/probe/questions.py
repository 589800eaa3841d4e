"""Questions: what the probe can be asked, written for the wire.

Never asks.
"""

from __future__ import annotations

from keras_lsp.networks import Argument, Made, Nested
from keras_lsp.probe.course import Course, Single
from keras_lsp.probe.wire import sure, tensor
from keras_lsp.replies import TensorSpec

Question = Course | Single


def loss_question(loss: Argument, output: TensorSpec, target: TensorSpec | None) -> Single:
    """Whether a loss takes an output of the model and a target; None: any target at all."""
    told = sure(loss)
    if told is None:
        return Single({})
    targets = _any_target(output) if target is None else [target]
    request = {
        "ask": "loss",
        "loss": told,
        "output": tensor(output),
        "targets": [tensor(spec) for spec in targets],
    }
    return Single(request)


def inside_question(layer: Made | Nested, trainable: bool | None = None) -> Single:
    """The layers of an application or of a nested model, which may have been frozen."""
    told = sure(layer)
    if told is None:
        return Single({})
    if trainable is not None:
        told = {**told, "trainable": trainable}
    return Single({"ask": "inside", "layer": told})


def _any_target(output: TensorSpec) -> list[TensorSpec]:
    """The shapes that the losses of Keras ask of a target, where the output has this one."""
    shape = output.shape
    shapes = [shape, shape[:-1], (*shape[:-1], 1)]
    return [TensorSpec(found) for found in dict.fromkeys(shapes) if found]

"""Questions: what the probe can be asked, written for the wire, with what its replies depend on.

Never asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from keras_lsp.networks import Argument, Made, Nested, Network
from keras_lsp.probe.wire import Wire, Written, digest, sure, tensor, written
from keras_lsp.replies import TensorSpec


@dataclass(frozen=True, slots=True)
class Question:
    """A request, and for each reply to it the key that it is remembered by."""

    request: dict[str, Wire]
    keys: tuple[str | None, ...]
    """None where nothing is known, and nobody needs to be asked."""
    culprits: tuple[str | None, ...]
    """What is left alone if the process is lost over a reply."""


def network_question(network: Network) -> Question:
    """What each call of a network gives."""
    told: Written = written(network)
    request = {
        "ask": "check",
        "layers": told.layers,
        "keys": told.layer_keys,
        "nodes": told.nodes,
        "settings": told.settings,
    }
    culprits = tuple(told.culprit(node) for node in range(len(told.nodes)))
    return Question(request, told.node_keys, culprits)


def loss_question(loss: Argument, output: TensorSpec, target: TensorSpec | None) -> Question:
    """Whether a loss takes an output of the model and a target; None: any target at all."""
    told = sure(loss)
    if told is None:
        return Question({}, (None,), (None,))
    targets = _any_target(output) if target is None else [target]
    request = {
        "ask": "loss",
        "loss": told,
        "output": tensor(output),
        "targets": [tensor(spec) for spec in targets],
    }
    return _single(request)


def inside_question(layer: Made | Nested, trainable: bool | None = None) -> Question:
    """The layers of an application or of a nested model, which may have been frozen."""
    told = sure(layer)
    if told is None:
        return Question({}, (None,), (None,))
    if trainable is not None:
        told = {**told, "trainable": trainable}
    return _single({"ask": "inside", "layer": told})


def _single(request: dict[str, Wire]) -> Question:
    key = digest(request)
    return Question(request, (key,), (key,))


def _any_target(output: TensorSpec) -> list[TensorSpec]:
    """The shapes that the losses of Keras ask of a target, where the output has this one."""
    shape = output.shape
    shapes = [shape, shape[:-1], (*shape[:-1], 1)]
    return [TensorSpec(found) for found in dict.fromkeys(shapes) if found]

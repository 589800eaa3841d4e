"""Fitting: whether a model takes the data that it meets, and its loss the labels.

Never judges what the probe says.
"""

from __future__ import annotations

from dataclasses import replace

from keras_lsp.networks import (
    UNKNOWN,
    Data,
    Fit,
    Input,
    LayerCall,
    LayerSpec,
    Made,
    Nested,
    Network,
    NetworkKind,
    Tensor,
)
from keras_lsp.probe.client import Probe
from keras_lsp.replies import NOT_KNOWN, NodeShape, Reply, TensorSpec
from keras_lsp.service.dimensions import is_named
from keras_lsp.shapes import Fitted, Shapes

Shape = tuple[int | None, ...]
WITH_LABELS = ("fit", "evaluate", "train_on_batch", "test_on_batch")


def fitted(shapes: Shapes, probe: Probe | None, budget: float) -> Shapes:
    """The same shapes, with what the probe says of each meeting of the model with data."""
    network = shapes.network
    whole = all(
        isinstance(reply, NodeShape) and not is_named(reply.outputs) for reply in shapes.replies
    )
    if probe is None or not whole or UNKNOWN in (*network.inputs, *network.outputs):
        return replace(shapes, fits=tuple(map(Fitted, network.fits)))
    fits: list[Fitted] = []
    for fit in network.fits:
        given = _taken(shapes, fit, probe, budget)
        fits.append(Fitted(fit, given, _judged(shapes, fit, given, probe, budget)))
    return replace(shapes, fits=tuple(fits))


def _taken(shapes: Shapes, fit: Fit, probe: Probe, budget: float) -> Reply:
    """The model, called on a batch of the data."""
    network = shapes.network
    begins = shapes.outputs(network.inputs[0]) if len(network.inputs) == 1 else None
    # Keras makes two dimensions of one by itself.
    if fit.x is None or len(fit.x.shape) < 2 or not isinstance(begins, TensorSpec):
        return NOT_KNOWN
    core = LayerSpec(Nested(replace(network, fits=())), network.place)
    sample = _adjusted(fit.x.shape, begins.shape)[1:]
    given = Input(Made("keras.Input", (), (("shape", sample),)), fit.x.place)
    called = LayerCall(0, (Tensor(0),), (), fit.x.place)
    ends = (Tensor(0),), (Tensor(1),)
    asked = Network(
        "", NetworkKind.FUNCTIONAL, (core,), (given, called), *ends, fit.place, network.settings
    )
    return probe.check(asked, budget)[1]


def _adjusted(shape: Shape, wanted: Shape) -> Shape:
    """A model that is called on an array adds a last dimension of 1, or drops one.

    A symbolic tensor gets no such help (``Functional._adjust_input_rank``).
    """
    if len(shape) == len(wanted) - 1 and wanted[-1] == 1:
        return (*shape, 1)
    return shape[:-1] if len(shape) == len(wanted) + 1 and shape[-1] == 1 else shape


def _judged(shapes: Shapes, fit: Fit, given: Reply, probe: Probe, budget: float) -> Reply:
    """The loss on the labels and on what comes out of the model, ``given`` the data if known."""
    outputs = shapes.network.outputs
    if fit.y is None or fit.loss in (None, UNKNOWN) or len(outputs) != 1:
        return NOT_KNOWN
    if fit.method not in WITH_LABELS:
        return NOT_KNOWN
    output = given.outputs if isinstance(given, NodeShape) else shapes.outputs(outputs[0])
    if not isinstance(output, TensorSpec) or None in output.shape[1:]:
        # A dimension that only the data decide is not compared with a number.
        return NOT_KNOWN
    return probe.check_loss(fit.loss, output, _batch(fit.y), budget)


def _batch(data: Data) -> TensorSpec:
    return TensorSpec((None, *data.shape[1:]))

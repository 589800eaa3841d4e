"""Cases: every public layer with the least arguments, on inputs of many kinds.

Never asks anybody about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keras_lsp.networks import Input, Made, Network
from tests.probe.building import PLACE, Graph, made

ARGUMENTS: Mapping[str, Any] = {
    "activation": "relu",
    "axes": 1,
    "bin_boundaries": [0.0, 1.0],
    "bounding_box_format": "xyxy",
    "cropping": 1,
    "dims": (2, 1),
    "equation": "abc,cd->abd",
    "factor": 0.2,
    "fft_length": 8,
    "filters": 4,
    "frame_length": 4,
    "frame_step": 2,
    "head_dim": 4,
    "height": 6,
    "height_factor": 0.1,
    "input_dim": 16,
    "kernel_size": 3,
    "key_dim": 4,
    "lower": 0,
    "max_number": 3,
    "n": 3,
    "num_bins": 5,
    "num_heads": 2,
    "num_key_value_heads": 1,
    "num_projections": 4,
    "num_query_heads": 2,
    "num_tokens": 16,
    "output_dim": 8,
    "output_mode": "int",
    "output_shape": (None, 7),
    "output_size": 2,
    "pool_size": 2,
    "rate": 0.5,
    "scale": 0.1,
    "source": "xyxy",
    "stddev": 0.1,
    "target": "xywh",
    "target_height": 6,
    "target_shape": (-1,),
    "target_width": 6,
    "units": 4,
    "upper": 1,
    "value_range": (0, 255),
    "width": 6,
    "width_factor": 0.1,
}
"""What a parameter without default is given."""

SPECIAL: Mapping[str, Mapping[str, Any]] = {
    "Bidirectional": {"layer": made("LSTM", 3)},
    "IntegerLookup": {"vocabulary": [1, 2]},
    "Pipeline": {"layers": [made("Rescaling", 0.1)]},
    "RNN": {"cell": made("LSTMCell", 3)},
    "RandomPosterization": {"factor": 4},
    "SpectralNormalization": {"layer": made("Dense", 3)},
    "StackedRNNCells": {"cells": [made("LSTMCell", 3), made("GRUCell", 4)]},
    "StringLookup": {"vocabulary": ["a", "b"]},
    "TextVectorization": {"vocabulary": ["a", "b"], "output_sequence_length": 5},
    "TimeDistributed": {"layer": made("Dense", 3)},
}
"""Layers whose arguments depend on the layer."""

NOT_ASKED = frozenset(
    (
        "FlaxLayer", "InputLayer", "JaxLayer", "Lambda", "Layer", "TFSMLayer",
        "TorchModuleWrapper", "Wrapper",
    )
)  # fmt: skip
"""Layers that the probe never makes: they run code or a file, or are no more than a base."""

Spec = tuple[tuple[int | None, ...], str]
IMAGE: Spec = ((None, 8, 8, 3), "float32")
SEQUENCE: Spec = ((None, 8, 6), "float32")
FLAT: Spec = ((None, 8), "float32")
STATE: Spec = ((None, 4), "float32")

INPUTS: Mapping[str, Any] = {
    "flat": FLAT,
    "sequence": SEQUENCE,
    "image": IMAGE,
    "volume": ((None, 8, 8, 8, 3), "float32"),
    "video": ((None, 4, 8, 8, 8, 3), "float32"),
    "image of bytes": ((None, 8, 8, 3), "uint8"),
    "indices": ((None, 8), "int32"),
    "one index": ((None, 1), "int64"),
    "scalars": ((None,), "int32"),
    "texts": ((None, 1), "string"),
    "sequence of any length": ((None, None, 6), "float32"),
    "image of any size": ((None, None, None, 3), "float32"),
    "image in a batch of 2": ((2, 8, 8, 3), "float32"),
    "half precision": ((None, 8), "float16"),
    "audio": ((None, 16000), "float32"),
    "two flat": [FLAT, FLAT],
    "two sequences": [SEQUENCE, SEQUENCE],
    "three sequences": [SEQUENCE, SEQUENCE, SEQUENCE],
    "two that differ": [SEQUENCE, ((None, 7, 5), "float32")],
    "with one state": (FLAT, [STATE]),
    "with two states": (FLAT, [STATE, STATE]),
}
"""A list is given as one argument and, in a case of its own, as several; a tuple as several."""


@dataclass(frozen=True)
class Case:
    """A layer on an input."""

    layer: str
    inputs: str
    network: Network

    def __str__(self) -> str:
        return f"{self.layer} on {self.inputs}"


def cases(layers: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[Case]:
    """``layers`` are names with their parameters, as the real Keras tells them."""
    for name, parameters in layers.items():
        if name not in NOT_ASKED and is_known(name, parameters["required"]):
            layer = least(name, parameters["required"])
            for label, given in INPUTS.items():
                if isinstance(given, list):
                    yield Case(name, f"{label}, as a list", network(layer, [given]))
                    yield Case(name, f"{label}, as arguments", network(layer, given))
                else:
                    several = given if not is_spec(given) else [given]
                    yield Case(name, label, network(layer, several))


def stateful() -> Iterator[Case]:
    """Layers that remember from batch to batch, for which the size of a batch has to be known."""
    layers = (
        made("LSTM", 4, stateful=True, return_sequences=True),
        made("GRU", 4, stateful=True, return_state=True),
        made("Bidirectional", made("SimpleRNN", 3, stateful=True)),
        made("RNN", SPECIAL["RNN"]["cell"], stateful=True),
    )
    for layer in layers:
        name = layer.name.rpartition(".")[2]
        yield Case(name, "sequence in a batch of 2", network(layer, [((2, 8, 6), "float32")]))
        yield Case(name, "sequence, remembered", network(layer, [SEQUENCE]))
    films = ((2, 4, 8, 8, 3), "float32")
    layer = made("ConvLSTM2D", 4, 3, stateful=True)
    yield Case("ConvLSTM2D", "film in a batch of 2", network(layer, [films]))


def is_known(name: str, required: Sequence[str]) -> bool:
    """A later release may have layers with arguments that are not in the table."""
    return name in SPECIAL or set(required) <= set(ARGUMENTS)


def least(name: str, required: Sequence[str]) -> Made:
    arguments = SPECIAL.get(name) or {key: ARGUMENTS[key] for key in required}
    return made(name, **arguments)


def network(layer: Made, given: Sequence[Any]) -> Network:
    graph = Graph()

    def tensor(spec: Any) -> Any:
        if is_spec(spec):
            shape, dtype = spec
            return graph.add(Input(made("Input", batch_shape=shape, dtype=dtype), PLACE))
        return [tensor(item) for item in spec]

    graph.call(layer, *[tensor(spec) for spec in given])
    return graph.network()


def is_spec(value: Any) -> bool:
    return isinstance(value, tuple) and isinstance(value[1], str)

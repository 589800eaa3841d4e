"""An argument that no shape depends on need not be known; any other one has to be."""

from __future__ import annotations

import pytest

from keras_lsp.networks import UNKNOWN, Made, Nested, Network
from keras_lsp.service.immaterial import without_immaterial
from tests.probe.building import made, sequential


def changed(layer: Made | Nested) -> Made:
    spec = without_immaterial(sequential((8,), layer)).layers[0].made
    assert isinstance(spec, Made)
    return spec


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (made("Dense", 4, name=UNKNOWN), made("Dense", 4)),
        (made("Dense", 4, activation=UNKNOWN), made("Dense", 4, activation="linear")),
        (made("Dense", 4, UNKNOWN, False), made("Dense", 4, "linear", False)),
        (made("Activation", UNKNOWN), made("Activation", "linear")),
        (made("Dense", 4, kernel_regularizer=made("regularizers.L2", UNKNOWN)), made("Dense", 4)),
        (made("Dropout", UNKNOWN), made("Dropout", 0.5)),
        (made("Embedding", 9, 4, weights=[UNKNOWN]), made("Embedding", 9, 4)),
        (
            made("TimeDistributed", made("Dropout", rate=UNKNOWN)),
            made("TimeDistributed", made("Dropout", rate=0.5)),
        ),
    ],
)
def test_what_does_not_matter_is_left_out(layer: Made, expected: Made) -> None:
    assert changed(layer) == expected


@pytest.mark.parametrize(
    "layer",
    [
        made("Dense", UNKNOWN),
        made("Dense", UNKNOWN, activation=UNKNOWN),
        made("ReLU", UNKNOWN, UNKNOWN, 1),
        made("Dense", 4, use_bias=UNKNOWN),
        made("Dense", 4, weights=UNKNOWN),
        made("Conv2D", 4, (3, UNKNOWN), name=UNKNOWN),
        made("LSTM", 4, return_sequences=UNKNOWN),
        made("Dense", 4, dtype=UNKNOWN),
    ],
)
def test_what_matters_stays_unknown(layer: Made) -> None:
    assert changed(layer) == layer


def test_a_network_in_which_all_is_known_stays_the_same() -> None:
    network: Network = sequential((8,), made("Dense", 4), Nested(sequential(None, made("ReLU"))))
    assert without_immaterial(network) is network

"""A summary's rows, sums and text; the sums are those of the real Keras."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from keras_lsp.networks import UNKNOWN, Nested, Network
from keras_lsp.probe.client import Probe
from keras_lsp.replies import Inside, Weights
from keras_lsp.service.summary import (
    Summary,
    memory,
    snake_case,
    summarized,
    summarized_inside,
)
from keras_lsp.service.tables import text as rendered
from keras_lsp.shapes import Shapes
from tests.probe.building import Graph, made, sequential
from tests.probe.judge import Judge, is_there


@pytest.fixture(scope="module")
def probe() -> Iterator[Probe]:
    asked = Probe(sys.executable, deadline=60)
    yield asked
    asked.close()


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    if not is_there():
        pytest.skip("needs TensorFlow")
    asked = Judge()
    yield asked
    asked.close()


def convolutional() -> Network:
    return sequential(
        (28, 28, 1),
        made("Conv2D", 32, 3, activation="relu"),
        made("BatchNormalization"),
        made("Flatten"),
        made("Dropout", 0.5),
        made("Dense", 64, trainable=False),
        made("Dense", 10),
    )


CONVOLUTIONAL = """
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    keras.layers.Conv2D(32, 3, activation="relu"),
    keras.layers.BatchNormalization(),
    keras.layers.Flatten(),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(64, trainable=False),
    keras.layers.Dense(10),
])
"""


def branched() -> Network:
    graph = Graph()
    left, right = graph.input(8), graph.input(8)
    shared = graph.layer(made("Dense", 4, name="shared"))
    x, y = graph.call(shared, left), graph.call(shared, right)
    z = graph.op("add", x, y)
    nested = Nested(sequential(None, made("Dense", 6), made("Dense", 4)))
    z = graph.call(nested, z)
    states = graph.call(made("LSTM", 5), graph.call(made("Reshape", (2, 2)), z))
    graph.call(made("Concatenate"), [z, states])
    return graph.network()


BRANCHED = """
left, right = keras.Input((8,)), keras.Input((8,))
shared = keras.layers.Dense(4, name="shared")
z = shared(left) + shared(right)
z = keras.Sequential([keras.layers.Dense(6), keras.layers.Dense(4)])(z)
states = keras.layers.LSTM(5)(keras.layers.Reshape((2, 2))(z))
model = keras.Model([left, right], keras.layers.Concatenate()([z, states]))
"""


def applied() -> Network:
    graph = Graph()
    x = graph.input(64, 64, 3)
    base = made("applications.ResNet50", include_top=False, weights=None)
    x = graph.call(base, x, training=False)
    graph.call(made("Dense", 3), graph.call(made("GlobalAveragePooling2D"), x))
    return graph.network()


APPLIED = """
x = inputs = keras.Input((64, 64, 3))
x = keras.applications.ResNet50(include_top=False, weights=None)(x, training=False)
model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.GlobalAveragePooling2D()(x)))
"""


@pytest.mark.parametrize(
    ("network", "code"),
    [(convolutional(), CONVOLUTIONAL), (branched(), BRANCHED), (applied(), APPLIED)],
    ids=["convolutional", "branched", "applied"],
)
@pytest.mark.oracle
def test_rows_and_sums_are_those_of_keras(
    probe: Probe, judge: Judge, network: Network, code: str
) -> None:
    summary = summarized(Shapes.of(network, probe.check(network)))
    theirs = judge.ask(ask="summary", code=code)
    assert list(summary.lines) == theirs["sums"]
    ours = [
        [row.name, row.kind, str((row.trainable + row.non_trainable).count), row.output]
        for row in summary.rows
    ]
    assert sorted(ours) == sorted(theirs["rows"])


def test_connections(probe: Probe) -> None:
    network = branched()
    summary = summarized(Shapes.of(network, probe.check(network)))
    assert {row.name: row.inputs for row in summary.rows} == {
        "input_layer": (),
        "input_layer_1": (),
        "shared": ("input_layer", "input_layer_1"),
        "add": ("shared",),
        "sequential": ("add",),
        "reshape": ("sequential",),
        "lstm": ("reshape",),
        "concatenate": ("sequential", "lstm"),
    }


def test_what_is_not_known_is_a_question_mark(probe: Probe) -> None:
    network = sequential((8,), made("Dense", 4), UNKNOWN, made("Dense", 5))
    summary = summarized(Shapes.of(network, probe.check(network)))
    assert [(row.output, row.is_known) for row in summary.rows] == [
        ("(None, 4)", True),
        ("?", False),
        ("?", False),
    ]
    assert summary.total == Weights(36, 144)
    assert summary.total_line == "Total params: at least 36 (144.00 B)"


def test_without_replies_everything_is_unknown() -> None:
    summary = summarized(Shapes.of(convolutional()))
    assert not any(row.is_known for row in summary.rows)
    assert isinstance(summary, Summary)


def test_the_table(probe: Probe) -> None:
    network = sequential((8,), made("Dense", 1000), made("Conv2D", 3, 3), name="x")
    text = rendered(summarized(Shapes.of(network, probe.check(network))))
    assert text.splitlines() == [
        'Model: "model"',
        "Layer (type)     Output Shape  Param #",
        "───────────────  ────────────  ───────",
        "dense (Dense)    (None, 1000)    9,000",
        "conv2d (Conv2D)  ?                   ?",
        "",
        "Total params: at least 9,000 (35.16 KB)",
        "Trainable params: at least 9,000 (35.16 KB)",
        "Non-trainable params: at least 0 (0.00 B)",
        "conv2d: ValueError: Input 0 of layer `Conv2D` is incompatible with the layer: "
        "expected min_ndim=4, found ndim=2. Full shape received: (None, 1000)",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dense", "dense"),
        ("Conv2D", "conv2d"),
        ("Conv2DTranspose", "conv2d_transpose"),
        ("BatchNormalization", "batch_normalization"),
        ("GlobalAveragePooling2D", "global_average_pooling2d"),
        ("LSTM", "lstm"),
        ("ConvLSTM2D", "conv_lstm2d"),
        ("ReLU", "re_lu"),
        ("MultiHeadAttention", "multi_head_attention"),
    ],
)
def test_names_that_keras_gives(name: str, expected: str) -> None:
    assert snake_case(name) == expected


def test_memory() -> None:
    sizes = [0, 1023, 1024, 5 * 1024**3, 3 * 1024**6]
    assert [memory(size) for size in sizes] == [
        "0.00 B",
        "1023.00 B",
        "1.00 KB",
        "5.00 GB",
        "3072.00 PB",
    ]


def test_the_layers_of_an_application(probe: Probe) -> None:
    inside = probe.inside(made("applications.VGG16", weights=None))
    assert isinstance(inside, Inside)
    summary = summarized_inside("vgg16", inside)
    assert summary.total_line == "Total params: 138,357,544 (527.79 MB)"
    assert [row.inputs for row in summary.rows[-2:]] == [("fc1",), ("fc2",)]

"""A Keras 2, asked over TensorFlow in graphs: what it says of models that it builds itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from keras_lsp.networks import Made, Nested
from keras_lsp.probe.client import Probe
from keras_lsp.replies import NodeError, NodeShape, Rejected
from keras_lsp.service.shaping import Asker
from keras_lsp.syntax import Source
from tests.probe.building import Graph, made, sequential

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(find_spec("tf_keras") is None, reason="needs tf_keras"),
]

PROGRAM = """
import tf_keras as keras
from tf_keras import layers

x = inputs = keras.Input((8, 8, 3))
x = layers.BatchNormalization()(layers.Conv2D(16, 3, strides=2, padding="same")(x))
x = layers.Reshape((-1, x.shape[-1]))(x)
x = layers.Bidirectional(layers.LSTM(7, return_sequences=True))(x)
x = layers.Dense(3)(x[:, 0]) + 1
functional = keras.Model(inputs, x)
words = keras.Sequential(
    [layers.Embedding(100, 8, input_length=5), layers.GRU(4), layers.Dense(2, activation="softmax")]
)
base = keras.applications.MobileNet(weights=None, include_top=False, input_shape=(64, 64, 3))
base.trainable = False
head = keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(10)])
"""
SAID = """
import json
print(json.dumps([[list(m.output_shape), m.count_params()] for m in (functional, words, head)]))
"""


@pytest.fixture(scope="module")
def keras2() -> Iterator[Probe]:
    asked = Probe(sys.executable, deadline=60, keras2="tf_keras")
    yield asked
    asked.close()


def test_models_are_those_that_it_builds(keras2: Probe) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + SAID],
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
        check=True,
    )
    real = dict(zip(("functional", "words", "head"), json.loads(done.stdout), strict=True))
    models = {m.network.name: m for m in Asker(keras2).models(Source.parse("x.py", PROGRAM))}
    for name in ("functional", "head"):
        replies = models[name].shapes.replies
        assert all(isinstance(reply, NodeShape) for reply in replies), replies
        shapes = [reply for reply in replies if isinstance(reply, NodeShape)]
        count = sum((reply.trainable + reply.non_trainable).count for reply in shapes)
        assert [list(shapes[-1].tensors[0].shape), count] == real[name]


def test_it_allocates_nothing_and_says_what_it_refuses(keras2: Probe) -> None:
    graph = Graph()
    graph.call(made("Dense", 1_000_000), graph.input(1_000_000))
    graph.call(made("LSTM", 3), graph.input(4))
    replies = keras2.check(graph.network())
    assert isinstance(replies[1], NodeShape)
    assert replies[1].trainable.count == 10**12 + 10**6
    assert isinstance(replies[3], NodeError)
    assert "expected ndim=3, found ndim=2" in replies[3].message


def test_its_own_layers_are_none_for_keras_3(keras2: Probe, probe: Probe) -> None:
    layer = Made("keras.layers.Dense", (3,), (), "tf_keras")
    graph = Graph()
    graph.call(layer, graph.input(4))
    assert isinstance(keras2.check(graph.network())[1], NodeShape)
    assert isinstance(probe.check(graph.network())[1], Rejected)


def test_no_code_is_run_for_it(keras2: Probe) -> None:
    graph = Graph()
    start = graph.input(4)
    graph.call(made("Lambda", "exec"), start)
    graph.call(made("TFSMLayer", "/tmp"), start)
    graph.call(Nested(sequential((4,), made("Lambda", "exec"))), start)
    replies = keras2.check(graph.network())
    assert all(isinstance(reply, Rejected) for reply in replies[1:]), replies

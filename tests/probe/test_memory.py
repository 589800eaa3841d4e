"""What was asked before changes no reply: random networks, asked in both directions."""

from __future__ import annotations

import random
import sys

import pytest

from keras_lsp.networks import Nested, Network, Tensor
from keras_lsp.probe.client import Probe
from keras_lsp.probe.course import Course
from keras_lsp.probe.wire import read
from keras_lsp.replies import Blocked, NodeError, NodeShape
from tests.probe.building import Graph, made, sequential
from tests.probe.judge import Judge

SEED = 7
NETWORKS = 150
LAYERS = (
    made("Dense", 4),
    made("Dense", 6),
    made("Dense", 6, trainable=False),
    made("Flatten"),
    made("Reshape", (2, 3)),
    made("LSTM", 6, return_sequences=True),
    made("Conv1D", 6, 1),
    made("BatchNormalization"),
    made("Embedding", 5, 6, mask_zero=True),
    made("Bidirectional", made("LSTM", 3)),
    Nested(sequential(None, made("Dense", 6), made("Dense", 4))),
)
SHAPES = ((4,), (6,), (2, 3), (5, 6))


def network(chance: random.Random) -> Network:
    """Few kinds of layers and many calls, so that layers are shared and networks resemble."""
    graph = Graph()
    tensors: list[Tensor] = [graph.input(*chance.choice(SHAPES)) for _ in range(2)]
    layers = [graph.layer(chance.choice(LAYERS)) for _ in range(3)]
    for _ in range(8):
        x, y = chance.choice(tensors), chance.choice(tensors)
        kind = chance.random()
        if kind < 0.7:
            tensors.append(graph.call(chance.choice(layers), x))
        elif kind < 0.85:
            tensors.append(graph.op("add", x, y))
        else:
            tensors.append(graph.call(made("Concatenate"), [x, y]))
    return graph.network()


@pytest.mark.oracle
def test_replies_do_not_depend_on_what_was_asked_before(probe: Probe, judge: Judge) -> None:
    chance = random.Random(SEED)
    networks = [network(chance) for _ in range(NETWORKS)]
    forward = [probe.check(asked) for asked in networks]
    other = Probe(sys.executable, deadline=60)
    try:
        backward = [other.check(asked) for asked in reversed(networks)]
    finally:
        other.close()
    assert forward == backward[::-1]
    for asked, ours in zip(networks, forward, strict=True):
        theirs = tuple(map(read, judge.replies(Course(asked))))
        assert ours == theirs
    kinds = [type(reply) for replies in forward for reply in replies]
    # The networks are neither all right nor all wrong.
    assert min(map(kinds.count, (NodeShape, NodeError, Blocked))) > len(networks)

"""The table of layers that look texts up says what TensorFlow says, else nothing."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from keras_lsp.networks import Input
from keras_lsp.probe.client import Probe
from keras_lsp.probe.course import Course
from keras_lsp.probe.wire import read
from keras_lsp.replies import NodeShape, Rejected
from tests.probe.building import PLACE, Graph, made
from tests.probe.judge import Judge

MODES = ("int", "one_hot", "multi_hot", "count")
WORDS: tuple[dict[str, Any], ...] = (
    {"vocabulary": ["a", "b", "c"]},
    {"vocabulary": ["a", "b", "c"], "num_oov_indices": 2},
    {"vocabulary": ["a", "b", "c"], "max_tokens": 10, "pad_to_max_tokens": True},
    {"vocabulary": ["[UNK]", "a", "b"]},
    {"vocabulary": ["a", "b"], "mask_token": "b"},
)
NUMBERS: tuple[dict[str, Any], ...] = (
    {"vocabulary": [1, 2, 3]},
    {"vocabulary": [1, 2, 3], "num_oov_indices": 0},
    {"vocabulary": [1, 2, 3], "max_tokens": 10, "pad_to_max_tokens": True},
)
TEXTS: tuple[dict[str, Any], ...] = (
    {"vocabulary": ["a", "b"]},
    {"vocabulary": ["a", "b"], "output_sequence_length": 7},
    {"max_tokens": 10, "vocabulary": ["a", "b"], "pad_to_max_tokens": True},
    {"vocabulary": ["a", "b"], "ragged": True},
)
SETTINGS = {
    "StringLookup": (WORDS, "string"),
    "IntegerLookup": (NUMBERS, "int64"),
    "TextVectorization": (TEXTS, "string"),
    "Hashing": (({"num_bins": 5}, {"num_bins": 5, "salt": 3}), "string"),
}
SHAPES = ((None,), (None, 1), (None, 4), (2, 1), (None, 3, 4))


@pytest.mark.oracle
@pytest.mark.parametrize("name", SETTINGS)
def test_the_table_is_right(probe: Probe, judge: Judge, name: str) -> None:
    settings, dtype = SETTINGS[name]
    told = 0
    for given, mode, shape in product(settings, MODES, SHAPES):
        if name == "TextVectorization" and mode == "one_hot":
            continue
        graph = Graph()
        x = graph.add(Input(made("Input", batch_shape=shape, dtype=dtype), PLACE))
        graph.call(made(name, output_mode=mode, **given), x)
        ours = probe.check(graph.network())[1]
        if isinstance(ours, NodeShape):
            theirs = read(judge.replies(Course(graph.network()))[1])
            assert ours == theirs, (given, mode, shape)
            told += 1
        else:
            assert isinstance(ours, Rejected)
    assert told >= 10


@pytest.mark.oracle
def test_crossed_features(probe: Probe, judge: Judge) -> None:
    for mode, shape in product(("int", "one_hot"), ((None,), (None, 1))):
        graph = Graph()
        made_input = made("Input", batch_shape=shape, dtype="string")
        pair = [graph.add(Input(made_input, PLACE)) for _ in range(2)]
        graph.call(made("HashedCrossing", 5, output_mode=mode), pair)
        ours = probe.check(graph.network())[2]
        theirs = read(judge.replies(Course(graph.network()))[2])
        assert isinstance(ours, Rejected) or ours == theirs, (mode, shape)

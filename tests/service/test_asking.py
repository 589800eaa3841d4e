"""What is asked of Keras for a source, and when nobody is asked at all."""

from __future__ import annotations

import sys

import pytest

from keras_lsp.config import Config
from keras_lsp.fixing import fixed, verified
from keras_lsp.service.asking import Asking
from keras_lsp.service.probes import Probes
from keras_lsp.service.project import Project
from keras_lsp.syntax import Source

STACKED = """\
import keras
model = keras.Sequential([keras.Input((4, 8)), keras.layers.LSTM(4), keras.layers.LSTM(2)])
"""
OPEN = """\
import keras
inputs = keras.Input((8,))
outputs = keras.layers.Reshape((3, 3))(inputs)
"""


@pytest.fixture(scope="module")
def probes() -> Probes:
    return Probes({"": sys.executable})


def rules(text: str, probes: Probes, config: Config) -> list[str]:
    project = Project("", config, shaped=Asking(probes, config))
    return [f.rule for f in project.check(Source.parse("x.py", text)).findings]


@pytest.mark.oracle
def test_what_keras_says_is_found(probes: Probes) -> None:
    assert rules(STACKED, probes, Config()) == ["missing-return-sequences"]


@pytest.mark.oracle
def test_layers_are_asked_about_before_there_is_a_model(probes: Probes) -> None:
    assert rules(OPEN, probes, Config()) == ["incompatible-layer-input"]


@pytest.mark.oracle
def test_a_program_for_keras_2_is_not_asked_about(probes: Probes) -> None:
    assert rules(STACKED, probes, Config(keras_version="2.12")) == []


@pytest.mark.parametrize(
    ("text", "config"),
    [
        (STACKED, Config(probe="off")),
        ("import keras\nmodel = keras.Sequential([keras.layers.Dense(4)])\n", Config()),
        ("import keras\nprint(keras.Model)\n", Config()),
    ],
)
def test_nobody_is_asked(text: str, config: Config) -> None:
    started = Probes({"": sys.executable})
    assert rules(text, started, config) == []
    assert started._probes == {}


THREE = """\
import numpy as np
import keras
model = keras.Sequential([
    keras.Input((4, 8)),
    keras.layers.LSTM(4),
    keras.layers.LSTM(4),
    keras.layers.LSTM(2),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("sgd", "categorical_crossentropy")
model.fit(np.zeros((6, 4, 8)), np.zeros(6))
"""


@pytest.mark.oracle
def test_a_fault_is_mended_though_keras_then_shows_the_next_one(probes: Probes) -> None:
    project = Project("", Config(), shaped=Asking(probes, Config()))
    result = fixed(Source.parse("x.py", THREE), project.recheck, unsafe=True)
    assert [finding.rule for finding, _ in result.applied] == [
        "missing-return-sequences",
        "missing-return-sequences",
        "labels-not-one-hot",
    ]
    assert result.remaining == ()
    assert result.source.text.count("return_sequences=True") == 2


@pytest.mark.oracle
def test_what_a_fix_brings_to_light_is_told_next(probes: Probes) -> None:
    text = """\
import keras
inputs = keras.Input((2, 2, 1))
hidden = keras.layers.Conv2D(1, 3)(inputs)
outputs = keras.layers.Reshape((5, 5))(hidden)
"""
    project = Project("", Config(), shaped=Asking(probes, Config()))
    source = Source.parse("x.py", text)
    (finding,) = project.check(source).findings
    assert finding.rule == "empty-output-dimension"
    (fix,) = verified(finding, source, project.recheck)
    changed = source.edit(fix.edits)
    assert [f.rule for f in project.check(changed).findings] == ["incompatible-layer-input"]


def test_without_a_keras_these_rules_are_silent() -> None:
    nowhere = Probes()
    config = Config(python="/there/is/no/python")
    nowhere.candidate = lambda wishes: None  # type: ignore[method-assign]
    assert rules(STACKED, nowhere, config) == []


@pytest.mark.parametrize("config", [Config(), Config(probe="off")])
def test_what_shows_in_the_program_itself_is_found_without_keras(config: Config) -> None:
    nowhere = Probes()
    nowhere.candidate = lambda wishes: None  # type: ignore[method-assign]
    text = """\
import keras
x = load()
model = keras.Sequential([keras.Input(x.shape), keras.layers.Dense(1)])
model.predict(x)
"""
    assert rules(text, nowhere, config) == ["batch-size-in-input-shape"]


def test_a_network_that_cannot_be_told_costs_its_own_findings_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(source: Source) -> list[object]:
        raise RuntimeError

    project = Project("", Config(), shaped=broken)  # type: ignore[arg-type]
    text = STACKED + "model.fit(1, 2)\n"
    found = project.check(Source.parse("x.py", text)).findings
    assert [f.rule for f in found] == ["fit-before-compile"]
    assert "are not told" in caplog.text

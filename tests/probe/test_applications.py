"""The null backend builds each application as TensorFlow does, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from keras_lsp.probe.client import Probe
from keras_lsp.replies import Inside, Rejected
from tests.probe.applications import described, judged, recorded
from tests.probe.building import made
from tests.probe.judge import Judge

RECORD = recorded()
APPLICATIONS: Mapping[str, Any] = RECORD["applications"]
LIVE = ("MobileNetV3Small", "VGG16")
"""Those that the real Keras builds each time, so that the record cannot be wrong unnoticed."""


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_application_is_what_tensorflow_builds(probe: Probe, name: str) -> None:
    inside = probe.inside(made(f"applications.{name}"))
    assert isinstance(inside, Inside), inside
    assert probe.running is not None
    if probe.running.keras != RECORD["keras"]:
        pytest.skip(
            f"recorded with Keras {RECORD['keras']}: run python -m tests.probe.applications"
        )
    assert described(inside) == APPLICATIONS[name]


@pytest.mark.parametrize("name", LIVE)
@pytest.mark.oracle
def test_the_record_is_that_of_tensorflow(judge: Judge, name: str) -> None:
    if judge.ask(ask="version") != RECORD["keras"]:
        pytest.skip("recorded with another Keras")
    assert judged(judge, name) == APPLICATIONS[name]


@pytest.mark.oracle
def test_none_is_missing(judge: Judge) -> None:
    if judge.ask(ask="version") == RECORD["keras"]:
        assert judge.ask(ask="names")["applications"] == list(APPLICATIONS)


def test_only_models_have_layers_inside(probe: Probe) -> None:
    assert isinstance(probe.inside(made("Dense", 3)), Rejected)

"""Models in models: opened on what they are called on, as far as they are known."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from keras_lsp.probe.client import Probe
from keras_lsp.service.shaping import Asker
from keras_lsp.syntax import Source

TEXT = """\
import keras
from keras import layers
from elsewhere import use, some
model = keras.Sequential([
    keras.Input((10,)),
    keras.Sequential([{}layers.Dense(30), layers.Dense(40)]),
    layers.Dense(5),
])
{}
"""


@pytest.fixture(scope="module")
def probe() -> Iterator[Probe]:
    asked = Probe(sys.executable)
    yield asked
    asked.close()


def shapes(first: str, last: str, probe: Probe) -> set[str]:
    told = Asker(probe).told(Source.parse("x.py", TEXT.format(first, last)))
    assert not any(each.errors for each in told.shapes)
    return {str(node.outputs) for each in told.shapes for node in each if node.outputs is not None}


@pytest.mark.oracle
def test_a_model_in_a_model_has_shapes(probe: Probe) -> None:
    assert shapes("", "", probe) == {"(None, 10)", "(None, 30)", "(None, 40)", "(None, 5)"}


@pytest.mark.oracle
def test_its_layers_have_them_even_if_others_may_have_been_added(probe: Probe) -> None:
    # What comes behind the inner model is not known any more.
    assert shapes("", "use(model)", probe) == {"(None, 10)", "(None, 30)", "(None, 40)"}


@pytest.mark.oracle
def test_nothing_is_known_behind_a_layer_that_is_not(probe: Probe) -> None:
    assert shapes("some(), ", "use(model)", probe) == {"(None, 10)"}
    assert shapes("some(), ", "", probe) == {"(None, 10)"}

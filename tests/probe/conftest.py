"""One probe for all tests, in the Python of the tests, and one real Keras to judge it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from keras_lsp.probe.client import Probe
from tests.probe.judge import Judge, is_there

PATIENT = 60.0
"""Seconds for one layer where the machine is busy with other tests."""


@pytest.fixture(scope="session")
def probe() -> Iterator[Probe]:
    asked = Probe(sys.executable, deadline=PATIENT)
    yield asked
    asked.close()


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    if not is_there():
        pytest.skip("needs TensorFlow")
    asked = Judge()
    yield asked
    asked.close()

"""One probe for all tests, in the Python of the tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from keras_lsp.probe.client import Probe

PATIENT = 60.0
"""Seconds for one layer where the machine is busy with other tests."""


@pytest.fixture(scope="session")
def probe() -> Iterator[Probe]:
    asked = Probe(sys.executable, deadline=PATIENT)
    yield asked
    asked.close()

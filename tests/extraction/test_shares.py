"""Nine of ten layers have a shape, and none a wrong one: what Keras itself gives is the judge."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from keras_lsp.probe.client import Probe
from tests.extraction.shares import measured

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
LEAST = 0.9


@pytest.mark.oracle
def test_shapes_and_parameters_are_those_of_keras() -> None:
    probe = Probe(sys.executable, deadline=60)
    try:
        share = measured(PROGRAMS, probe)
    finally:
        probe.close()
    print(share, *share.silent, sep="\n")
    assert share.failed == []
    assert share.wrong == [], "\n".join(share.wrong)
    assert share.reached >= 250
    assert share.told >= LEAST * share.reached

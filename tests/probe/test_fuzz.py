"""A few hundred layers with arguments that nobody would write."""

from __future__ import annotations

import sys
from itertools import islice

import pytest

from keras_lsp.probe.client import DIED, TOO_SLOW, Probe
from keras_lsp.replies import NOT_KNOWN, NodeError, NodeShape
from tests.probe.fuzz import jobs
from tests.probe.judge import Judge

SEED = 20
JOBS = 400


@pytest.mark.oracle
def test_nothing_kills_the_probe(judge: Judge) -> None:
    asked = Probe(sys.executable, deadline=30)
    try:
        known = 0
        for case in islice(jobs(asked, judge.ask(ask="names")["layers"], SEED), JOBS):
            reply = asked.check(case.network)[-1]
            assert reply not in (TOO_SLOW, DIED, NOT_KNOWN), case
            known += isinstance(reply, NodeShape | NodeError)
        assert asked.starts == 1
        # The jobs are not all refused at the door.
        assert known > JOBS / 2
    finally:
        asked.close()

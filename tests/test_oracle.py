"""Every rule's page, under real Keras: what it claims is what happens."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from keras_lsp.rules import all_rules
from tests.oracle import Oracle
from tests.oracle.client import is_available
from tests.support.oracle_laws import Trial, trials

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not is_available(), reason="Keras and TensorFlow are not installed"),
]

TRIALS = [
    pytest.param(trial, id=f"{name}: {trial.name}")
    for name, rule in all_rules().items()
    for trial in trials(rule)
]


@pytest.mark.parametrize("trial", TRIALS)
def test_claim(trial: Trial, oracle: Oracle) -> None:
    if trial.k2 and not is_available(k2=True):
        pytest.skip("tf_keras is not installed")
    verdict = oracle.run(trial.program, k2=trial.k2)
    complaint = trial.complaint(verdict)
    assert complaint is None, f"{complaint}\n\n{trial.program.files[-1][1]}"


@pytest.fixture(scope="module")
def oracle(request: pytest.FixtureRequest) -> Iterator[Oracle]:
    """An oracle that has all selected programs at once and so keeps every core busy."""
    with Oracle() as asked:
        if "PYTEST_XDIST_WORKER" not in os.environ:
            for item in request.session.items:
                trial = getattr(item, "callspec", None) and item.callspec.params.get("trial")
                if isinstance(trial, Trial) and (not trial.k2 or is_available(k2=True)):
                    asked.submit(trial.program, k2=trial.k2)
        yield asked

"""Every seventh public layer, each time: the probe against the real Keras over TensorFlow."""

from __future__ import annotations

from collections import Counter

import pytest

from keras_lsp.probe.client import Probe
from tests.probe.cases import NOT_ASKED, cases, is_known
from tests.probe.coverage import PAGE, SAME, SAME_ERROR, UNKNOWN, outcomes, short
from tests.probe.judge import Judge

STEP = 7


@pytest.mark.oracle
def test_the_probe_says_what_tensorflow_says(probe: Probe, judge: Judge) -> None:
    layers = judge.ask(ask="names")["layers"]
    sample = {name: layers[name] for name in list(layers)[::STEP]}
    found = list(outcomes(probe, judge, cases(sample)))
    verdicts = Counter(outcome.verdict for outcome in found)
    wrong = [o for o in found if o.verdict not in (SAME, SAME_ERROR, UNKNOWN)]
    assert [f"{o.case}: {short(o.ours)}; TensorFlow: {short(o.theirs)}" for o in wrong] == []
    # Nor is it right by being silent.
    assert verdicts[SAME] + verdicts[SAME_ERROR] > 0.9 * len(found), verdicts


@pytest.mark.oracle
def test_the_page_tells_of_every_layer(judge: Judge) -> None:
    text = PAGE.read_text(encoding="utf-8")
    if f"Keras {judge.ask(ask='version')} " not in text:
        pytest.skip("about another Keras: run python -m tests.probe.coverage")
    layers = judge.ask(ask="names")["layers"]
    assert [name for name in layers if name not in text] == []
    assert [
        n for n in layers if n not in NOT_ASKED and not is_known(n, layers[n]["required"])
    ] == []

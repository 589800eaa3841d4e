"""Every seventh public layer, each time: the probe against the real Keras over TensorFlow."""

from __future__ import annotations

from collections import Counter

import pytest

from keras_lsp.probe.client import Probe
from keras_lsp.replies import NodeShape
from tests.probe.cases import NOT_ASKED, cases, stateful
from tests.probe.cases import is_known as is_in_the_table
from tests.probe.coverage import PAGE, SAME, SAME_ERROR, UNKNOWN, WRONG, Outcome, outcomes, short
from tests.probe.judge import Judge
from tests.probe.older import RELEASES, python_of
from tests.support.releases import Unavailable

STEP = 7
SPARSE = 19
KNOWN = {"3.0.5": "Normalization", "3.6.0": "Masking", "3.12.0": "Masking"}
"""The layer that differs in a release: in the bytes of a counter, in the mask; not in a shape."""


@pytest.mark.oracle
def test_the_probe_says_what_tensorflow_says(probe: Probe, judge: Judge) -> None:
    layers = judge.ask(ask="names")["layers"]
    sample = {name: layers[name] for name in list(layers)[::STEP]}
    found = list(outcomes(probe, judge, [*cases(sample), *stateful()]))
    verdicts = Counter(outcome.verdict for outcome in found)
    wrong = [o for o in found if o.verdict not in (SAME, SAME_ERROR, UNKNOWN)]
    assert not [o.case for o in found[-9:] if o.verdict == UNKNOWN], "what remembers is known"
    assert [f"{o.case}: {short(o.ours)}; TensorFlow: {short(o.theirs)}" for o in wrong] == []
    # Nor is it right by being silent.
    assert verdicts[SAME] + verdicts[SAME_ERROR] > 0.9 * len(found), verdicts


@pytest.mark.oracle
@pytest.mark.parametrize("release", RELEASES)
def test_it_does_so_with_older_releases(release: str, judge: Judge) -> None:
    try:
        python = str(python_of(release))
    except Unavailable as problem:
        pytest.skip(str(problem))
    probe, theirs = Probe(python, deadline=60), Judge(python)
    try:
        layers = theirs.ask(ask="names")["layers"]
        sample = {name: layers[name] for name in list(layers)[::SPARSE]}
        found = list(outcomes(probe, theirs, [*cases(sample), *stateful()]))
        assert theirs.ask(ask="version") == release
    finally:
        probe.close()
        theirs.close()
    wrong = [o for o in found if o.verdict == WRONG and not is_known(release, o)]
    assert [f"{o.case}: {short(o.ours)}; TensorFlow: {short(o.theirs)}" for o in wrong] == []
    verdicts = Counter(outcome.verdict for outcome in found)
    assert verdicts[SAME] + verdicts[SAME_ERROR] > 0.9 * len(found), verdicts


def is_known(release: str, outcome: Outcome) -> bool:
    """Shapes, dtypes and numbers of weights are the same all the same."""
    ours, theirs = outcome.ours, outcome.theirs
    return (
        outcome.case.layer == KNOWN[release]
        and isinstance(ours, NodeShape)
        and isinstance(theirs, NodeShape)
        and [(t.shape, t.dtype) for t in ours.tensors]
        == [(t.shape, t.dtype) for t in theirs.tensors]
        and ours.non_trainable.count == theirs.non_trainable.count
    )


def test_the_page_tells_of_older_releases() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = text.split("## Older releases")[1].splitlines()
    told = {cells[1].strip(): cells for row in rows if len(cells := row.split("|")) == 10}
    assert set(RELEASES) <= set(told)
    for release in RELEASES:
        part = text.partition(f"## Differs in Keras {release}\n")[2].partition("\n## ")[0]
        differing = [line for line in part.splitlines() if line.startswith("- ")]
        assert len(differing) == int(told[release][-3])
        assert all(line.startswith(f"- {KNOWN[release]} on ") for line in differing)


@pytest.mark.oracle
def test_the_page_tells_of_every_layer(judge: Judge) -> None:
    text = PAGE.read_text(encoding="utf-8")
    if f"Keras {judge.ask(ask='version')} " not in text:
        pytest.skip("about another Keras: run python -m tests.probe.coverage")
    layers = judge.ask(ask="names")["layers"]
    assert [name for name in layers if name not in text] == []
    assert [
        n for n in layers if n not in NOT_ASKED and not is_in_the_table(n, layers[n]["required"])
    ] == []

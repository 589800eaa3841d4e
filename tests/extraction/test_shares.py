"""Nine of ten layers have a shape, and none a wrong one: what Keras itself gives is the judge."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from keras_lsp.probe.client import Probe
from tests.extraction.packages import PAGE, pinned, shares
from tests.extraction.shares import measured
from tests.support.releases import Unavailable

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


@pytest.mark.oracle
def test_shapes_in_packages_are_those_of_keras() -> None:
    """Those that are quickly run; ``python -m tests.extraction.packages`` runs all of them."""
    probe = Probe(sys.executable, deadline=60)
    try:
        found = shares(pinned(["quantus", "tf-explain", "tf-keras-vis"]), probe)
    except Unavailable as problem:
        pytest.skip(str(problem))
    finally:
        probe.close()
    for share in found.values():
        assert share.wrong == [], "\n".join(share.wrong)
        assert share.reached and share.told >= LEAST * share.reached, "\n".join(share.silent)


def test_the_page_tells_of_five_packages_with_nine_layers_of_ten() -> None:
    rows = [line.split("|")[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines()[6:]]
    told = {row[0].strip(): [cell.strip(" %") for cell in row[1:]] for row in rows if len(row) == 6}
    assert {f"{r.name} {r.version}" for r in pinned()} == set(told) - {"package", "---", "all"}
    assert all(wrong == "0" for *_, wrong in (told[name] for name in told if name[-1].isdigit()))
    good = [name for name in told if name[-1].isdigit() and float(told[name][3]) >= 90]
    assert len(good) >= 5

"""The committed findings are what keras-lsp finds, and somebody has judged each of them."""

from __future__ import annotations

import warnings

import pytest

from tests.corpus import snapshot
from tests.corpus.packages import Package, Unavailable, fetch, pinned


def test_every_finding_has_a_verdict() -> None:
    unjudged = [str(entry) for entry in snapshot.load() if not entry.judged.strip()]
    assert not unjudged, "read them with `python -m tests.corpus show`"


def test_every_finding_belongs_to_a_pinned_package() -> None:
    assert {entry.package for entry in snapshot.load()} <= {package.name for package in pinned()}


@pytest.mark.corpus
@pytest.mark.parametrize("package", pinned(), ids=lambda package: package.name)
def test_findings_neither_appear_nor_vanish(package: Package) -> None:
    try:
        fetch(package)
    except Unavailable as problem:
        warnings.warn(f"NOT CHECKED: {problem}", stacklevel=1)
        pytest.skip(f"NOT CHECKED: {problem}")
    known = [entry for entry in snapshot.load() if entry.package == package.name]
    difference = snapshot.compare(known, snapshot.check(package).entries)
    assert not difference.appeared, "\n".join(map(str, difference.appeared))
    assert not difference.vanished, "\n".join(map(str, difference.vanished))

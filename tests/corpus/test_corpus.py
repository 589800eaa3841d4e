"""The committed findings are what keras-lsp finds, and somebody has judged each of them."""

from __future__ import annotations

import warnings

import pytest

from keras_lsp.config import expand
from tests.corpus import snapshot
from tests.corpus.newest import UP_TO_DATE
from tests.corpus.packages import Package, Unavailable, fetch, pinned


def test_every_finding_has_a_verdict() -> None:
    unjudged = [str(entry) for entry in snapshot.load() if not entry.judged.strip()]
    assert not unjudged, "read them with `python -m tests.corpus show`"


def test_every_finding_belongs_to_a_pinned_package() -> None:
    assert {entry.package for entry in snapshot.load()} <= {package.name for package in pinned()}


FAULTS = {("keras-hub", "keras_hub/src/models/vit_det/vit_layers.py", "renamed-argument")}
"""What packages that keep up with Keras do wrong: 0.32.0 calls `ops.image.resize(image=…)`."""


def test_packages_that_keep_up_with_keras_use_nothing_that_is_gone() -> None:
    """The pinned releases are the newest of their day; ``newest`` asks the index for later ones."""
    assert set(UP_TO_DATE) <= {package.name for package in pinned()}
    about_api = expand(["api"])
    told = [e for e in snapshot.load() if e.package in UP_TO_DATE and e.rule in about_api]
    assert {(e.package, e.file, e.rule) for e in told} == FAULTS
    assert all(e.judged.startswith("right") for e in told)


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

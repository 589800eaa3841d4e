"""Programs as books and articles wrote them for Keras 1 and 2: the fixes alone make them run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from keras_lsp.checking import check
from keras_lsp.config import Config
from keras_lsp.findings import Finding
from keras_lsp.fixing import fixed
from keras_lsp.pages import MAIN_FILE
from keras_lsp.semantics.program import Program as Analysed
from keras_lsp.semantics.program import analyze
from keras_lsp.syntax import Source
from tests.oracle import Oracle
from tests.oracle.client import is_available
from tests.support.prelude import Program

OLD = sorted((Path(__file__).parent / "old_programs").glob("*.py"))

REFUSALS = ("ImportError", "ModuleNotFoundError", "AttributeError", "ValueError", "TypeError")


def recheck(source: Source) -> list[Finding]:
    return list(check(analyze(source, Analysed()), Config()))


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as made:
        yield made


def source_of(path: Path) -> Source:
    return Source.parse(MAIN_FILE, path.read_text(encoding="utf-8"))


def test_there_are_ten() -> None:
    assert len(OLD) >= 10


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_nothing_is_left_to_say(path: Path) -> None:
    source = source_of(path)
    assert recheck(source)
    assert [f.message for f in fixed(source, recheck, unsafe=True).remaining] == []


@pytest.mark.oracle
@pytest.mark.skipif(not is_available(), reason="Keras and TensorFlow are not installed")
@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_the_real_keras_refuses_the_old_one_and_runs_the_new(path: Path, oracle: Oracle) -> None:
    old = source_of(path)
    new = fixed(old, recheck, unsafe=True).source
    before = oracle.run(Program(((MAIN_FILE, old.text),), ""))
    assert before.exception in REFUSALS
    after = oracle.run(Program(((MAIN_FILE, new.text),), ""))
    assert after.exception is None, str(after)

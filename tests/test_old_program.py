"""A program of 2016 is brought to the newest Keras by the fixes alone."""

from __future__ import annotations

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

OLD = Path(__file__).parent.parent / "examples" / "written_for_keras_1.py"


def recheck(source: Source) -> list[Finding]:
    return list(check(analyze(source, Analysed()), Config()))


@pytest.fixture(scope="module")
def old() -> Source:
    return Source.parse(MAIN_FILE, OLD.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def new(old: Source) -> Source:
    return fixed(old, recheck, unsafe=True).source


def test_nothing_is_left_to_say(old: Source, new: Source) -> None:
    assert len({f.rule for f in recheck(old)}) >= 8
    assert [f"{f.span.start.line + 1}: {f.message}" for f in recheck(new)] == []


def test_an_import_that_several_fixes_need_is_added_once(new: Source) -> None:
    assert "from keras import backend as K, ops\n" in new.text


def test_without_unsafe_fixes_it_only_gets_better(old: Source) -> None:
    safe = fixed(old, recheck)
    assert 0 < len(safe.remaining) < len(recheck(old))


@pytest.mark.oracle
@pytest.mark.skipif(not is_available(), reason="Keras and TensorFlow are not installed")
def test_the_real_keras_refuses_the_old_one_and_runs_the_new(old: Source, new: Source) -> None:
    with Oracle() as oracle:
        assert oracle.run(Program(((MAIN_FILE, old.text),), "")).exception == "ModuleNotFoundError"
        assert oracle.run(Program(((MAIN_FILE, new.text),), "")).exception is None

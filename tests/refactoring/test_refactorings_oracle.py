"""Every refactoring, under real Keras: the program before and the one after do the same."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from keras_lsp.pages import MAIN_FILE
from tests.oracle import Oracle
from tests.oracle.client import is_available
from tests.refactoring.cases import Case, read_cases
from tests.support.prelude import Program

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not is_available(), reason="Keras and TensorFlow are not installed"),
]

QUIET = "import warnings\nwarnings.simplefilter('ignore')\n"
"""Advice of Keras may well be what a refactoring follows."""

TELL = """
import keras as _keras
for _name, _value in sorted(globals().items()):
    if isinstance(_value, _keras.Model):
        _layers = [l for l in _value.layers if not isinstance(l, _keras.layers.InputLayer)]
        print(_name, len(_layers), _value.compiled, [tuple(w.shape) for w in _value.weights])
"""
"""What can be seen of every model of the module."""

WEIGHTS = """
for _name, _value in sorted(globals().items()):
    if isinstance(_value, _keras.Model):
        print(_name, [round(float(abs(w.numpy()).sum()), 5) for w in _value.weights])
"""
"""And their weights, which the seed decides."""

DONE = [case for case in read_cases() if case.after is not None and "static" not in case.flags]


def programs(case: Case) -> list[Program]:
    assert case.after is not None
    tell = TELL if "reseeded" in case.flags else TELL + WEIGHTS
    return [Program(((MAIN_FILE, QUIET + text + tell),), "") for text in (case.before, case.after)]


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in DONE])
def test_both_do_the_same(case: Case, oracle: Oracle) -> None:
    before, after = (oracle.run(program) for program in programs(case))
    assert (before.exception, before.message) == (None, "")
    assert (after.exception, after.message) == (None, "")
    assert before.output.strip(), "the program shows nothing that could be compared"
    assert before.output == after.output


@pytest.fixture(scope="module")
def oracle(request: pytest.FixtureRequest) -> Iterator[Oracle]:
    with Oracle() as asked:
        if "PYTEST_XDIST_WORKER" not in os.environ:
            for item in request.session.items:
                case = getattr(item, "callspec", None) and item.callspec.params.get("case")
                if isinstance(case, Case) and item.module is request.module:
                    for program in programs(case):
                        asked.submit(program)
        yield asked

"""The oracle itself: that it tells what became of a program, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from keras_lsp.pages import Example
from tests.oracle import Oracle, Verdict
from tests.oracle.client import is_available
from tests.support.oracle_laws import Trial, trials
from tests.support.prelude import BARE, program_of
from tests.support.toys import TOYS, ToyRule

LATE, STALE = TOYS

needs_keras = [
    pytest.mark.oracle,
    pytest.mark.skipif(not is_available(), reason="Keras and TensorFlow are not installed"),
]


def judged(rule: ToyRule, oracle: Oracle) -> dict[str, str]:
    verdicts = [(trial, oracle.submit(trial.program, k2=trial.k2)) for trial in trials(rule)]
    judgements = ((trial, trial.complaint(future.result())) for trial, future in verdicts)
    return {trial.name: complaint for trial, complaint in judgements if complaint}


def test_trials_name_every_program_of_a_page_once() -> None:
    assert [trial.name for trial in trials(LATE)] == [
        "Bad 1",
        "Fixed 1",
        "Near miss 1",
        "Near miss 2",
    ]
    assert [trial.name for trial in trials(STALE)] == [
        "Bad 1 and its Proof",
        "Fixed 1 and the Proof",
        "Near miss 1 and the Proof",
        "Near miss 2",
    ]


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        (Verdict("NameError", "", "main.py", 0, "", 0.1), None),
        (Verdict(None, "", "", None, "", 0.1), "but ran"),
        (Verdict("KeyError", "", "main.py", 0, "", 0.1), "but KeyError at main.py:1"),
        (Verdict("NameError", "", "main.py", 1, "", 0.1), "wrong line"),
        (Verdict("NameError", "", "other.py", 0, "", 0.1), "wrong line"),
        (Verdict("NameError", "", "", None, "", 0.1), "wrong line"),
    ],
)
def test_a_trial_compares_exception_file_and_line(verdict: Verdict, says: str | None) -> None:
    trial = next(trials(LATE))
    complaint = trial.complaint(verdict)
    assert complaint is None if says is None else says in str(complaint)


def test_a_trial_that_has_to_run_takes_no_exception() -> None:
    trial = Trial("Fixed 1", program_of(Example.read("x")), k2=False)
    assert trial.complaint(Verdict(None, "", "", None, "", 0.1)) is None
    assert "should run" in str(trial.complaint(Verdict("E", "", "main.py", 0, "", 0.1)))


class TestUnderKeras:
    pytestmark = needs_keras

    @pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.name)
    def test_what_good_pages_say_is_true(self, toy: ToyRule, oracle: Oracle) -> None:
        assert judged(toy, oracle) == {}

    @pytest.mark.parametrize(
        ("rule", "old", "new", "trial", "says"),
        [
            (LATE, "raises: NameError", "raises: ValueError", "Bad 1", "should raise ValueError"),
            (LATE, "Model()\n", "Dense()\n", "Near miss 2", "should run, but NameError"),
            (LATE, 'model.compile("sgd", "mse")\n', "", "Fixed 1", "should run, but ValueError"),
            (STALE, "python noproof", "python", "Near miss 2 and the Proof", "AssertionError"),
            (
                STALE,
                "assert np.array_equal(before, model.get_weights()[0])",
                "assert True",
                "Bad 1 and its Proof",
                "should raise AssertionError at main.py:6, but ran",
            ),
        ],
    )
    def test_a_false_claim_about_keras_is_found_out(
        self, rule: ToyRule, old: str, new: str, trial: str, says: str, oracle: Oracle
    ) -> None:
        assert old in rule.page
        complaints = judged(replace(rule, page=rule.page.replace(old, new)), oracle)
        assert set(complaints) == {trial}
        assert says in complaints[trial]

    def test_the_line_is_the_innermost_of_the_program(self, oracle: Oracle) -> None:
        verdict = ask(oracle, "def train(m):\n    m.fit(x)\n\n\ntrain(None)\n")
        assert (verdict.exception, verdict.line) == ("AttributeError", 1)

    def test_the_line_is_found_inside_a_tf_function(self, oracle: Oracle) -> None:
        code = "@tf.function\ndef step(a):\n    if a > 0:\n        a.numpy()\n    return a\n\n"
        verdict = ask(oracle, code + "step(tf.constant(1))\n")
        assert (verdict.exception, verdict.line) == ("AttributeError", 3)

    def test_the_file_is_named_where_another_one_raises(self, oracle: Oracle) -> None:
        beside = Example(code="def build():\n    return model\n", file="models.py")
        example = Example(code="from models import build\nbuild()\n", beside=(beside,))
        verdict = oracle.run(program_of(example))
        assert (verdict.exception, verdict.file, verdict.line) == ("NameError", "models.py", 1)

    def test_programs_start_alike_and_leave_nothing_to_the_next(self, oracle: Oracle) -> None:
        code = (
            "assert not hasattr(keras, 'mark')\n"
            "keras.mark = open('left', 'x').close()\n"
            "print(np.random.rand(), keras.random.uniform((1,)))\n"
        )
        first, second = ask(oracle, code), ask(oracle, code + "# the second one\n")
        assert first.exception is second.exception is None
        assert first.output == second.output != ""

    def test_what_a_program_prints_is_kept(self, oracle: Oracle) -> None:
        assert ask(oracle, "print('seen')\nraise KeyError(1)").output == "seen\n"

    def test_a_program_may_end_itself(self, oracle: Oracle) -> None:
        assert ask(oracle, "raise SystemExit(2)").exception == "SystemExit"
        assert ask(oracle, "import os\nos.abort()").exception == "SystemError"
        assert ask(oracle, "print('still there')").exception is None

    def test_a_program_that_hangs_is_ended(self) -> None:
        with Oracle(limit=0.5) as oracle:
            assert ask(oracle, "while True:\n    pass").exception == "TimeoutError"
            assert ask(oracle, "pass").exception is None

    def test_a_system_without_fork_is_told_the_same(
        self, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code = "print('seen')\nmodel\n"
        forked = ask(oracle, code)
        monkeypatch.delattr("os.fork", raising=False)
        with Oracle() as other:
            assert replace(ask(other, code), seconds=forked.seconds) == forked

    def test_a_bare_example_has_no_prelude(self, oracle: Oracle) -> None:
        verdict = oracle.run(program_of(Example.read("keras\n", frozenset({BARE}))))
        assert (verdict.exception, verdict.line) == ("NameError", 0)

    @pytest.mark.parametrize("k2", [False, True])
    def test_each_keras_is_the_one_that_was_asked_for(self, k2: bool, oracle: Oracle) -> None:
        if k2 and not is_available(k2=True):
            pytest.skip("tf_keras is not installed")
        code = "from keras.layers import Dense\nprint(keras.__version__, tf.keras.layers.Dense)\n"
        code = "import keras\nimport tensorflow as tf\n" + code
        verdict = oracle.run(program_of(Example.read(code)), k2=k2)
        assert verdict.exception is None
        assert verdict.output.startswith("2." if k2 else "3.")
        assert ("tf_keras" in verdict.output) == k2


def ask(oracle: Oracle, code: str) -> Verdict:
    return oracle.run(program_of(Example.read(code)))


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as asked:
        yield asked

"""The prelude: what stands before an example, and that lines are counted without it."""

from __future__ import annotations

import pytest

from keras_lsp.pages import MAIN_FILE, Example
from tests.support.prelude import BARE, DATA, KERAS, NUMPY, program_of


@pytest.mark.parametrize(
    ("code", "prelude"),
    [
        ("model.fit(x, y)\n", NUMPY + KERAS + DATA),
        ("import keras\n", NUMPY + DATA),
        ("from tensorflow.keras.layers import Dense\n", NUMPY + DATA),
        ("import os\n", NUMPY + KERAS + DATA),
        ("def f():\n    import keras\n", NUMPY + KERAS + DATA),
        ("import keras_tuner\n", NUMPY + KERAS + DATA),
    ],
)
def test_an_example_that_imports_keras_does_so_by_itself(code: str, prelude: str) -> None:
    program = program_of(Example(code=code))
    assert dict(program.files)[MAIN_FILE] == prelude + code
    assert program.shift(MAIN_FILE) == prelude.count("\n")


def test_a_bare_example_stands_alone() -> None:
    program = program_of(Example(code="Dense\n", flags=frozenset({BARE})))
    assert program.files == ((MAIN_FILE, "Dense\n"),)
    assert program.height == 0


def test_files_beside_have_no_prelude_and_come_first() -> None:
    beside = Example(code="import keras\n", file="models.py")
    program = program_of(Example(code="import models\n", beside=(beside,)), after="assert True\n")
    assert program.files[0] == ("models.py", "import keras\n")
    assert program.files[1][1].endswith("import models\nassert True\n")
    assert program.shift("models.py") == 0


def test_code_is_given_back_without_the_prelude_unless_that_was_damaged() -> None:
    program = program_of(Example(code="x\n"))
    assert dict(program.code()) == {MAIN_FILE: "x\n"}
    damaged = program.with_file(MAIN_FILE, "import os\n" + program.files[0][1])
    assert dict(damaged.code())[MAIN_FILE].startswith("import os\n" + NUMPY)

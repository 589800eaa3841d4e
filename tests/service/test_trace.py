"""The life of a model in words: what is told, once each, in the order of the program."""

from __future__ import annotations

import pytest

from keras_lsp.config import Config
from keras_lsp.service.project import Project
from keras_lsp.service.trace import traced
from keras_lsp.syntax import Source

HEAD = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"


def told(program: str) -> list[tuple[str, int]]:
    project = Project("", Config())
    try:
        checked = project.check(Source.parse("program.py", program))
    finally:
        project.close()
    first, *_ = traced(checked)
    return [(step.what, step.line + 1) for step in first.steps]


@pytest.mark.parametrize(
    ("then", "what"),
    [
        ("model.trainable = False\n", [("frozen", 3)]),
        ("model.trainable = True\n", [("unfrozen", 3)]),
        ("model.trainable = x\n", [("trainable changed", 3)]),
        ("model = keras.Sequential()\n", [("overwritten", 3)]),
        ("model = None\n", [("lost", 3)]),
        ("other = model\nmodel = None\n", [("named", 3)]),
        ("other = model\nmodel = None\nother = 1\n", [("named", 3), ("lost", 5)]),
        ("model.compile('adam', 'mse')\nmodel.fit(x, y)\n", [("compiled", 3), ("trained", 4)]),
        ("w = model.trainable_weights\nAdam().apply_gradients(zip(g(w), w))\n", [("trained", 4)]),
        ("model.save('m.keras')\nmodel.predict(x)\n", [("saved", 3), ("asked to predict", 4)]),
    ],
)
def test_steps_after_the_definition(then: str, what: list[tuple[str, int]]) -> None:
    assert told(HEAD + then) == [("defined", 2), *what]


def test_a_model_that_is_used_before_it_has_a_name() -> None:
    lines = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)]).fit(x, y).model\n"
    project = Project("", Config())
    lives = traced(project.check(Source.parse("program.py", lines)))
    project.close()
    assert all(life.steps for life in lives)

"""Hovers tell of a life what has happened up to the cursor, in the order of the program."""

from __future__ import annotations

import pytest

from keras_lsp.config import Config
from keras_lsp.service.hover import hover
from keras_lsp.service.project import Project
from keras_lsp.syntax import Source
from keras_lsp.text import Position

CALLED = """\
import keras

def train(model):
    model.compile(loss="mse")
    model.fit(x, y)
    return model

train(model)
model = keras.Sequential([keras.layers.Dense(1)])
trained = train(model)
model.predict(x)
"""
LOOP = """\
import keras
for i in range(3):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse")
    model.fit(x, y)
print(model)
"""


@pytest.mark.parametrize(
    ("text", "line", "state", "steps"),
    [
        (CALLED, 8, "not defined yet", []),
        (CALLED, 9, "defined", ["defined in line 9"]),
        (CALLED, 4, "compiled", ["defined in line 9", "compiled in line 4"]),
        (CALLED, 11, "asked to predict", ["defined", "compiled", "trained", "named", "asked"]),
        (LOOP, 3, "defined", ["defined in line 3"]),
        (LOOP, 4, "compiled", ["defined", "compiled"]),
        (LOOP, 6, "trained", ["defined", "compiled", "trained in line 5"]),
    ],
)
def test_what_has_happened_at_a_line(text: str, line: int, state: str, steps: list[str]) -> None:
    project = Project("", Config())
    try:
        checked = project.check(Source.parse("program.py", text))
    finally:
        project.close()
    told = hover(checked, Position(line - 1, text.splitlines()[line - 1].index("model")))
    assert told is not None
    assert f"model, {state} at this line" in told.markdown
    rows = [row[2:] for row in told.markdown.splitlines() if row.startswith("- ")]
    assert len(rows) == len(steps)
    assert all(row.startswith(step) for row, step in zip(rows, steps, strict=True)), rows

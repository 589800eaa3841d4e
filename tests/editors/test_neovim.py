"""Neovim, with the configuration of ``editors/neovim``: what a user of it sees and does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.editors.installed import LIMIT, ROOT
from tests.editors.terminal_editors import Neovim
from tests.oracle.client import is_available

CONFIG = ROOT / "editors" / "neovim"
SCRIPT = Path(__file__).with_name("neovim.lua")
SERVER = (sys.executable, "-m", "keras_lsp", "server")

LOOP = """\
import numpy as np
from tensorflow import keras

x_train, y_train = np.random.rand(100, 10), np.random.rand(100, 1)

for i in range(3):
    model = keras.Sequential([keras.layers.Input(shape=(10,)), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, verbose=0)
    print(f"Iteration {i + 1} completed")
"""
HOISTED = """\
import numpy as np
from tensorflow import keras

x_train, y_train = np.random.rand(100, 10), np.random.rand(100, 1)

model = keras.Sequential([keras.layers.Input(shape=(10,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
for i in range(3):
    model.fit(x_train, y_train, verbose=0)
    print(f"Iteration {i + 1} completed")
"""


@pytest.fixture(scope="module")
def neovim() -> str:
    return Neovim().find()


def test_a_model_rebuilt_in_a_loop_is_mended_with_one_keystroke(
    neovim: str, tmp_path: Path
) -> None:
    seen = session(neovim, tmp_path, LOOP, "model-rebuilt-in-loop")
    assert [(f["rule"], f["severity"], f["line"]) for f in seen["before"]] == [
        ("model-rebuilt-in-loop", "WARN", 6)
    ], "once, not both pushed and pulled"
    assert seen["before"][0]["source"] == "keras-lsp"
    assert seen["text"] == HOISTED
    assert not seen["after"]


def test_columns_are_the_editors_own_after_wide_characters(neovim: str, tmp_path: Path) -> None:
    """One 🚀 has four units in utf-8, two in utf-16 and one in utf-32."""
    wide = LOOP.replace("    model = keras", '    "🚀é"; model = keras')
    line = wide.splitlines()[6]
    seen = session(neovim, tmp_path, wide, "model-rebuilt-in-loop", to="look")
    (found,) = seen["before"]
    assert line.encode()[found["column"] :].startswith(b"keras.Sequential"), "nvim counts bytes"


@pytest.mark.oracle
@pytest.mark.skipif(not is_available(), reason="Keras and TensorFlow are not installed")
def test_shapes_stand_behind_layers(neovim: str, tmp_path: Path) -> None:
    seen = session(neovim, tmp_path, LOOP, "model-rebuilt-in-loop", to="hints")
    assert seen["hints"] == [{"line": 6, "label": "(None, 1)"}]


def test_of_markdown_only_notebooks_are_followed(neovim: str, tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    prose = "# Read me\n\n```python\nmodel.fit(x)\n```\n"
    (tmp_path / "workspace" / "README.md").write_text(prose, encoding="utf-8")
    text = f"---\njupyter:\n  jupytext:\n    x: 1\n---\n\n```python\n{LOOP}```\n"
    seen = session(neovim, tmp_path, text, "model-rebuilt-in-loop", name="book.md")
    assert [f["line"] for f in seen["before"]] == [13]
    assert seen["text"] == text.replace(LOOP, HOISTED)
    assert seen["with_prose"] == 0


@pytest.mark.parametrize("name", ["book.qmd", "book.Rmd"])
def test_of_quarto_and_r_markdown_only_chunks_of_python_are_followed(
    neovim: str, tmp_path: Path, name: str
) -> None:
    (tmp_path / "workspace").mkdir()
    prose = "# Read me\n\n```{r}\nmodel <- fit(x)\n```\n"
    (tmp_path / "workspace" / "README.md").write_text(prose, encoding="utf-8")
    text = f"---\ntitle: x\n---\n\n```{{r}}\nx <- 1\n```\n\n```{{python}}\n#| label: a\n{LOOP}```\n"
    seen = session(neovim, tmp_path, text, "model-rebuilt-in-loop", name=name)
    assert [f["line"] for f in seen["before"]] == [16]
    assert seen["text"] == text.replace(LOOP, HOISTED)


def session(
    neovim: str, folder: Path, text: str, rule: str, *, to: str = "fix", name: str = "train.py"
) -> dict[str, Any]:
    """What the editor saw, in a home of its own so that no user's settings take part."""
    workspace = folder / "workspace"
    workspace.mkdir(exist_ok=True)
    (workspace / "pyproject.toml").write_text("", encoding="utf-8")
    program = workspace / name
    program.write_text(text, encoding="utf-8", newline="\n")
    result = folder / "seen.json"
    arguments = [str(CONFIG), str(result), str(program), rule, to, *SERVER]
    places = {
        f"XDG_{name}_HOME": str(folder / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    try:
        done = subprocess.run(
            [neovim, "--headless", "--clean", "-l", str(SCRIPT), *arguments],
            cwd=workspace,
            env={**os.environ, **places, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired as late:
        pytest.fail(f"Neovim did not end within {LIMIT} s: {late.stderr!r}")
    assert result.exists(), done.stdout + done.stderr
    seen: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    assert done.returncode == 0, json.dumps(seen, indent=1)
    return seen

"""`keras-lsp summary`: tables, JSON, Markdown and pictures of the models in a file."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.cli.shell import run

PROGRAM = """\
from tensorflow import keras
from keras import layers
inner = keras.Sequential([layers.Dense(16), layers.Dense(8)])
first = keras.Sequential([keras.Input((4,)), inner])
second = keras.Sequential([
    keras.Input((4,)),
    layers.Dense(2),
    layers.Conv2D(3, 3),
])
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "a b.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


def test_the_table_and_a_picture(program: Path) -> None:
    done = run("summary", "a b.py:4", "--graph", "out.svg", cwd=program.parent)
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert text.startswith('a b.py:4\nModel: "first"\n') and text.count("Model:") == 1
    assert "Total params: 216 (864.00 B)" in text
    drawing = ET.parse(program.parent / "out.svg").getroot()
    hrefs = [a.get("href", "") for a in drawing.iter("{http://www.w3.org/2000/svg}a")]
    links = {href.rpartition("a%20b.py")[2] for href in hrefs}
    assert links == {":3:27", ":3:45", ":4:46"}, "layers lead to the lines that make them"


def test_json(program: Path) -> None:
    done = run("summary", "a b.py", "--output-format", "json", cwd=program.parent)
    models = {model["name"]: model for model in json.loads(done.stdout)}
    assert set(models) == {"inner", "first", "second"}
    second = models["second"]
    assert [layer["output_shapes"] for layer in second["layers"]] == [[[None, 2]], []]
    assert second["layers"][1]["error"]["type"] == "ValueError"
    assert second["layers"][1]["location"] == {"row": 8, "column": 5}
    assert second["parameters"] is None and not second["complete"]
    (nested,) = models["first"]["layers"]
    assert [layer["parameters"] for layer in nested["layers"]] == [80, 136]
    assert models["first"]["parameters"] == 216


def test_markdown_and_a_page(program: Path) -> None:
    options = ("--output-format", "markdown", "--graph", "out.html")
    done = run("summary", "a b.py:7", *options, cwd=program.parent)
    assert "| dense (Dense) | (None, 2) | 10 |" in done.stdout.decode()
    page = (program.parent / "out.html").read_text("utf-8")
    assert "a b.py:8" in page and "vscode://file/" in page


def test_a_notebook(tmp_path: Path) -> None:
    source = PROGRAM.splitlines(keepends=True)
    cells = [{"cell_type": "markdown", "source": "# x", "metadata": {}}]
    for part in (source[:2], source[2:4], source[4:]):
        code = {"cell_type": "code", "source": part, "metadata": {}, "outputs": []}
        cells.append({**code, "execution_count": None})  # type: ignore[dict-item]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "x.ipynb").write_text(json.dumps(book), encoding="utf-8")
    done = run("summary", "x.ipynb:4", "--output-format", "json", cwd=tmp_path)
    (second,) = json.loads(done.stdout)
    assert second["name"] == "second" and second["cell"] == 4
    assert second["layers"][0]["location"] == {"row": 3, "column": 5}


def test_what_cannot_be_done_is_said(program: Path) -> None:
    bad = run("summary", "a b.py", "--graph", "out.png", cwd=program.parent)
    assert bad.returncode == 2 and b"an .svg or an .html file" in bad.stderr
    missing = run("summary", "nothing.py", cwd=program.parent)
    assert missing.returncode == 2 and b"nothing.py" in missing.stderr
    nowhere = run("summary", "a b.py", "--graph", "no/such/x.svg", cwd=program.parent)
    assert nowhere.returncode == 2 and b"no/such/x.svg" in nowhere.stderr
    (program.parent / "keras-lsp.toml").write_text('probe = "off"\n', encoding="utf-8")
    off = run("summary", "a b.py", cwd=program.parent)
    assert off.returncode == 2 and b"`probe` is off" in off.stderr
    assert b"dense (Dense)" in off.stdout, "what is known without Keras is told"


def test_a_workspace_that_names_an_interpreter_is_not_followed(program: Path) -> None:
    python = program.parent / "python"
    python.write_text("#!/bin/sh\ntouch ran\n", encoding="utf-8")
    python.chmod(0o755)
    (program.parent / "keras-lsp.toml").write_text('python = "./python"\n', encoding="utf-8")
    assert run("summary", "a b.py:4", cwd=program.parent).returncode == 0
    assert not (program.parent / "ran").exists()
    named = run("summary", "a b.py:4", "--python", sys.executable, cwd=program.parent)
    assert named.returncode == 0 and b"216" in named.stdout


def test_a_layer_that_keras_refuses_is_something_found(program: Path) -> None:
    fine = run("summary", "a b.py:4", cwd=program.parent)
    assert fine.returncode == 0
    done = run("summary", "a b.py:5", "--graph", "model.svg", cwd=program.parent)
    assert done.returncode == 1
    assert b"ValueError: Input 0 of layer `Conv2D` is incompatible" in done.stdout
    assert "incompatible" in (program.parent / "model.svg").read_text(encoding="utf-8")
    told = run("summary", "a b.py:5", "--output-format", "json", cwd=program.parent)
    assert told.returncode == 1
    assert json.loads(told.stdout)[0]["layers"][1]["error"]["type"] == "ValueError"

"""A project: what it says when something in this program itself goes wrong, or little is asked."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import NoReturn

import pytest

from keras_lsp.config import Config
from keras_lsp.service import project as module
from keras_lsp.service.project import Project
from keras_lsp.syntax import Source

FAULTY = "from tensorflow import keras\nmodel.fit(x)\nmodel = keras.Sequential()\n"


def test_a_fault_of_the_analysis_costs_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = module.analyze

    def analyze(source: Source, *rest: object) -> object:
        if source.path.endswith("broken.py"):
            raise KeyError("of our own making")
        return real(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "analyze", analyze)
    project = Project(str(tmp_path), Config())
    with caplog.at_level(logging.ERROR, logger="keras_lsp"):
        broken = project.check_fully(Source.parse(str(tmp_path / "broken.py"), FAULTY))
    assert (broken.problem, broken.findings) == ("cannot be analysed: KeyError", ())
    assert "broken.py cannot be analysed" in caplog.text
    assert "of our own making" in caplog.text
    whole = project.check_fully(Source.parse(str(tmp_path / "whole.py"), FAULTY))
    assert [f.rule for f in whole.findings] == ["undefined-model"]
    assert whole.problem == ""


def test_the_shell_tells_a_file_that_cannot_be_analysed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from keras_lsp.cli.main import main

    def analyze(*arguments: object) -> NoReturn:
        raise RecursionError

    monkeypatch.setattr(module, "analyze", analyze)
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_text(FAULTY, encoding="utf-8")
    assert main(["check", "a.py"], lambda *arguments: 0) == 2
    assert "a.py: cannot be analysed: RecursionError" in capsys.readouterr().err


@pytest.mark.parametrize("style", ["from helpers import build", "from package import build"])
def test_plain_imports_start_no_process(tmp_path: Path, style: str) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("from helpers import *\n", encoding="utf-8")
    (tmp_path / "helpers.py").write_text(
        "from tensorflow import keras\n\ndef build():\n    model = keras.Sequential()\n",
        encoding="utf-8",
    )
    project = Project(str(tmp_path), Config())
    text = f"{style}\nmodel = build()\nmodel.fit(x)\n"
    checked = project.check_fully(Source.parse(str(tmp_path / "train.py"), text))
    assert [f.rule for f in checked.findings] == ["builder-returns-none"]
    assert project.resolver.pid is None
    project.close()


def test_keras_by_way_of_an_own_module(tmp_path: Path) -> None:
    (tmp_path / "compat.py").write_text(
        "try:\n    from tensorflow import keras\nexcept ImportError:\n    import keras\n",
        encoding="utf-8",
    )
    project = Project(str(tmp_path), Config())
    text = (
        "from compat import keras\n\nfor i in range(3):\n"
        "    model = keras.Sequential([keras.layers.Dense(1)])\n"
        "    model.compile(loss='mse')\n    model.fit(x, y)\n"
    )
    checked = project.check_fully(Source.parse(str(tmp_path / "train.py"), text))
    assert [f.rule for f in checked.findings] == ["model-rebuilt-in-loop"]
    project.close()


def test_a_run_over_many_files_keeps_those_asked_for_last(tmp_path: Path) -> None:
    """As many as have room, counted in lines; a file that is let go of is read anew when asked."""
    texts = {}
    for name in ("one", "two", "three"):
        path = str(tmp_path / f"{name}.py")
        texts[path] = "import keras\n" * 10
        Path(path).write_text(texts[path])
    first, second, _ = texts
    project = Project(str(tmp_path), Config())
    before = {path: project.source(path) for path in texts}
    assert project.source(first) is before[first]
    project.trim(30)
    assert project.source(second) is before[second]
    project.source(first)
    project.trim(29)
    assert project.source(first) is before[first]
    again = project.source(second)
    assert again is not None
    assert again is not before[second]
    assert again.text == texts[second]

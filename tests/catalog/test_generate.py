"""The data is what the generator makes of the same releases."""

from __future__ import annotations

import ast
import importlib.metadata
import json
from pathlib import Path

import pytest

from keras_lsp.catalog import former, generate
from keras_lsp.catalog.api_files import Code, exports, parameters
from keras_lsp.catalog.names import canonical


def test_the_data_is_up_to_date() -> None:
    committed = json.loads((generate.DATA / "names.json").read_text(encoding="utf-8"))
    for package in ("keras", "tf_keras"):
        try:
            installed = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pytest.skip(f"{package} is not installed")
        if installed != committed[package]:
            pytest.skip(f"{package} {installed} is installed, the data is of another release")
    for path, text in generate.files().items():
        assert path.read_text(encoding="utf-8") == text, (
            f"{path.name}: run python -m keras_lsp.catalog.generate"
        )


def test_without_keras_the_generator_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert generate.main() == 2
    assert "keras is not installed" in capsys.readouterr().err


def test_hand_kept_names_lead_somewhere() -> None:
    for name, meaning in former.NAMES.items():
        found = canonical(name)
        assert found is not None
        expected = meaning if "." in meaning else name
        assert found.name == expected
        assert found.kind == ("class" if "." in meaning else meaning)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def test_code_is_found_through_branches_and_packages(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "keras/__init__.py": "from keras.src.model import Model as Model\n"
            "from keras.src import Layer\n",
            "keras/src/__init__.py": "from keras.src.layer import Layer\n",
            "keras/src/layer.py": "class Layer:\n    def __init__(self, name=None): ...\n",
            "keras/src/first.py": "class First:\n    def fit(self, x): ...\n",
            "keras/src/second.py": "raise SystemExit('nobody runs this')\nclass Second: ...\n",
            "keras/src/model.py": "from keras.src import layer\n"
            "if one:\n    from keras.src.first import First as Trainer\n"
            "else:\n    from keras.src.second import Second as Trainer\n"
            "class Model(Trainer, layer.Layer): ...\n",
        },
    )
    found = {e.public: e.origin for e in exports(tmp_path / "keras", "keras.src", frozenset())}
    assert found["keras.Layer"] == "keras.src.Layer"
    code = Code(tmp_path)
    model = code.definition(found["keras.Model"])
    assert model is not None
    names = [d.node.name for d in code.ancestry(model)]
    assert names == ["Model", "First", "Layer"]
    assert code.knows_all_bases(model)


def test_parameters_lose_annotations_and_self() -> None:
    (node,) = ast.parse("def f(self, a: int, *r: str, b: list[int]=(1, 2), **k: int): ...").body
    assert isinstance(node, ast.FunctionDef)
    assert parameters(node, bound=True) == "a, *r, b=(1, 2), **k"
    (alone,) = ast.parse("def f(self): ...").body
    assert isinstance(alone, ast.FunctionDef)
    assert parameters(alone, bound=True) == ""

"""The release of Keras that a project meets is found without running anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from keras_lsp.catalog.targets import Target
from keras_lsp.service.installed import target_of


def made(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)
    return folder


SITE = "lib/python3.11/site-packages"


def test_nothing_known_is_the_newest(tmp_path: Path) -> None:
    assert target_of(str(tmp_path), "", "", {}) == Target()
    assert target_of("", "", "", {}) == Target()


def test_the_setting_wins(tmp_path: Path) -> None:
    made(tmp_path, f".venv/{SITE}/keras-3.4.1.dist-info")
    found = target_of(str(tmp_path), "2.15", "", {})
    assert (found.version, found.keras2) == ("2.15", True)
    assert target_of(str(tmp_path), ">=2.13,<3", "", {}).version == "2.15"


@pytest.mark.parametrize(
    ("folder", "version"),
    [
        ("keras-3.4.1.dist-info", "3.4.1"),
        ("Keras-2.3.1.dist-info", "2.3.1"),
        ("Keras-1.2.2-py3.6.egg-info", "1.2.2"),
        ("tensorflow-2.13.0.dist-info", "2.13"),
        ("tensorflow_cpu-2.13.1.dist-info", "2.13"),
        ("tensorflow-1.15.0.dist-info", "2.2"),
        ("tensorflow-2.19.0.dist-info", "3"),
        ("keras_tuner-1.4.7.dist-info", ""),
        ("keras-tuner-1.4.7.dist-info", ""),
    ],
)
def test_metadata_of_an_environment(tmp_path: Path, folder: str, version: str) -> None:
    made(tmp_path, f".venv/{SITE}/{folder}", f".venv/{SITE}/numpy-1.26.dist-info")
    found = target_of(str(tmp_path), "", "", {})
    where = f"installed in {tmp_path / '.venv'}"
    only = folder.startswith("tensorflow")
    assert found == (Target(version, where, tensorflow=only) if version else Target())


def test_what_computes_is_known_where_nothing_else_can(tmp_path: Path) -> None:
    installed = [
        f".venv/{SITE}/{name}" for name in ("keras-3.4.1.dist-info", "tensorflow-2.19.0.dist-info")
    ]
    made(tmp_path, *installed)
    assert target_of(str(tmp_path), "", "", {}).tensorflow
    made(tmp_path, f".venv/{SITE}/jax")
    found = target_of(str(tmp_path), "", "", {})
    assert not found.tensorflow
    assert found.of("a.py", "try:\n    from tensorflow import keras\n").tensorflow
    assert not found.of(
        "a.py", 'import tensorflow\nos.environ["KERAS_BACKEND"] = name\n'
    ).tensorflow
    assert not found.of("a.py", "import tensorflow_datasets\n# import tensorflow\n").tensorflow


def test_the_environment_that_is_active_comes_before_the_workspace(tmp_path: Path) -> None:
    made(tmp_path, f".venv/{SITE}/keras-3.4.1.dist-info")
    made(tmp_path, f"other/{SITE}/keras-2.12.0.dist-info")
    environment = {"VIRTUAL_ENV": str(tmp_path / "other")}
    assert target_of(str(tmp_path), "", "", environment).version == "2.12.0"
    python = str(tmp_path / ".venv/bin/python")
    assert target_of(str(tmp_path), "", python, environment).version == "3.4.1"
    assert target_of(str(tmp_path), "", ".venv/bin/python", environment).version == "3.4.1"


def test_what_the_editor_has_selected_comes_before_the_environment(tmp_path: Path) -> None:
    made(tmp_path, f"conda/{SITE}/keras-3.4.1.dist-info", f"other/{SITE}/keras-2.12.0.dist-info")
    environment = {"VIRTUAL_ENV": str(tmp_path / "other")}
    selected = str(tmp_path / "conda/bin/python")
    assert target_of("", "", "", environment, selected).version == "3.4.1"
    setting = str(tmp_path / "other/bin/python")
    assert target_of("", "", setting, environment, selected).version == "2.12.0"
    bare = str(made(tmp_path, "bare/bin") / "bare/bin/python")
    assert target_of("", "", "", environment, bare).version == "2.12.0"


def test_windows_lays_environments_out_in_its_own_way(tmp_path: Path) -> None:
    made(tmp_path, "venv/Lib/site-packages/keras-2.9.0.dist-info")
    assert target_of(str(tmp_path), "", "", {}).version == "2.9.0"


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        ("requirements.txt", "numpy\nkeras==2.12.0\n", "2.12.0"),
        ("requirements.txt", "keras-tuner==1.4.7\n", None),
        ("requirements.txt", "keras\n", None),
        ("requirements.txt", "keras>=2.6\n", None),
        ("requirements.txt", "keras>=2.6,<3  # for now\n", "2.15"),
        ("requirements.txt", "keras~=2.9\n", "2.15"),
        ("requirements.txt", "keras~=2.9.0\n", "2.9.0"),
        ("requirements.txt", "keras<2.13\n", "2.12"),
        ("requirements-dev.txt", "tensorflow==2.10.1\n", "2.10"),
        ("requirements.txt", "tensorflow-gpu==1.14\nkeras==2.2.4\n", "2.2.4"),
        ("requirements.txt", "tensorflow[and-cuda]==2.17.0\n", "3"),
        ("pyproject.toml", '[project]\ndependencies = [\n  "keras>=2.13,<3",\n]\n', "2.15"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nkeras = "^2.12"\n', "2.15"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nkeras = "2.12.0"\n', "2.12.0"),
        ("pyproject.toml", '[tool.x]\nkeras-version = "2"\n', None),
        ("environment.yml", "dependencies:\n  - keras=2.3.1\n", "2.3.1"),
        ("uv.lock", '[[package]]\nname = "keras"\nversion = "3.8.0"\n', "3.8.0"),
        ("poetry.lock", '[[package]]\nname = "tensorflow"\nversion = "2.15.1"\n', "2.15"),
        ("uv.lock", "no [ toml", None),
        ("setup.py", "setup(install_requires=['numpy', 'tensorflow>=2.4,<2.11'])\n", "2.10"),
        ("setup.py", "setup(install_requires=['keras'], python_requires='>=3.7')\n", None),
    ],
)
def test_what_the_project_asks_for(
    tmp_path: Path, name: str, text: str, version: str | None
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert target_of(str(tmp_path), "", "", {}) == (Target(version, name) if version else Target())


@pytest.mark.parametrize(
    ("file", "version"),
    [
        ("keras/src/version.py", "3.9.2"),
        ("keras/__init__.py", "1.2.2"),
        ("src/keras/__init__.py", "2.15.0"),
    ],
)
def test_a_keras_of_the_project_itself_comes_before_an_installed_one(
    tmp_path: Path, file: str, version: str
) -> None:
    package = tmp_path / file.partition("keras")[0] / "keras"
    made(tmp_path, f".venv/{SITE}/keras-3.4.1.dist-info")
    made(package, "src", "layers")
    (package / "__init__.py").write_text("")
    (tmp_path / file).write_text(f'# The version.\n__version__ = "{version}"\n')
    found = target_of(str(tmp_path), "", "", {})
    assert (found.version, found.package) == (version, str(package))
    assert found.source == f"`keras` in {package.parent}"
    assert found.of(str(package / "src" / "model.py"), "").own
    assert not found.of(str(tmp_path / "train.py"), "").own
    said = target_of(str(tmp_path), "3.3", "", {})
    assert (said.version, said.package) == ("3.3", str(package))


def test_a_folder_that_is_only_called_so_is_no_keras(tmp_path: Path) -> None:
    made(tmp_path, f".venv/{SITE}/keras-3.4.1.dist-info", "keras")
    (tmp_path / "keras/__init__.py").write_text('__version__ = "1.2.2"\n')
    found = target_of(str(tmp_path), "", "", {})
    assert (found.version, found.package) == ("3.4.1", "")
    made(tmp_path, "tf_keras/src")
    (tmp_path / "tf_keras/__init__.py").write_text("")
    found = target_of(str(tmp_path), "", "", {})
    assert (found.version, found.package) == ("3.4.1", str(tmp_path / "tf_keras"))

"""Whose Keras is asked: folders are looked at, nothing in them is run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from keras_lsp.probe import interpreters
from keras_lsp.probe.interpreters import OWN, Candidate, Wishes, candidates, chosen

WINDOWS = os.name == "nt"


def environment(folder: Path, keras: str = "", python: str = "3.11.7", settings: str = "") -> Path:
    """A virtual environment that would tell if it was run; its interpreter."""
    packages = folder / "Lib" / "site-packages"
    scripts = folder / "Scripts" / "python.exe"
    if not WINDOWS:
        packages = folder / "lib" / f"python{python.rpartition('.')[0]}" / "site-packages"
        scripts = folder / "bin" / "python"
    packages.mkdir(parents=True)
    scripts.parent.mkdir()
    scripts.write_text("#!/bin/sh\ntouch ran\n", encoding="utf-8")
    scripts.chmod(0o755)
    (folder / "pyvenv.cfg").write_text(f"version = {python}\n{settings}", encoding="utf-8")
    (packages / "evil.pth").write_text("import os; open('ran', 'w')\n", encoding="utf-8")
    if keras:
        install(packages, keras)
    return scripts


def install(packages: Path, keras: str, package: str = "keras") -> None:
    (packages / package).mkdir(parents=True)
    (packages / package / "__init__.py").write_text("raise SystemExit(1)\n", encoding="utf-8")
    (packages / f"{package}-{keras}.dist-info").mkdir()


@pytest.fixture(autouse=True)
def own_python_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Candidate("own", OWN, problem="no Keras is installed")
    monkeypatch.setattr(interpreters, "_own", lambda roots: own)


def wishes(*roots: Path, **given: object) -> Wishes:
    values: dict[str, object] = {"environ": {}, "roots": tuple(map(str, roots)), **given}
    return Wishes(**values)  # type: ignore[arg-type]


def test_the_order(tmp_path: Path) -> None:
    setting = environment(tmp_path / "setting", "3.5.0")
    editor = environment(tmp_path / "editor", "3.6.0")
    environment(tmp_path / "active", "3.7.0")
    environment(tmp_path / "root" / ".venv", "3.8.0")
    given = {
        "setting": str(setting),
        "setting_is_the_users": True,
        "editor": str(editor),
        "environ": {"VIRTUAL_ENV": str(tmp_path / "active")},
        "trusted": True,
    }
    found = []
    for name in ("setting", "editor", "environ", "trusted"):
        candidate = chosen(wishes(tmp_path / "root", **given))
        found.append(candidate.keras if candidate else None)
        given[name] = {} if name == "environ" else ""
    assert found == ["3.5.0", "3.6.0", "3.7.0", "3.8.0"]
    assert chosen(wishes(tmp_path / "root", **given)) is None
    assert list(tmp_path.rglob("ran")) == []


def test_a_workspace_has_to_be_trusted(tmp_path: Path) -> None:
    python = environment(tmp_path / ".venv", "3.8.0")
    for wish in (wishes(tmp_path), wishes(tmp_path, setting=str(python))):
        assert chosen(wish) is None
        assert "trusted" in next(candidates(wish)).problem
    users = wishes(tmp_path, setting=os.path.relpath(python, tmp_path), setting_is_the_users=True)
    found = chosen(users)
    assert found is not None
    assert Path(found.executable) == python


def test_keras_2_is_not_asked_and_nobody_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Candidate("own", OWN, "3.15.1")
    monkeypatch.setattr(interpreters, "_own", lambda roots: own)
    old = environment(tmp_path / "old", "2.15.0")
    wish = wishes(editor=str(old))
    (only,) = candidates(wish)
    assert only.problem == "older than Keras 3: asked only where `probe` is `tensorflow`"
    assert chosen(wish) is None
    empty = environment(tmp_path / "empty")
    assert [c.problem for c in candidates(wishes(editor=str(empty)))] == [
        "no Keras is installed",
        "",
    ]


@pytest.mark.parametrize("package", ["keras", "tf_keras"])
def test_keras_2_is_asked_where_somebody_wants_it(tmp_path: Path, package: str) -> None:
    old = environment(tmp_path / "old")
    packages = next(tmp_path.rglob("site-packages"))
    install(packages, "2.15.0", package)
    wish = wishes(editor=str(old), tensorflow=True)
    (only,) = candidates(wish)
    assert only.problem == "older than Keras 3, and without TensorFlow"
    (packages / "tensorflow").mkdir()
    (packages / "tensorflow" / "__init__.py").touch()
    found = chosen(wish)
    assert found is not None
    assert (found.keras, found.keras2) == ("2.15.0", package)
    assert chosen(wishes(editor=str(old))) is None


def test_keras_3_is_asked_as_ever_though_keras_2_were_allowed(tmp_path: Path) -> None:
    new = environment(tmp_path / "new", "3.6.0")
    install(next(tmp_path.rglob("site-packages")), "2.15.0", "tf_keras")
    found = chosen(wishes(editor=str(new), tensorflow=True))
    assert found is not None
    assert (found.keras, found.keras2) == ("3.6.0", "")


def test_an_interpreter_that_was_set_is_not_replaced(tmp_path: Path) -> None:
    wish = wishes(tmp_path, setting="nowhere/python", setting_is_the_users=True)
    assert [c.problem for c in candidates(wish)] == ["no such file"]


def test_an_old_python(tmp_path: Path) -> None:
    python = environment(tmp_path, "3.0.5", python="3.8.1")
    (candidate, _) = candidates(wishes(editor=str(python)))
    assert candidate.problem == "Python 3.8 is too old"


def test_packages_elsewhere(tmp_path: Path) -> None:
    """A ``.pth`` file names the folder, or the environment lies on another one."""
    install(tmp_path / "elsewhere", "3.9.0")
    linked = environment(tmp_path / "linked")
    (packages,) = tmp_path.glob("linked/[lL]ib/**/site-packages")
    (packages / "a.pth").write_text(f"# a comment\n{tmp_path / 'elsewhere'}\n", encoding="utf-8")
    found = chosen(wishes(editor=str(linked)))
    assert found is not None
    assert found.keras == "3.9.0"

    base = environment(tmp_path / "base", "3.10.0")
    home = base.parent if not WINDOWS else base.parent.parent
    system = f"include-system-site-packages = true\nhome = {home}\n"
    above = environment(tmp_path / "above", settings=system)
    found = chosen(wishes(editor=str(above)))
    assert found is not None
    assert found.keras == "3.10.0"


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("keras-3.15.1.dist-info", "3.15.1"),
        ("keras-2.4.3-py3.7.egg-info", "2.4.3"),
        ("keras_nightly-3.16.0.dev2026.dist-info", "3.16.0.dev2026"),
        ("keras_hub-0.20.dist-info", None),
        ("keras.dist-info", None),
    ],
)
def test_names_of_metadata(name: str, version: str | None) -> None:
    found = interpreters.VERSION.match(name)
    assert (found["version"] if found else None) == version


def test_the_python_of_these_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    found = chosen(wishes())
    assert found is not None
    assert (found.executable, found.origin) == (sys.executable, OWN)
    assert found.keras.startswith("3.")
    assert "keras" not in sys.modules


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('probe = "off"', "off, by the settings"),
        ('python = "bin/python"', "set by a workspace that is not trusted"),
        ("nonsense = 1", "nonsense"),
    ],
)
def test_doctor_follows_the_settings(tmp_path: Path, settings: str, said: str) -> None:
    (tmp_path / "keras-lsp.toml").write_text(settings, encoding="utf-8")
    command = [sys.executable, "-m", "keras_lsp", "doctor"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert said in done.stdout


def test_doctor_says_whose_keras_is_asked(tmp_path: Path) -> None:
    environment(tmp_path / ".venv", "3.8.0")
    command = [sys.executable, "-m", "keras_lsp", "doctor"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert "(the workspace is not trusted)" in done.stdout
    assert f"{OWN}: {sys.executable}" in done.stdout
    assert re.search(r"^ok +asks Keras for a shape$", done.stdout, re.M), done.stdout
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(WINDOWS, reason="a link to an executable")
def test_a_bare_name_is_looked_up_as_the_shell_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = environment(tmp_path / "named", "3.4.0")
    monkeypatch.chdir(python.parent)
    environ = {"PATH": os.pathsep.join(["", ".", str(python.parent)])}
    wish = wishes(setting="python", setting_is_the_users=True, environ=environ)
    found = chosen(wish)
    assert found is not None
    assert found.executable == str(python)

"""The workspace in process: who is looked at again after an edit, and with which answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from keras_lsp.fixing import fixed
from keras_lsp.service.outline import outline
from keras_lsp.service.project import Project
from keras_lsp.service.workspace import Workspace
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span

MODELS = """\
import keras

SIZE = 3


def build():
    model = keras.Sequential()
    dress(model)
    return model


def dress(model):
    model.name = "x"


def other():
    return 1


def spoil():
    print(SIZE)
"""
TRAIN = "from models import build\n\nnet = build()\nnet.fit([1], [1])\n"


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are analysed, one after another."""
    seen: list[str] = []
    check = Project.check

    def counted(self: Project, source: Source, previous: Any = None) -> Any:
        seen.append(Path(source.path).name)
        return check(self, source, previous)

    monkeypatch.setattr(Project, "check", counted)
    return seen


Opened = Callable[..., Workspace]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    made: list[Workspace] = []

    def make(**texts: str) -> Workspace:
        workspace = Workspace([str(tmp_path)])
        made.append(workspace)
        for name, text in texts.items():
            (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
            workspace.open(str(tmp_path / f"{name}.py"), text, 1)
        for name in texts:
            workspace.snapshot(str(tmp_path / f"{name}.py"))
        while workspace.review():
            look(workspace, tmp_path)
        return workspace

    yield make
    for workspace in made:
        workspace.shut_down()


def look(workspace: Workspace, folder: Path) -> list[str]:
    """The rules found in ``train.py``."""
    for path in list(workspace.documents):
        workspace.snapshot(path)
    snapshot = workspace.snapshot(str(folder / "train.py"))
    assert snapshot is not None
    return [f.rule for f in snapshot.findings]


def put(workspace: Workspace, folder: Path, line: int, text: str) -> list[str]:
    """Insert a line into ``models.py``; the names of those to be looked at again."""
    path = str(folder / "models.py")
    version = workspace.documents[path].version + 1
    workspace.change(path, [Edit(Span.of(line, 0, line, 0), text)], version)
    workspace.snapshot(path)
    return [Path(p).name for p in workspace.review()]


def test_a_change_is_followed_by_those_whom_it_concerns(opened: Opened, tmp_path: Path) -> None:
    workspace = opened(models=MODELS, train=TRAIN, alone="import keras\nkeras.Sequential()\n")
    assert look(workspace, tmp_path) == ["fit-before-compile"]
    assert put(workspace, tmp_path, 8, "    model.compile('adam', 'mse')\n") == ["train.py"]
    assert look(workspace, tmp_path) == []
    assert workspace.review() == []


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (12, "    model.compile('adam', 'mse')\n"),  # in what the imported function calls
        (2, "SIZE = 4\n"),
        (0, "from elsewhere import SIZE\n"),
        (20, "    global build\n    build = None\n"),
        (15, "def more():\n    return 2\n"),
    ],
)
def test_changes_that_may_matter(opened: Opened, tmp_path: Path, line: int, text: str) -> None:
    workspace = opened(models=MODELS, train=TRAIN.replace("net.fit([1], [1])", "print(net)"))
    assert put(workspace, tmp_path, line, text) == ["train.py"]


def test_the_body_of_a_function_that_nobody_uses_is_nobody_s_business(
    opened: Opened, tmp_path: Path, checks: list[str]
) -> None:
    workspace = opened(models=MODELS, train=TRAIN.replace("net.fit([1], [1])", "print(net)"))
    checks.clear()
    assert put(workspace, tmp_path, 16, "    print(2)\n") == []
    assert checks == ["models.py"]
    # It is not forgotten: whoever looks next sees all of it.
    path = str(tmp_path / "train.py")
    text = "from models import other as build\n"
    workspace.change(path, [Edit(Span.of(0, 0, 1, 0), text)], 2)
    assert put(workspace, tmp_path, 16, "    print(3)\n") == []
    assert look(workspace, tmp_path) == []
    assert put(workspace, tmp_path, 16, "    print(4)\n") == ["train.py"]


def test_after_all_edits_the_findings_are_those_of_a_new_workspace(
    opened: Opened, tmp_path: Path
) -> None:
    """Whatever was left aside on the way."""
    workspace = opened(models=MODELS, train=TRAIN)
    lines = ["    print(2)\n", "    model.compile('adam', 'mse')\n", "    return None\n", "x = 1\n"]
    for number, line in ((16, lines[0]), (12, lines[1]), (8, lines[2]), (3, lines[3])):
        put(workspace, tmp_path, number, line)
        fresh = Workspace([str(tmp_path)])
        for path, document in workspace.documents.items():
            fresh.open(path, document.source.text, 1)
        assert look(workspace, tmp_path) == look(fresh, tmp_path)
        fresh.shut_down()


def test_what_mends_all_is_made_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Source] = []

    def counted(source: Source, *given: Any, **more: Any) -> Any:
        asked.append(source)
        return fixed(source, *given, **more)

    monkeypatch.setattr("keras_lsp.service.snapshot.fixed", counted)
    one = "class C:\n    def a(self):\n        model = keras.Sequential()\n\n"
    one += "    def b(self):\n        self.model.fit(1)\n"
    workspace, path = Workspace([str(tmp_path)]), str(tmp_path / "a.py")
    workspace.open(path, f"import keras\n{one}{one.replace('C', 'D')}", 1)
    snapshot = workspace.snapshot(path)
    assert snapshot is not None
    whole = Span.of(0, 0, 99, 0)
    several = [a for a in (*snapshot.quick_fixes(whole), *snapshot.fix_all()) if a.all_of]
    assert {a.all_of for a in several} == {"model-not-on-self", "*"}
    assert not asked
    assert all(snapshot.all_of(a.all_of) for a in several)
    assert len(asked) == len(several)


def test_new_settings_begin_anew(opened: Opened, tmp_path: Path) -> None:
    workspace = opened(models=MODELS, train=TRAIN)
    assert look(workspace, tmp_path) == ["fit-before-compile"]
    assert workspace.set_overrides({"": {"ignore": ["fit-before-compile"]}})
    workspace.reload()
    assert look(workspace, tmp_path) == []
    assert not workspace.set_overrides({"": {"ignore": ["fit-before-compile"]}})


def test_a_folder_of_its_own_sees_the_buffers_of_another(tmp_path: Path) -> None:
    """Two projects in one workspace folder: each has settings of its own, all have one text."""
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "models.py").write_text(MODELS, encoding="utf-8")
    (inner / "keras-lsp.toml").write_text("ignore = []\n", encoding="utf-8")
    workspace = Workspace([str(tmp_path)])
    models, train = str(tmp_path / "models.py"), str(inner / "train.py")
    workspace.open(train, TRAIN, 1)
    workspace.open(models, MODELS, 1)
    assert workspace.project_of(models) is not workspace.project_of(train)
    snapshot = workspace.snapshot(train)
    assert snapshot is not None
    assert [f.rule for f in snapshot.findings] == ["fit-before-compile"]
    compiled = "    model.compile('adam', 'mse')\n"
    workspace.change(models, [Edit(Span.of(8, 0, 8, 0), compiled)], 2)
    assert workspace.review() == [train]
    snapshot = workspace.snapshot(train)
    assert snapshot is not None
    assert not snapshot.findings


def test_settings_that_break_are_told_and_the_last_good_ones_count(tmp_path: Path) -> None:
    settings = tmp_path / "keras-lsp.toml"
    settings.write_text('ignore = ["fit-before-compile"]\n', encoding="utf-8")
    workspace = Workspace([str(tmp_path)])
    (tmp_path / "models.py").write_text(MODELS, encoding="utf-8")
    workspace.open(str(tmp_path / "train.py"), TRAIN, 1)
    assert look(workspace, tmp_path) == []
    settings.write_text('ignor = ["fit-before-compile"]\n', encoding="utf-8")
    assert workspace.files_changed([str(settings)])
    workspace.reload()
    (problem,) = workspace.problems.values()
    assert "did you mean `ignore`?" in problem
    assert look(workspace, tmp_path) == []
    settings.write_text("ignore = []\n", encoding="utf-8")
    workspace.reload()
    assert not workspace.problems
    assert look(workspace, tmp_path) == ["fit-before-compile"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def f():\n    return 1\n", "def f():\n    return 2\n"),
        ("x = 1\n", "x = 2\n"),
        ("# a\nimport a\n", "import a\n"),
        ("print(1)\ndef f(): pass\n", "def f(): pass\n"),
        ("@a\ndef f(): pass\n", "@b\ndef f(): pass\n"),
    ],
)
def test_names_stay_where_they_are(one: str, other: str) -> None:
    assert outline(Source.parse("a.py", one)) == outline(Source.parse("a.py", other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def f(): pass\n", "def g(): pass\n"),
        ("def f(): pass\n", ""),
        ("x = 1\n", "y = 1\n"),
        ("x: int = 1\n", "y: int = 1\n"),
        ("from a import b\n", "from c import b\n"),
        ("if x:\n    import a\n", "if x:\n    import b\n"),
        (
            "try:\n    import a\nexcept E:\n    a = 1\n",
            "try:\n    import b\nexcept E:\n    a = 1\n",
        ),
        ("@a\nclass F: pass\n", "@a\nclass G: pass\n"),
    ],
)
def test_names_come_go_or_move(one: str, other: str) -> None:
    assert outline(Source.parse("a.py", one)) != outline(Source.parse("a.py", other))

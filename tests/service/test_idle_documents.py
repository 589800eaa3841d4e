"""Documents that nobody looks at give back what they take, and lose nothing of what is said."""

from __future__ import annotations

import weakref
from pathlib import Path

import pytest

from keras_lsp.service import workspace
from keras_lsp.service.shaping import Told
from keras_lsp.service.workspace import Workspace
from keras_lsp.text import Edit, Span

FAULTY = """\
from tensorflow import keras

model.fit(x, y)
model = keras.Sequential([keras.layers.Dense(1)])
"""


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Workspace, list[str]]:
    monkeypatch.setattr(workspace, "WARM", 10)
    paths = [str(tmp_path / f"{name}.py") for name in "abc"]
    made = Workspace([str(tmp_path)])
    for path in paths:
        made.open(path, FAULTY, 1)
    return made, paths


def rules(made: Workspace, path: str) -> list[str]:
    snapshot = made.snapshot(path)
    assert snapshot is not None
    return [f.rule for f in snapshot.findings]


def test_only_the_last_ones_keep_their_analysis(opened: tuple[Workspace, list[str]]) -> None:
    made, paths = opened
    before = [rules(made, path) for path in paths]
    warm = [path for path in paths if made.documents[path].analysis is not None]
    assert warm == paths[1:]
    assert [rules(made, path) for path in paths] == before == [["undefined-model"]] * 3
    assert [p for p in paths if made.documents[p].analysis is not None] == paths[1:]
    rules(made, paths[0])
    rules(made, paths[2])
    assert [p for p in paths if made.documents[p].analysis is not None] == [paths[0], paths[2]]


def test_nothing_keeps_what_an_idle_document_gave_back(
    opened: tuple[Workspace, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even the question what its models are, which others have to wait for."""
    made, paths = opened
    monkeypatch.setattr(made._modelling, "_serve", lambda: None)
    former = []
    for path in paths:
        rules(made, path)
        made.ask_models(path)
        former.append(weakref.ref(made.documents[path].source.statements[-1]))
    assert [statement() is None for statement in former] == [True, False, False]
    made.shut_down()


def test_models_of_an_idle_document_leave_no_trees(opened: tuple[Workspace, list[str]]) -> None:
    made, paths = opened
    for path in paths:
        rules(made, path)
    idle = made.documents[paths[0]]
    assert idle.source.tree.body and idle.source.statements[-1].body
    assert not made._take_models(idle.path, idle.source, Told())
    assert all(s._mended is None and not s.memo for s in idle.source.statements)


def test_an_idle_document_goes_on_from_its_text(opened: tuple[Workspace, list[str]]) -> None:
    made, paths = opened
    for path in paths:
        rules(made, path)
    made.change(paths[0], [Edit(Span.of(2, 0, 3, 0), "")], 2)
    assert rules(made, paths[0]) == []
    assert made.documents[paths[0]].source.text == FAULTY.replace("model.fit(x, y)\n", "")


def test_one_long_document_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "WARM", 1)
    made, path = Workspace([str(tmp_path)]), str(tmp_path / "a.py")
    made.open(path, FAULTY, 1)
    rules(made, path)
    assert made.documents[path].analysis is not None
    made.close(path)
    assert made.snapshot(path) is None

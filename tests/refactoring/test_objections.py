"""Edits that nobody should make: what speaks against them is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from keras_lsp.service.snapshot import Snapshot
from keras_lsp.service.workspace import Workspace
from keras_lsp.text import Edit, Position, Span

TEXT = "import keras\n\nmodel = keras.Sequential()\nmodel.summary()\n"


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    (tmp_path / "main.py").write_text(TEXT, encoding="utf-8")
    workspace = Workspace([str(tmp_path)])
    workspace.open(str(tmp_path / "main.py"), TEXT, 1)
    found = workspace.snapshot(str(tmp_path / "main.py"))
    assert found is not None
    return found


def test_nothing_speaks_against_a_comment(snapshot: Snapshot) -> None:
    assert snapshot.objection((Edit.insert(Position(1, 0), "# fine\n"),)) == ""


@pytest.mark.parametrize(
    "edit",
    [
        Edit.insert(Position(2, 0), "model.summary()\n"),
        Edit.insert(Position(3, 0), "if (\n"),
        Edit.insert(Position(3, 0), ""),
    ],
    ids=["a finding", "no syntax", "no change"],
)
def test_harm(snapshot: Snapshot, edit: Edit) -> None:
    assert "would add a problem" in snapshot.objection((edit,))


def test_overlapping_edits(snapshot: Snapshot) -> None:
    edit = Edit(Span.of(0, 0, 0, 6), "import")
    assert snapshot.objection((edit, edit))


def test_callers_in_other_files(snapshot: Snapshot, tmp_path: Path) -> None:
    edits = (Edit.insert(Position(1, 0), "# fine\n"),)
    (tmp_path / "other.py").write_text("import os\nos.show()\n", encoding="utf-8")
    assert snapshot.objection(edits, "show") == ""
    (tmp_path / "caller.py").write_text("import main\nmain.show()\n", encoding="utf-8")
    assert "another file may call `show`" in snapshot.objection(edits, "show")

"""Findings reach a client one way: told with the document's version, or answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.conftest import Start
from tests.lsp.wire import PULL, PUSH, Client, Refused, codes, edit

EARLY = "import keras\nmodel.fit(1)\nmodel = keras.Sequential()\n"
"""The model is used before it is defined."""


def test_findings_are_pushed_with_their_version(push: Client, push_folder: Path) -> None:
    uri = push.open((push_folder / "versions.py").as_uri(), EARLY, 7)
    push.pushed(uri, 7, ["undefined-model"])
    push.change(uri, 8, edit((1, 0), (1, 12), "x = 1"))
    push.pushed(uri, 8, [])
    push.change(uri, 12, edit((1, 0), (1, 5), "model.fit(2)"))
    push.pushed(uri, 12, ["undefined-model"])
    versions = [p["version"] for p in push.published(uri)]
    assert versions == sorted(versions)


def test_several_changes_at_once_are_made_one_after_another(
    push: Client, push_folder: Path
) -> None:
    uri = push.open((push_folder / "several.py").as_uri(), EARLY)
    push.change(uri, 2, edit((0, 0), (0, 0), "\n\n"), edit((3, 0), (3, 0), "z = model; "))
    finding = push.pushed(uri, 2, ["undefined-model"])[0]
    assert finding["range"]["start"] == {"line": 3, "character": 4}


def test_of_a_burst_the_last_version_counts(push: Client, push_folder: Path) -> None:
    uri = push.open((push_folder / "burst.py").as_uri(), EARLY)
    for number in range(50):
        push.change(uri, 2 + number, edit((1, 11), (1, 11), "1"))
    push.pushed(uri, 51, ["undefined-model"])
    versions = [p["version"] for p in push.published(uri)]
    assert versions == sorted(set(versions))


def test_who_is_told_is_not_answered_and_is_told_when_a_document_closes(
    push: Client, push_folder: Path
) -> None:
    uri = push.open((push_folder / "closed.py").as_uri(), EARLY)
    push.pushed(uri, 1, ["undefined-model"])
    with pytest.raises(Refused) as refused:
        push.pulled(uri)
    assert refused.value.code == -32601
    push.close(uri)
    push.pushed(uri, None, [])


def test_who_asks_is_answered_and_never_told(pull: Client, pull_folder: Path) -> None:
    uri = pull.open((pull_folder / "asked.py").as_uri(), EARLY)
    report = pull.pulled(uri)
    assert codes(report["items"]) == ["undefined-model"]
    assert pull.pulled(uri, report["resultId"])["kind"] == "unchanged"
    pull.change(uri, 2, edit((1, 0), (1, 12), "x = 1"))
    changed = pull.pulled(uri, report["resultId"])
    assert (changed["kind"], changed["items"]) == ("full", [])
    pull.close(uri)
    assert pull.pulled(uri)["items"] == []
    assert not pull.of("textDocument/publishDiagnostics")


def test_what_is_offered_fits_the_client(start: Start, tmp_path: Path) -> None:
    asking = start().initialize(PULL, [tmp_path])
    assert asking["capabilities"]["diagnosticProvider"]["interFileDependencies"]
    assert asking["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"]
    told = start().initialize(PUSH, [tmp_path])
    assert "diagnosticProvider" not in told["capabilities"]


def test_who_cannot_be_called_back_is_told(start: Start, tmp_path: Path) -> None:
    """It can ask, but nobody could say to it that another file brought news: so it is told."""
    client = start()
    offered = client.initialize({"textDocument": {"diagnostic": {}}}, [tmp_path])
    assert "diagnosticProvider" not in offered["capabilities"]
    uri = client.open((tmp_path / "neovim.py").as_uri(), EARLY)
    client.pushed(uri, 1, ["undefined-model"])

"""Settings from files and from the editor, for one folder or several, obeyed when they change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import Start
from tests.lsp.wire import PULL, PUSH, Client, Message, codes

EARLY = "import keras\nmodel.fit(1)\nmodel = keras.Sequential()\n"
RULE = "undefined-model"

ASKS: Message = {**PUSH, "workspace": {"configuration": True, "workspaceFolders": True}}
REGISTERS: Message = {
    **PUSH,
    "workspace": {
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
}


def opened(client: Client, folder: Path, name: str = "a.py") -> str:
    return client.open((folder / name).as_uri(), EARLY)


def written(client: Client, path: Path, text: str) -> None:
    kind = 2 if path.exists() else 1
    path.write_text(text, encoding="utf-8")
    changes = [{"uri": path.as_uri(), "type": kind}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})


def shown(client: Client, since: int = 0) -> list[str]:
    return [m["message"] for m in client.of("window/showMessage", since)]


def folder_change(added: list[Path], removed: list[Path]) -> Message:
    def plain(folders: list[Path]) -> list[Message]:
        return [{"uri": f.as_uri(), "name": f.name} for f in folders]

    return {"event": {"added": plain(added), "removed": plain(removed)}}


def test_a_settings_file_that_comes_changes_and_goes(start: Start, tmp_path: Path) -> None:
    client = start()
    client.initialize(PUSH, [tmp_path])
    uri = opened(client, tmp_path)
    client.pushed(uri, 1, [RULE])
    settings = tmp_path / "keras-lsp.toml"
    written(client, settings, f'ignore = ["{RULE}"]\n')
    client.pushed(uri, 1, [])
    since = client.mark
    written(client, settings, f'severity = {{ {RULE} = "hint" }}\n')
    (finding,) = client.pushed(uri, 1, [RULE], since)
    assert finding["severity"] == 4
    since = client.mark
    settings.unlink()
    written_away = [{"uri": settings.as_uri(), "type": 3}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": written_away})
    (finding,) = client.pushed(uri, 1, [RULE], since)
    assert finding["severity"] == 1


def test_bad_settings_are_told_once_with_the_nearest_key(start: Start, tmp_path: Path) -> None:
    client = start()
    settings = tmp_path / "pyproject.toml"
    settings.write_text(f'[tool.keras-lsp]\nignor = ["{RULE}"]\n', encoding="utf-8")
    client.initialize(PUSH, [tmp_path])
    uri = opened(client, tmp_path)
    client.wait(lambda m: m.get("method") == "window/showMessage")
    client.pushed(uri, 1, [RULE])
    written(client, settings, f'[tool.keras-lsp]\nignor = ["{RULE}"]\n')
    written(client, settings, f'[tool.keras-lsp]\nignore = ["{RULE}"]\n')
    client.pushed(uri, 1, [])
    (message,) = shown(client)
    assert str(settings) in message
    assert "unknown setting `ignor`; did you mean `ignore`?" in message
    since = client.mark
    written(client, settings, '[tool.keras-lsp]\nignore = ["undefined-modle"]\n')
    client.wait(lambda m: m.get("method") == "window/showMessage", since)
    (message,) = shown(client, since)
    assert "did you mean `undefined-model`?" in message


def test_the_editor_s_settings_win_and_are_read_again(start: Start, tmp_path: Path) -> None:
    (tmp_path / "keras-lsp.toml").write_text(f'ignore = ["{RULE}"]\n', encoding="utf-8")
    client = start()
    section: dict[str, Any] = {"ignore": ["fit-before-compile"]}
    client.settings = lambda uri: section
    client.initialize(ASKS, [tmp_path])
    uri = opened(client, tmp_path)
    client.pushed(uri, 1, [RULE])
    section["ignore"] = ["lifecycle"]
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.pushed(uri, 1, [])
    since = client.mark
    section.clear()
    section["severity"] = {"fit-before-compil": "hint"}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait(lambda m: m.get("method") == "window/showMessage", since)
    (message,) = shown(client)
    assert "editor settings" in message and "did you mean `fit-before-compile`?" in message


def test_who_cannot_be_asked_sends_its_settings(start: Start, tmp_path: Path) -> None:
    client = start()
    client.initialize(PUSH, [tmp_path], {"keras-lsp": {"ignore": [RULE]}})
    uri = opened(client, tmp_path)
    client.pushed(uri, 1, [])
    client.notify(
        "workspace/didChangeConfiguration",
        {"settings": {"keras-lsp": {"ignore": []}, "pylsp": {"plugins": {}}}},
    )
    client.pushed(uri, 1, [RULE])
    since = client.mark
    client.notify("workspace/didChangeConfiguration", {"settings": {"ignore": [RULE]}})
    client.pushed(uri, 1, [], since)
    # What is meant for others is not ours.
    client.notify("workspace/didChangeConfiguration", {"settings": {"pylsp": {"plugins": {}}}})
    client.pushed(uri, 1, [RULE], since)
    assert not shown(client)


PULLS = {**PULL, "workspace": {**REGISTERS["workspace"], **PULL["workspace"]}}


@pytest.mark.parametrize("capabilities", [REGISTERS, PULLS])
def test_what_a_client_sends_at_first_holds_for_the_first_findings(
    start: Start, tmp_path: Path, capabilities: Message
) -> None:
    """Nobody waits for a client that is busy, and nothing is shown that is to be ignored."""
    client = start()
    client.is_busy = True
    client.initialize(capabilities, [tmp_path], {"settings": {"ignore": [RULE]}})
    uri = opened(client, tmp_path)
    if capabilities is PULLS:
        assert client.pulled(uri)["items"] == []
    else:
        client.wait(lambda m: m.get("method") == "textDocument/publishDiagnostics")
        (told,) = client.of("textDocument/publishDiagnostics")
        assert told["diagnostics"] == []


def test_each_folder_has_its_own(start: Start, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    (two / "keras-lsp.toml").write_text(f'ignore = ["{RULE}"]\n', encoding="utf-8")
    client = start()
    by_folder: dict[str, Any] = {}
    client.settings = lambda uri: by_folder.get(uri or "")
    client.initialize(ASKS, [one, two])
    first, second = opened(client, one), opened(client, two)
    client.pushed(first, 1, [RULE])
    client.pushed(second, 1, [])
    since = client.mark
    by_folder[two.as_uri()] = {"ignore": ["loops"]}
    by_folder[one.as_uri()] = {"severity": {RULE: "warning"}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.pushed(second, 1, [RULE], since)
    assert client.pushed(first, 1, [RULE], since)[0]["severity"] == 2
    assert client.pushed(second, 1, [RULE], since)[0]["severity"] == 1


def test_folders_come_and_go(start: Start, tmp_path: Path) -> None:
    outer, inner = tmp_path, tmp_path / "inner"
    inner.mkdir()
    by_folder: dict[str, Any] = {inner.as_uri(): {"ignore": [RULE]}}
    client = start()
    client.settings = lambda uri: by_folder.get(uri or "")
    client.initialize(ASKS, [outer])
    uri = opened(client, inner)
    client.pushed(uri, 1, [RULE])
    client.notify("workspace/didChangeWorkspaceFolders", folder_change([inner], []))
    client.pushed(uri, 1, [])
    since = client.mark
    client.notify("workspace/didChangeWorkspaceFolders", folder_change([], [inner]))
    client.pushed(uri, 1, [RULE], since)
    # One that was never there is no harm.
    client.notify("workspace/didChangeWorkspaceFolders", folder_change([], [tmp_path / "no"]))
    client.change(uri, 2, "x = 1\n")
    client.pushed(uri, 2, [])


def test_what_is_watched_is_registered(start: Start, tmp_path: Path) -> None:
    client = start()
    client.initialize(REGISTERS, [tmp_path])
    client.wait(lambda m: m.get("method") == "workspace/configuration")
    (files, settings) = [r["registrations"][0] for r in client.of("client/registerCapability")]
    patterns = {w["globPattern"] for w in files["registerOptions"]["watchers"]}
    assert patterns == {"**/*.py", "**/*.pyi", "**/pyproject.toml", "**/keras-lsp.toml"}
    assert settings["method"] == "workspace/didChangeConfiguration"


def test_who_asks_is_told_of_new_settings(start: Start, tmp_path: Path) -> None:
    client = start()
    client.initialize(PULL, [tmp_path])
    uri = opened(client, tmp_path)
    report = client.pulled(uri)
    assert codes(report["items"]) == [RULE]
    written(client, tmp_path / "keras-lsp.toml", f'ignore = ["{RULE}"]\n')
    client.wait(lambda m: m.get("method") == "workspace/diagnostic/refresh")
    assert client.pulled(uri, report["resultId"])["items"] == []


def test_what_other_servers_show_too_can_be_turned_off(start: Start, tmp_path: Path) -> None:
    client = start()
    client.initialize(PUSH, [tmp_path])
    text = "import keras\nkeras.layers.Dense(\n"
    uri = client.open((tmp_path / "a.py").as_uri(), text)
    document = {"uri": uri}
    at = {"line": 1, "character": 19}
    asked = {
        "hover": ("textDocument/hover", {"line": 1, "character": 15}),
        "completion": ("textDocument/completion", at),
        "signature-help": ("textDocument/signatureHelp", at),
    }

    def answers() -> list[bool]:
        found = []
        for method, position in asked.values():
            answer = client.request(method, {"textDocument": document, "position": position})
            found.append(bool(answer and answer.get("items", True)))
        return found

    assert answers() == [True, True, True]
    written(client, tmp_path / "keras-lsp.toml", "".join(f"{key} = false\n" for key in asked))
    assert answers() == [False, False, False]

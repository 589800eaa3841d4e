"""Editors in a terminal, set up as ``editors/README.md`` says: what users see and do.

The seed's three scenarios in each of them: the finding is on the screen, its first fix is
taken with the editor's own keys, and what is saved is what the engine makes.  Then the first
scenario is typed, key by key.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keras_lsp.findings import Finding
from keras_lsp.service.workspace import Workspace
from tests.editors.installed import ROOT, missing, program
from tests.editors.terminal import Terminal, terminal
from tests.editors.terminal_editors import EDITORS, Editor, LspMode
from tests.test_programs import read

SCENARIOS = {
    whole.name.split("/")[0]: dict(whole.program.files)["main.py"]
    for whole in read()
    if whole.name.endswith("plain.py")
}


@dataclass(frozen=True)
class Case:
    """A program, what is found in it, and what its first fix makes of it."""

    text: str
    finding: Finding
    title: str
    mended: str


def case(text: str) -> Case:
    workspace = Workspace()
    workspace.open("/w/train.py", text, 1)
    snapshot = workspace.snapshot("/w/train.py")
    assert snapshot is not None
    finding = next(f for f in snapshot.findings)
    action = snapshot.quick_fixes(finding.span)[0]
    return Case(text, finding, action.title, snapshot.source.edit(action.edits).text)


CASES = {name: case(text) for name, text in SCENARIOS.items()}


class Session:
    """An editor with one file open, and a record of what passed between it and the server."""

    def __init__(self, editor: Editor, terminal: Terminal, file: Path, record: Path) -> None:
        self.editor, self.terminal = editor, terminal
        self.file, self._record = file, record

    @property
    def messages(self) -> list[dict[str, Any]]:
        if not self._record.exists():
            return []
        lines = self._record.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def of(self, method: str) -> list[dict[str, Any]]:
        return [
            {**n["message"]["params"], "at": n["at"]}
            for n in self.messages
            if n["message"].get("method") == method
        ]

    @property
    def text(self) -> str:
        """The file as the editor has it now, by what it told the server."""
        text = ""
        for note in self.messages:
            params = note["message"].get("params")
            if note["message"].get("method") == "textDocument/didOpen":
                text = params["textDocument"]["text"]
            elif note["message"].get("method") == "textDocument/didChange":
                for change in params["contentChanges"]:
                    text = changed(text, change)
        return text

    @property
    def saved(self) -> str:
        """What is in the file, which some editors take away for a moment."""
        try:
            return self.file.read_text(encoding="utf-8")
        except OSError:
            return ""

    @property
    def rules(self) -> set[str]:
        """What the editor was told last."""
        told = self.of("textDocument/publishDiagnostics")
        return {d["code"] for d in told[-1]["diagnostics"]} if told else set()

    def keep(self, name: str) -> None:
        """The screen, where somebody wants to look at it."""
        if folder := os.environ.get("KERAS_LSP_SCREENS"):
            path = Path(folder) / f"{self.editor.name.replace(' ', '-').lower()}-{name}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.terminal.screen, encoding="utf-8")


def changed(text: str, change: dict[str, Any]) -> str:
    """A text of plain ASCII after a change."""
    if "range" not in change:
        return str(change["text"])
    lines = text.split("\n")

    def offset(place: dict[str, int]) -> int:
        before = sum(len(line) + 1 for line in lines[: place["line"]])
        return min(before + place["character"], len(text))

    start, end = (offset(change["range"][side]) for side in ("start", "end"))
    return text[:start] + str(change["text"]) + text[end:]


@contextmanager
def session(editor: Editor, folder: Path, text: str) -> Iterator[Session]:
    """In a home of its own, so that no user's settings take part."""
    found = editor.find()
    program(editor.name, "tmux")
    home, workspace, tools = folder / "home", folder / "workspace", folder / "bin"
    for made in (home, workspace, tools):
        made.mkdir()
    record = folder / "record.jsonl"
    (workspace / "pyproject.toml").write_text("", encoding="utf-8")
    file = workspace / "train.py"
    file.write_text(text, encoding="utf-8", newline="\n")
    recorder = Path(__file__).with_name("recorder.py")
    stand_in = tools / "keras-lsp"
    stand_in.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" "{recorder}" "{record}" "{sys.executable}" "$@"\n',
        encoding="utf-8",
    )
    stand_in.chmod(0o755)
    editor.settings(home)
    environment = {
        "HOME": str(home),
        "PATH": os.pathsep.join((str(tools), os.environ["PATH"])),
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        **{
            f"XDG_{n}_HOME": str(home / f".{n.lower()}")
            for n in ("CONFIG", "DATA", "STATE", "CACHE")
        },
        **editor.environment(home),
    }
    with terminal(folder, editor.command(found, home, file), environment, workspace) as window:
        editor.ready(window)
        yield Session(editor, window, file, record)


@pytest.fixture(params=EDITORS, ids=lambda editor: editor.name)
def editor(request: pytest.FixtureRequest) -> Editor:
    if os.name == "nt":
        missing(request.param.name, "no tmux on Windows")
    found: Editor = request.param
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_scenario_is_shown_and_mended(
    editor: Editor, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if isinstance(editor, LspMode) and name != "used_before_defined":
        pytest.skip("Emacs shows the others with Eglot")
    told = CASES[name]
    with session(editor, tmp_path_factory.mktemp("e"), told.text) as opened:
        screen = opened.terminal
        screen.wait("the finding", lambda: opened.rules == {told.finding.rule})
        start = told.finding.span.start
        editor.go(screen, start.line + 1, start.column + 1)
        editor.show(screen)
        screen.await_text(told.finding.message)
        opened.keep(f"{name}-1-shown")
        editor.mend(screen, told.title)
        screen.wait("the fix", lambda: not opened.rules)
        editor.save(screen)
        screen.wait("saved", lambda: opened.saved == told.mended)
        opened.keep(f"{name}-2-mended")


def test_hover_tells_the_life(editor: Editor, tmp_path_factory: pytest.TempPathFactory) -> None:
    told = CASES["rebuilt_in_loop"]
    lines = told.text.splitlines()
    fit = next(n for n, line in enumerate(lines) if line.strip().startswith("model.fit"))
    with session(editor, tmp_path_factory.mktemp("h"), told.text) as opened:
        screen = opened.terminal
        screen.wait("the finding", lambda: opened.rules == {told.finding.rule})
        editor.go(screen, fit + 1, lines[fit].index("model") + 2)
        editor.hover(screen)
        screen.await_text("sequential model", "compiled in line", "trained in line")
        opened.keep("hover")


# Typing

PACE = 0.01
"""Seconds between two keys of a fast typist: else editors tell the server of whole lines only."""
RESTED = 0.8
"""Seconds after a key from which on the server may say what it thinks of half a word."""


def test_typing_a_scenario_shows_nothing_that_goes_away(
    editor: Editor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = CASES["used_before_defined"]
    with session(editor, tmp_path_factory.mktemp("t"), "") as opened:
        screen = opened.terminal
        screen.wait("the file is open", lambda: opened.of("textDocument/didOpen"))
        editor.insert(screen)
        for number, line in enumerate(told.text.rstrip("\n").split("\n")):
            if number:
                screen.keys("Enter")
            if editor.indents:
                _indent(opened, number, line)
                line = line.lstrip()
            for character in line:
                screen.type(character)
                time.sleep(PACE)
        editor.leave(screen)
        screen.wait("all is told", lambda: opened.text.rstrip("\n") == told.text.rstrip("\n"))
        screen.wait("the finding", lambda: opened.rules == {told.finding.rule})
        editor.go(screen, told.finding.span.start.line + 1, told.finding.span.start.column + 1)
        editor.show(screen)
        screen.await_text(told.finding.message)
        opened.keep("typed")
        assert len(opened.of("textDocument/didChange")) > 20, "it was typed, not pasted"
        assert not flickers(opened)


def _indent(opened: Session, number: int, line: str) -> None:
    """Editors indent new lines as they think best: make it what the program has."""
    wanted = len(line) - len(line.lstrip())
    screen = opened.terminal
    if not line:
        return
    screen.wait("a new line", lambda: opened.text.count("\n") >= number)
    for _ in range(20):
        now = opened.text.split("\n")[number]
        if len(now) == wanted:
            return
        if len(now) < wanted:
            screen.type(" ")
        else:
            screen.keys("BSpace")
        screen.wait(
            "a key",
            lambda now=now: opened.text.split("\n")[number] != now,  # type: ignore[misc]
        )
    raise AssertionError(f"no indent of {wanted}:\n{screen.screen}")


def flickers(opened: Session) -> list[str]:
    """What was shown and went away although nobody mended it, but for half words that rested."""
    keys = [change["at"] for change in opened.of("textDocument/didChange")]
    gone: list[str] = []
    shown: set[tuple[str, int]] = set()
    for published in opened.of("textDocument/publishDiagnostics"):
        now = {(d["code"], d["range"]["start"]["line"]) for d in published["diagnostics"]}
        last = max((at for at in keys if at < published["at"]), default=published["at"])
        gone += [f"{rule} in line {line + 1}" for rule, line in shown - now]
        if published["at"] - last > RESTED:
            now &= shown
        shown = now
    return gone

"""What passes between an editor and the server, and the programs that are opened in editors.

Knows no editor: each starts the server as ``keras-lsp``, and finds the recorder under that name.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keras_lsp.findings import Finding
from keras_lsp.service.workspace import Workspace
from tests.test_programs import read

SCENARIOS = {
    whole.name.split("/")[0]: dict(whole.program.files)["main.py"]
    for whole in read()
    if whole.name.endswith("plain.py")
}


RESTED = 0.8
"""Seconds after a key from which on the server may say what it thinks of half a word."""


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


class Recording:
    """A file that is open in an editor, and a record of what passed between it and the server."""

    def __init__(self, file: Path, record: Path) -> None:
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

    def flickers(self) -> list[str]:
        """What was shown and went away unmended, but for half words that rested."""
        keys = [change["at"] for change in self.of("textDocument/didChange")]
        gone: list[str] = []
        shown: set[tuple[str, int]] = set()
        for published in self.of("textDocument/publishDiagnostics"):
            now = {(d["code"], d["range"]["start"]["line"]) for d in published["diagnostics"]}
            last = max((at for at in keys if at < published["at"]), default=published["at"])
            gone += [f"{rule} in line {line + 1}" for rule, line in shown - now]
            if published["at"] - last > RESTED:
                now &= shown
            shown = now
        return gone


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


def stand_in(folder: Path, record: Path) -> Path:
    """A ``keras-lsp`` in this folder, which runs the real one and writes down what passes."""
    made = folder / "keras-lsp"
    recorder = Path(__file__).with_name("recorder.py")
    made.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" "{recorder}" "{record}" "{sys.executable}" "$@"\n',
        encoding="utf-8",
    )
    made.chmod(0o755)
    return made

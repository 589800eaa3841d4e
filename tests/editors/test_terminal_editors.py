"""Editors in a terminal, set up as ``editors/README.md`` says: what users see and do.

The seed's three scenarios in each of them: the finding is on the screen, its first fix is
taken with the editor's own keys, and what is saved is what the engine makes.  Then the first
scenario is typed, key by key.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.editors.documented import snippet
from tests.editors.installed import ROOT, missing, program
from tests.editors.recorded import CASES, Recording, stand_in
from tests.editors.terminal import Terminal, terminal
from tests.editors.terminal_editors import EDITORS, Editor, Eglot, Helix, LspMode, Vim


class Session(Recording):
    """An editor in a terminal with one file open."""

    def __init__(self, editor: Editor, terminal: Terminal, file: Path, record: Path) -> None:
        super().__init__(file, record)
        self.editor, self.terminal = editor, terminal

    def keep(self, folder: Path, name: str) -> None:
        """A picture of the screen."""
        self.terminal.picture(folder / f"{self.editor.name.replace(' ', '-').lower()}-{name}.svg")


@contextmanager
def session(
    editor: Editor,
    folder: Path,
    text: str,
    name: str = "train.py",
    more: tuple[str, str] = ("", ""),
) -> Iterator[Session]:
    """In a home of its own, so that no user's settings take part; a file there is told ``more``."""
    found = editor.find()
    program(editor.name, "tmux")
    home, workspace, tools = folder / "home", folder / "workspace", folder / "bin"
    for made in (home, workspace, tools):
        made.mkdir()
    record = folder / "record.jsonl"
    (workspace / "pyproject.toml").write_text("", encoding="utf-8")
    file = workspace / name
    file.write_text(text, encoding="utf-8", newline="\n")
    stand_in(tools, record)
    editor.settings(home)
    place, lines = more
    if place:
        with (home / place).open("a", encoding="utf-8") as settings:
            settings.write(f"\n{lines}")
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
    editor: Editor, name: str, tmp_path_factory: pytest.TempPathFactory, screenshots: Path
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
        opened.keep(screenshots, f"{name}-1-shown")
        editor.mend(screen, told.title)
        screen.wait("the fix", lambda: not opened.rules)
        editor.save(screen)
        screen.wait("saved", lambda: opened.saved == told.mended)
        opened.keep(screenshots, f"{name}-2-mended")


@pytest.mark.parametrize(
    ("editor", "place", "language"),
    [
        (Helix(), ".config/helix/languages.toml", "toml"),
        (Eglot(), "init.el", "elisp"),
        (Vim(), ".vimrc", "vim"),
    ],
    ids=lambda told: getattr(told, "name", ""),
)
def test_a_markdown_notebook_is_shown_and_mended(
    editor: Editor, place: str, language: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if os.name == "nt":
        missing(editor.name, "no tmux on Windows")
    told = CASES["rebuilt_in_loop"]
    top = "---\njupyter:\n  jupytext:\n    main_language: python\n---\n\nProse.\n\n```python\n"
    more = (place, snippet("Markdown notebooks", language))
    folder = tmp_path_factory.mktemp("m")
    with session(editor, folder, f"{top}{told.text}```\n", "train.py.md", more) as opened:
        screen = opened.terminal
        screen.wait("the finding", lambda: opened.rules == {told.finding.rule})
        start = told.finding.span.start
        editor.go(screen, start.line + 1 + top.count("\n"), start.column + 1)
        editor.show(screen)
        screen.await_text(told.finding.message)
        editor.mend(screen, told.title)
        screen.wait("the fix", lambda: not opened.rules)
        editor.save(screen)
        screen.wait("saved", lambda: opened.saved == f"{top}{told.mended}```\n")


def test_hover_tells_the_life(
    editor: Editor, tmp_path_factory: pytest.TempPathFactory, screenshots: Path
) -> None:
    told = CASES["rebuilt_in_loop"]
    lines = told.text.splitlines()
    fit = next(n for n, line in enumerate(lines) if line.strip().startswith("model.fit"))
    with session(editor, tmp_path_factory.mktemp("h"), told.text) as opened:
        screen = opened.terminal
        screen.wait("the finding", lambda: opened.rules == {told.finding.rule})
        editor.go(screen, fit + 1, lines[fit].index("model") + 2)
        editor.hover(screen)
        screen.await_text("sequential model", "compiled in line", "trained in line")
        opened.keep(screenshots, "hover")


# Typing

PACE = 0.01
"""Seconds between two keys of a fast typist: else editors tell the server of whole lines only."""


def test_typing_a_scenario_shows_nothing_that_goes_away(
    editor: Editor, tmp_path_factory: pytest.TempPathFactory, screenshots: Path
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
        opened.keep(screenshots, "typed")
        assert len(opened.of("textDocument/didChange")) > 20, "it was typed, not pasted"
        assert not opened.flickers()


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

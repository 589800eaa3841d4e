"""Kate in a window of its own: a scenario is underlined, and mended with Kate's own keys."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.editors.documented import snippet
from tests.editors.installed import LIMIT, ROOT, missing, program
from tests.editors.recorded import CASES, Recording, stand_in

SCREEN = "1280x800x24"
# It asks before it starts a server for the first time; what it adds to what one types would be
# typed twice.
SETTINGS = """\
[lspclient]
AllowedServerCommandLines={server} server
AutoImport=false
CompletionDocumentation=false

[KTextEditor Document]
On-The-Fly Spellcheck=false

[KTextEditor View]
Auto Brackets=false
Auto Completion=false
"""
PACE = 30
"""Milliseconds between two keys."""
REST = 0.5
"""Seconds without a key after which it tells the server what was typed."""


class Window:
    """A screen that nobody sees, and the keys that somebody presses before it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def run(self, *command: str) -> None:
        subprocess.run(command, env=self.environment, check=True, timeout=LIMIT)

    def keys(self, *names: str) -> None:
        """Keys by their names in X: ``Return``, ``alt+Return``."""
        self.run("xdotool", "key", "--delay", "50", *names)

    def type(self, text: str) -> None:
        self.run("xdotool", "type", "--delay", str(PACE), text)

    def picture(self, path: Path) -> None:
        self.run("import", "-window", "root", str(path))


def wait(
    what: str, condition: Callable[[], object], again: Callable[[], None] | None = None
) -> None:
    """Wait until something is so; do something now and then that may have come too early."""
    deadline = time.monotonic() + LIMIT / 3
    tried = time.monotonic()
    while not condition():
        assert time.monotonic() < deadline, f"{what}: waited in vain"
        if again is not None and time.monotonic() - tried > LIMIT / 30:
            again()
            tried = time.monotonic()
        time.sleep(0.1)


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        process.terminate()
        process.wait(LIMIT)


@contextmanager
def kate(folder: Path, file: Path, server: Path) -> Iterator[Window]:
    """Kate with the settings of ``editors/README.md``, in a home of its own."""
    found = program("Kate", "kate")
    for tool in ("Xvfb", "xdotool", "import", "dbus-run-session"):
        if shutil.which(tool) is None:
            missing("Kate", f"no {tool} on the search path")
    config = folder / "home" / ".config"
    (config / "kate" / "lspclient").mkdir(parents=True)
    settings = config / "kate" / "lspclient" / "settings.json"
    settings.write_text(snippet("Kate", "json"), encoding="utf-8")
    (config / "katerc").write_text(SETTINGS.format(server=server), encoding="utf-8")
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    reading, writing = os.pipe()
    screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    with ended(
        subprocess.Popen(screen, pass_fds=[writing], stderr=subprocess.DEVNULL, **quiet)  # type: ignore[call-overload]
    ):
        os.close(writing)
        with os.fdopen(reading) as told:
            display = told.readline().strip()
        environment = {
            "DISPLAY": f":{display}",
            "HOME": str(folder / "home"),
            "PATH": os.pathsep.join((str(server.parent), os.environ["PATH"])),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": str(config),
            "XDG_RUNTIME_DIR": str(runtime),
        }
        command = ["dbus-run-session", found, "-n", "-b", str(file)]
        log = (folder / "kate.log").open("wb")
        with log, ended(subprocess.Popen(command, env=environment, stderr=log, **quiet)):  # type: ignore[call-overload]
            yield Window(environment)


@contextmanager
def session(folder: Path, text: str) -> Iterator[tuple[Window, Recording]]:
    if os.name == "nt":
        missing("Kate", "no virtual screen on Windows")
    tools, workspace = folder / "bin", folder / "workspace"
    for made in (tools, workspace):
        made.mkdir()
    (workspace / "pyproject.toml").write_text("", encoding="utf-8")
    (workspace / ".kateconfig").write_text("kate: indent-mode none;\n", encoding="utf-8")
    file, record = workspace / "train.py", folder / "record.jsonl"
    file.write_text(text, encoding="utf-8", newline="\n")
    with kate(folder, file, stand_in(tools, record)) as window:
        opened = Recording(file, record)
        wait("the file is open", lambda: opened.of("textDocument/publishDiagnostics"))
        yield window, opened


def test_a_scenario_is_underlined_and_mended(
    tmp_path_factory: pytest.TempPathFactory, screenshots: Path
) -> None:
    told = CASES["used_before_defined"]
    with session(tmp_path_factory.mktemp("kate"), told.text) as (window, opened):
        wait("the finding", lambda: opened.rules == {told.finding.rule})
        start = told.finding.span.start
        window.keys("ctrl+g")
        window.type(str(start.line + 1))
        window.keys("Return", "Home", *["Right"] * (start.column + 1))
        window.picture(screenshots / "kate-found.png")

        def offer() -> None:
            window.keys("Escape", "alt+Return")

        offer()
        wait("fixes", lambda: opened.of("textDocument/codeAction"), offer)
        time.sleep(1)
        window.picture(screenshots / "kate-fixes.png")
        window.keys("Down", "Return")
        wait("the fix", lambda: not opened.rules)
        window.keys("ctrl+s")
        wait("saved", lambda: opened.saved == told.mended)
        window.picture(screenshots / "kate-mended.png")


def test_its_quick_fix_applies_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    """It applies all that it is offered, so it is offered the preferred one alone."""
    told = CASES["model_not_on_self"]
    with session(tmp_path_factory.mktemp("kate"), told.text) as (window, opened):
        wait("the finding", lambda: told.finding.rule in opened.rules)
        start = told.finding.span.start
        window.keys("ctrl+g")
        window.type(str(start.line + 1))
        window.keys("Return", "Home", *["Right"] * (start.column + 1))
        window.keys("ctrl+period")
        wait("the fix", lambda: not opened.rules, lambda: window.keys("ctrl+period"))
        window.keys("ctrl+s")
        wait("saved", lambda: opened.saved == told.mended)


def test_typing_a_scenario_shows_nothing_that_goes_away(
    tmp_path_factory: pytest.TempPathFactory, screenshots: Path
) -> None:
    told = CASES["used_before_defined"]
    with session(tmp_path_factory.mktemp("kate"), "") as (window, opened):
        for line in told.text.rstrip("\n").split("\n"):
            middle = len(line) // 2
            for part in (line[:middle], line[middle:]):
                window.type(part)
                time.sleep(REST)
            window.keys("Return")
        wait("all is told", lambda: opened.text.rstrip("\n") == told.text.rstrip("\n"))
        wait("the finding", lambda: opened.rules == {told.finding.rule})
        window.picture(screenshots / "kate-typed.png")
        assert len(opened.of("textDocument/didChange")) > 20, "it was typed, not pasted"
        assert not opened.flickers()

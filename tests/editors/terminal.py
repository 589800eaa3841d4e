"""A terminal for editors: a program in a window of tmux, the keys it gets and what it shows."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.editors.installed import LIMIT

WIDTH, HEIGHT = 150, 45


class Terminal:
    """One window, on a tmux server of its own."""

    def __init__(self, tmux: str, socket: Path) -> None:
        self._tmux, self._socket = tmux, socket

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self._tmux, "-S", str(self._socket), "-f", os.devnull, *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=LIMIT,
            check=False,
        )
        return done.stdout

    def keys(self, *names: str) -> None:
        """Keys by their names in tmux: ``Enter``, ``C-x``, ``Escape``."""
        self.run("send-keys", *names)

    def type(self, text: str) -> None:
        self.run("send-keys", "-l", text)

    @property
    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def picture(self, path: Path) -> None:
        """The screen with its colours, as SVG."""
        from rich.console import Console
        from rich.text import Text

        console = Console(width=WIDTH, height=HEIGHT, file=io.StringIO(), record=True)
        console.print(Text.from_ansi(self.run("capture-pane", "-e", "-p")))
        console.save_svg(str(path), title=path.stem)

    def wait(self, what: str, condition: Callable[[], object]) -> None:
        """Wait until something is so; what was shown last is told if it never is."""
        deadline = time.monotonic() + LIMIT / 5
        while not condition():
            assert time.monotonic() < deadline, f"{what}: waited in vain\n{self.screen}"
            time.sleep(0.1)

    def await_text(self, *texts: str) -> None:
        """Wait until these are on the screen, wherever lines are broken."""

        def shown() -> bool:
            screen = "".join(self.screen.split())
            return all("".join(text.split()) in screen for text in texts)

        self.wait(f"{texts} on the screen", shown)


@contextlib.contextmanager
def terminal(
    folder: Path, command: Sequence[str], environment: Mapping[str, str], cwd: Path
) -> Iterator[Terminal]:
    """The program in a window of its own, which ends with the block."""
    tmux = shutil.which("tmux")
    assert tmux is not None
    # The path of a socket must be short.
    opened = Terminal(tmux, folder / "t")
    given = [f"{name}={value}" for name, value in environment.items()]
    line = shlex.join(["env", *given, *command])
    opened.run(
        "new-session", "-d", "-x", str(WIDTH), "-y", str(HEIGHT), "-c", str(cwd), line, ";",
        "set", "-g", "remain-on-exit", "on", ";", "set", "-g", "status", "off", ";",
        "set", "-s", "escape-time", "0",
    )  # fmt: skip
    try:
        yield opened
    finally:
        opened.run("kill-server")

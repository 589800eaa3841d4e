"""How long it takes until what is wrong is underlined: ``python -m tests.editors.opening``.

Opens a program in windows of a VS Code of its own, and prints how long after its text its first
underlining was drawn, and how long after the extension was called: what comes before that is the
editor's own.  What VS Code itself takes is the row of ``JSON``: a file of which the extension that
comes with VS Code has something to say, opened in the same way.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.editors import chromium, code_server, conftest
from tests.editors.installed import search_path
from tests.editors.workbench import LIMIT, Workbench

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

PROGRAM = "from tensorflow import keras\n\nmodel.fit(1, 2)\nmodel = keras.Sequential()\n"
FILES: Mapping[str, str] = {"train.py": PROGRAM, "train.json": '{"epochs": }\n'}
EXTENSIONS = {"train.py": "keras-lsp.keras-lsp", "train.json": "vscode.json-language-features"}
WATCH = """
window.drawn = {};
const looks = {
    text: ".monaco-editor .view-line span",
    underlined: ".squiggly-error",
};
const look = () => {
    for (const [name, selector] of Object.entries(looks))
        if (!(name in drawn) && document.querySelector(selector)) drawn[name] = Date.now();
    if (Object.keys(drawn).length < 2) requestAnimationFrame(look);
};
look();
"""
REST = 3_000
"""Milliseconds in which a window comes to rest whose extensions are started."""
LOGGED = re.compile(r"^(?P<when>[\d-]+ [\d:.]+) \[info\] (?P<what>.*)", re.MULTILINE)
HOST = "Extension host with pid"
CALLED = "ExtensionService#_doActivateExtension"
STARTED = "Eager extensions activated"


@contextmanager
def servers(package: Path, own: Path) -> Iterator[code_server.CodeServer]:
    """A VS Code with a fresh profile, on a machine that has a Python and no Keras."""
    python = own / "python"
    venv.create(python, with_pip=False, symlinks=True)
    installation = code_server.install(conftest.CACHE)
    environment = {"PATH": search_path(python / "bin")}
    extensions = [package / "keras-lsp.vsix"]
    with code_server.running(installation, own, extensions, environment=environment) as server:
        yield server


def opened(
    server: code_server.CodeServer,
    browser: BrowserContext,
    folder: Path,
    file: str,
    *,
    at_once: bool,
) -> list[float]:
    """Opens a file with a new window or in one that has come to rest.

    Seconds until something is underlined: from its text on, and with a new window from when the
    extension was called.
    """
    page = browser.new_page()
    since = time.time()
    try:
        if at_once:
            page.add_init_script(WATCH)
            bench = Workbench(server, page, folder, file)
        else:
            bench = Workbench(server, page, folder)
            while not logged(folder.parent, since, STARTED):
                assert time.time() < since + LIMIT / 1000, "the window never came to rest"
                page.wait_for_timeout(100)
            page.wait_for_timeout(REST)
            page.evaluate(WATCH)
            bench.open(file)
        page.wait_for_function("Object.keys(drawn).length == 2")
        drawn = page.evaluate("drawn")
        # It would be open again in the next window.
        bench.command("View: Close All Editors")
        # What is remembered for the next time is written a little later.
        page.wait_for_timeout(3_000)
    finally:
        page.close()
    text, underlined = (drawn[name] / 1000 for name in ("text", "underlined"))
    steps = {
        "host": logged(folder.parent, since, HOST),
        "called": logged(folder.parent, since, f"{CALLED} {EXTENSIONS[file]},"),
    }
    told = [f"{step} {when - text:.2f}" for step, when in steps.items() if when]
    print(f"  {file:<10} underlined {underlined - text:.2f} s,", *told, flush=True)
    return [underlined - text, *([underlined - steps["called"]] if at_once else [])]


def logged(own: Path, since: float, what: str) -> float:
    """When the host of extensions logged this for the first time since then; 0 for never."""
    for log in own.glob("data/logs/*/exthost*/remoteexthost.log"):
        for match in LOGGED.finditer(log.read_text(encoding="utf-8")):
            when = datetime.fromisoformat(match["when"]).timestamp()
            if when >= since and match["what"].startswith(what):
                return when
    return 0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("package", type=Path, help="the folder that holds keras-lsp.vsix")
    options.add_argument("--profiles", type=int, default=3, help="fresh installations")
    options.add_argument("--again", type=int, default=3, help="windows opened after the first")
    chosen = options.parse_args()
    found: dict[str, list[list[float]]] = {}
    with chromium.chromium() as browser:
        for at_once in (False, True) * chosen.profiles:
            where = "with a new window" if at_once else "in a running window"
            print(where, flush=True)
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
                folder = Path(name) / "thesis"
                folder.mkdir()
                for file, text in FILES.items():
                    (folder / file).write_text(text, encoding="utf-8")
                # One context: as in a user's browser, the editor finds again what it has stored.
                with servers(chosen.package, Path(name)) as server, browser.new_context() as own:
                    # So that the browser has the workbench already.
                    opened(server, own, folder, "train.json", at_once=True)
                    for turn in range(1 + chosen.again):
                        when = "later" if turn else "first"
                        for file in FILES:
                            took = opened(server, own, folder, file, at_once=at_once)
                            kind = f"{Path(file).suffix[1:]:<5}{when} {where}"
                            found.setdefault(kind, []).append(took)
    print("seconds to the first underlining (median, least, most), from the text;")
    print("with a new window from the call of the extension, too")
    for kind, times in sorted(found.items()):
        columns = zip(*times, strict=True)
        told = [f"{median(c):6.2f} {min(c):5.2f} {max(c):5.2f}" for c in map(list, columns)]
        print(f"  {kind:<30}", *told)


if __name__ == "__main__":
    main()

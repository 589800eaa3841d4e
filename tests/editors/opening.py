"""How long it takes until what is wrong is underlined: ``python -m tests.editors.opening``.

Opens a program in windows of a VS Code of its own, and prints how long after its text its first
underlining was drawn.  What VS Code itself takes is the row of ``JSON``: a file of which the
extension that comes with VS Code has something to say, opened in the same way.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.editors import chromium, code_server, conftest
from tests.editors.installed import search_path
from tests.editors.workbench import Workbench

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROGRAM = "from tensorflow import keras\n\nmodel.fit(1, 2)\nmodel = keras.Sequential()\n"
FILES: Mapping[str, str] = {"train.py": PROGRAM, "train.json": '{"epochs": }\n'}
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
REST = 12_000
"""Milliseconds after which a window is taken to have started."""
LOGGED = re.compile(r"(?P<when>[\d-]+ [\d:.]+) \[info\] (?P<what>starting|keras-lsp .* runs)")


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
    server: code_server.CodeServer, browser: Browser, folder: Path, file: str, *, at_once: bool
) -> float:
    """Opens a file with a new window or in one that has come to rest; seconds until underlined."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    try:
        if at_once:
            page.add_init_script(WATCH)
            Workbench(server, page, folder, file)
        else:
            bench = Workbench(server, page, folder)
            page.wait_for_timeout(REST)
            page.evaluate(WATCH)
            bench.open(file)
        page.wait_for_function("Object.keys(drawn).length == 2")
        drawn = page.evaluate("drawn")
        # What is remembered for the next time is written a little later.
        page.wait_for_timeout(3_000)
    finally:
        page.close()
    show(file, drawn, folder.parent)
    return float(drawn["underlined"] - drawn["text"]) / 1000


def show(file: str, drawn: Mapping[str, int], own: Path) -> None:
    """What the log of the extension says of the last start, counted from the text on."""
    told = [f"underlined {(drawn['underlined'] - drawn['text']) / 1000:.2f} s"]
    logs = list(own.glob("data/logs/*/exthost*/*keras-lsp/*.log"))
    if file.endswith(".py") and logs:
        last = max(logs, key=lambda path: path.stat().st_mtime)
        for match in LOGGED.finditer(last.read_text(encoding="utf-8")):
            when = datetime.fromisoformat(match["when"]).timestamp()
            told.append(f"{match['what'].split()[-1]} {when - drawn['text'] / 1000:.2f} s")
    print(f"  {file:<10}", ", ".join(told), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("package", type=Path, help="the folder that holds keras-lsp.vsix")
    options.add_argument("--profiles", type=int, default=3, help="fresh installations")
    options.add_argument("--again", type=int, default=3, help="windows opened after the first")
    chosen = options.parse_args()
    found: dict[str, list[float]] = {}
    with chromium.chromium() as browser:
        for at_once in (False, True) * chosen.profiles:
            where = "with a new window" if at_once else "in a running window"
            print(where, flush=True)
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
                folder = Path(name) / "thesis"
                folder.mkdir()
                for file, text in FILES.items():
                    (folder / file).write_text(text, encoding="utf-8")
                with servers(chosen.package, Path(name)) as server:
                    # So that the browser has the workbench already.
                    opened(server, browser, folder, "train.json", at_once=True)
                    for turn in range(1 + chosen.again):
                        when = "later" if turn else "first"
                        for file in FILES:
                            took = opened(server, browser, folder, file, at_once=at_once)
                            kind = f"{Path(file).suffix[1:]:<5}{when} {where}"
                            found.setdefault(kind, []).append(took)
    print("seconds from the text to its first underlining (median, least, most)")
    for kind, times in sorted(found.items()):
        print(f"  {kind:<30} {median(times):5.2f} {min(times):5.2f} {max(times):5.2f}")


if __name__ == "__main__":
    main()

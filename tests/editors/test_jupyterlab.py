"""JupyterLab as ``pip install "keras-lsp[jupyter]"`` makes it: what is seen in its cells.

Wants the Python of such an installation in ``KERAS_LSP_JUPYTER`` (or is run by it).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.editors.installed import LIMIT, ROOT, missing
from tests.editors.recorded import CASES, Recording

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket

PATIENCE = 120_000
"""Milliseconds after which something counts as never shown."""
PACE = 20
"""Milliseconds between two keys."""
MARKS = """() => [...document.querySelectorAll(".jp-Notebook .jp-Cell")].map((cell) =>
  [...cell.querySelectorAll(".cm-lintRange")].map((mark) => [mark.textContent, mark.className]))"""

CELLS = (
    ("code", "%matplotlib inline\nfrom tensorflow import keras"),
    ("markdown", "# A model"),
    ("code", "model = keras.Sequential([keras.layers.Dense(1)])"),
    ("code", "model.fit([[1.0]], [[2.0]])"),
)


def test_findings_stand_in_their_cells(tmp_path: Path, page: Page, screenshots: Path) -> None:
    python = _needed()
    write(tmp_path / "demo.ipynb")
    with jupyterlab(python, tmp_path) as address:
        page.goto(f"{address}/lab/tree/demo.ipynb?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
        mark = page.locator(".cm-lintRange").first
        mark.wait_for(timeout=PATIENCE)
        cells = page.evaluate(MARKS)
        mark.hover()
        told = page.locator(".cm-tooltip").first
        told.wait_for(timeout=PATIENCE)
        message = told.inner_text()
        page.screenshot(path=screenshots / "jupyterlab.png")
    assert [[text for text, _ in marks] for marks in cells] == [[], [], [], ["fit"]]
    assert "error" in cells[3][0][1]
    assert "never compiled before `fit`" in message


def test_typing_a_scenario_shows_nothing_that_goes_away(tmp_path: Path, page: Page) -> None:
    python = _needed()
    told = CASES["used_before_defined"]
    write(tmp_path / "demo.ipynb", [("code", "")])
    settings = tmp_path / ".own" / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    plain = {"codeCellConfig": {"autoClosingBrackets": False}}
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps(plain), encoding="utf-8")
    opened = Recording(tmp_path / "demo.ipynb", tmp_path / "record.jsonl")
    page.on("websocket", lambda socket: record(socket, tmp_path / "record.jsonl"))
    with jupyterlab(python, tmp_path) as address:
        page.goto(f"{address}/lab/tree/demo.ipynb?reset")
        editor = page.locator(".jp-Notebook .jp-Cell .cm-content").first
        editor.wait_for(timeout=PATIENCE)
        wait(page, lambda: opened.of("textDocument/didOpen"))
        editor.click()
        for line in told.text.rstrip("\n").split("\n"):
            page.keyboard.type(line, delay=PACE)
            # The editor indents the next line as it thinks best.
            page.keyboard.press("Enter")
            page.keyboard.press("Shift+Home")
        wait(page, lambda: opened.rules == {told.finding.rule})
        page.locator(".cm-lintRange").first.wait_for(timeout=PATIENCE)
    assert len(opened.of("textDocument/didChange")) > 20, "it was typed, not pasted"
    assert not opened.flickers()


def record(socket: WebSocket, path: Path) -> None:
    """What passes between the page and the server goes through the page's own connection."""
    if "/lsp/ws/" not in socket.url:
        return

    def note(way: str, payload: str | bytes) -> None:
        message = json.loads(payload)
        with path.open("a", encoding="utf-8") as written:
            line = {"way": way, "at": time.monotonic(), "message": message}
            written.write(json.dumps(line) + "\n")

    socket.on("framereceived", lambda payload: note("in", payload))
    socket.on("framesent", lambda payload: note("out", payload))


def wait(page: Page, condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        page.wait_for_timeout(100)


def write(path: Path, listed: Sequence[tuple[str, str]] = CELLS) -> None:
    cells: list[dict[str, Any]] = []
    for kind, text in listed:
        cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": text}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
        },
    }
    book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(book), encoding="utf-8")


@contextmanager
def jupyterlab(python: str, folder: Path) -> Iterator[str]:
    """A server of its own for a folder, with nothing of the user's settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = folder / ".own"
    environment = {
        **os.environ,
        # The server under test is this one, whichever is installed there.
        "PYTHONPATH": str(ROOT),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
    }
    command = [
        python, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}",
        # It would ask for news and for a newer JupyterLab in the world outside.
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=",
        "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _await(f"{address}/api/status", process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        assert process.poll() is None, "JupyterLab did not start"
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("JupyterLab did not answer")


def _needed() -> str:
    """The Python of JupyterLab."""
    python = os.environ.get("KERAS_LSP_JUPYTER", sys.executable)
    asked = subprocess.run(
        [python, "-c", "import jupyterlab_lsp, ipykernel"], capture_output=True, check=False
    )
    if asked.returncode:
        missing("JupyterLab", "no jupyterlab-lsp; KERAS_LSP_JUPYTER may name a Python that has it")
    return python

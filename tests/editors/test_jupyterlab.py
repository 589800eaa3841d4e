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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.editors.installed import LIMIT, ROOT, missing

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 120_000
"""Milliseconds after which something counts as never shown."""
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


def write(path: Path) -> None:
    cells: list[dict[str, Any]] = []
    for kind, text in CELLS:
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

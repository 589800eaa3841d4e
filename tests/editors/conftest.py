"""What the editors' tests share: a browser, and VS Code with the packaged extension."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editors import chromium, code_server
from tests.editors.installed import ROOT, missing, search_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SOURCES = ROOT / "editors" / "vscode"
CACHE = Path(os.environ.get("KERAS_LSP_EDITORS") or Path.home() / ".cache" / "keras-lsp-editors")
"""Where editors that are installed for the tests are kept, outside of the checkout."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one module: while it is open an event loop runs, and no test that is a coroutine can."""
    reason = chromium.missing()
    if reason is not None:
        missing("VS Code", reason)
    with chromium.chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, screenshots: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Leaves a picture of its end, which shows why a test failed."""
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    yield opened
    name = re.sub(r"\W+", "-", request.node.name).strip("-")
    opened.screenshot(path=screenshots / f"end-of-{name}.png")
    opened.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: ``KERAS_LSP_SCREENSHOTS``, which may be ``docs``."""
    named = os.environ.get("KERAS_LSP_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def installation() -> Path:
    """VS Code itself."""
    try:
        return code_server.install(CACHE)
    except code_server.CannotBeInstalled as problem:
        missing("VS Code", str(problem))


@pytest.fixture(scope="session")
def package() -> Path:
    """The folder in which the extension was packaged: ``keras-lsp.vsix``, ``dist/tests``.

    ``KERAS_LSP_VSCODE`` may name it; else it is made anew for sources that were not packaged yet.
    """
    named = os.environ.get("KERAS_LSP_VSCODE")
    folder = Path(named) if named else CACHE / f"extension-{_digest()}"
    if not (folder / "keras-lsp.vsix").exists():
        if shutil.which("npm") is None:
            missing("VS Code", "there is no npm to package the extension with")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("node_modules", "libs"))
        environment = {**os.environ, "KERAS_LSP_PROJECT": str(ROOT), "PYTHON": sys.executable}
        for command in (["npm", "ci", "--no-progress"], ["npm", "run", "package"]):
            subprocess.run(command, cwd=folder, env=environment, check=True)
        shutil.rmtree(folder / "node_modules")
    return folder


def _digest() -> str:
    """Of all that goes into the package."""
    told = hashlib.blake2b(digest_size=8)
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "editors/vscode", "keras_lsp",
         "pyproject.toml"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in sorted(listed.stdout.splitlines()):
        if (ROOT / name).is_file():
            told.update(name.encode() + (ROOT / name).read_bytes())
    return told.hexdigest()


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Python that has nothing installed: no Keras, no keras-lsp."""
    folder = tmp_path_factory.mktemp("bare") / "python"
    venv.create(folder, with_pip=False, symlinks=True)
    return folder / "bin"


@pytest.fixture(scope="session")
def vscode(
    installation: Path, package: Path, bare_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[code_server.CodeServer]:
    """VS Code with the extension, on a machine that has a Python and no Keras."""
    own = tmp_path_factory.mktemp("vscode")
    with code_server.running(
        installation,
        own,
        [package / "keras-lsp.vsix"],
        environment={"PATH": search_path(bare_python)},
    ) as server:
        yield server

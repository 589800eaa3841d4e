"""VS Code with the packaged extension, as somebody has it who has just installed it.

No Python extension, no Keras, no setting: the bundled server runs with the Python that is there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keras_lsp import __version__
from tests.editors.code_server import CodeServer
from tests.editors.workbench import LIMIT, Workbench

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests" / "programs"
INSIDE = 300
"""Seconds after which the tests inside the editor count as ones that hang."""


@dataclass(frozen=True)
class Scenario:
    """A program of the three, with what has to be seen of it."""

    name: str
    at: tuple[int, int]
    """Where the cursor goes: in the finding, on the name of a model."""
    fix: str
    rule: str
    problem: str
    hover: str
    lives: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.py"


SCENARIOS = (
    Scenario(
        "used_before_defined",
        (15, 30),
        "Move the definition of `model` above its use",
        "undefined-model",
        "`model` is used before it is defined keras-lsp undefined-model [Ln 15, Col 29]",
        "model: sequential model, not defined yet at this line",
        ("model sequential · trained", "defined line 18"),
    ),
    Scenario(
        "rebuilt_in_loop",
        (8, 10),
        "Build the model once, before the loop",
        "model-rebuilt-in-loop",
        "`model` is built and trained anew in each iteration of the loop"
        " keras-lsp model-rebuilt-in-loop [Ln 8, Col 17]",
        "model: sequential model, defined at this line",
        (
            "model sequential · overwritten · in train_multiple_times",
            "compiled line 12 · optimizer 'adam', loss 'mse'",
            "overwritten line 8 · `model` is bound to a new model",
        ),
    ),
    Scenario(
        "model_not_on_self",
        (10, 10),
        "Assign to `self.model`",
        "model-not-on-self",
        "`model` is local to `build_model`; `train_model` reads `self.model`"
        " keras-lsp model-not-on-self [Ln 10, Col 9]",
        "defined in line 10",
        ("model sequential · defined · in ModelBuilder.build_model",),
    ),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "thesis"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_a_scenario_is_seen_and_mended(
    vscode: CodeServer, page: Page, workspace: Path, screenshots: Path, scenario: Scenario
) -> None:
    file = workspace / scenario.file
    file.write_text(program(scenario.name), encoding="utf-8")
    bench = Workbench(vscode, page, workspace, scenario.file)
    kind = "warning" if scenario.name == "rebuilt_in_loop" else "error"
    bench.squiggles(kind).first.wait_for()

    assert scenario.problem in bench.problems()
    bench.press("Control+1")
    bench.go_to(*scenario.at)
    bench.await_hover(scenario.hover)
    bench.picture(screenshots / f"vscode-{scenario.name}-hover.png")
    bench.press("Escape")
    rows = bench.lives()
    assert [row for row in scenario.lives if row not in rows] == [], rows

    offered = bench.light_bulb()
    assert offered[0] == scenario.fix, offered
    assert f"Ignore `{scenario.rule}` on this line" in offered
    assert f"Explain `{scenario.rule}`" in offered
    bench.picture(screenshots / f"vscode-{scenario.name}.png")
    if scenario.name == "rebuilt_in_loop":
        # The one that the README shows.
        bench.picture(screenshots / "screenshot.png")
    bench.choose(0)
    bench.squiggles(kind).first.wait_for(state="detached")
    assert bench.save(scenario.file) == mended(file, program(scenario.name))
    bench.picture(screenshots / f"vscode-{scenario.name}-fixed.png")


def program(name: str) -> str:
    """Without the comments that pin what is to be found."""
    text = (PROGRAMS / name / "plain.py").read_text(encoding="utf-8")
    return "".join(f"{line.partition('  # error')[0].partition('  # warn')[0].rstrip()}\n"
                   for line in text.splitlines())  # fmt: skip


def mended(file: Path, text: str) -> str:
    """What the shell makes of the same text."""
    copy = file.parent.with_name("copy.py")
    copy.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "keras_lsp", "check", "--fix", "--unsafe-fixes"]
    subprocess.run([*command, str(copy)], check=False, capture_output=True, cwd=ROOT)
    return copy.read_text(encoding="utf-8")


def test_inside_the_editor(
    vscode: CodeServer, page: Page, workspace: Path, package: Path, screenshots: Path
) -> None:
    """The extension's own tests, in the extension host: ``editors/vscode/test/host.ts``."""
    (workspace / "to-type.txt").write_text(program("used_before_defined"), encoding="utf-8")
    settings = {
        # What the editor adds while one types would be typed twice.
        "editor.autoIndent": "none",
        "editor.autoClosingBrackets": "never",
        "editor.autoClosingQuotes": "never",
        "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
        "editor.suggestOnTriggerCharacters": False,
        "editor.acceptSuggestionOnCommitCharacter": False,
    }
    (workspace / ".vscode").mkdir()
    (workspace / ".vscode" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    told: list[str] = []
    codes: list[int] = []
    page.expose_function(
        "codeAutomationLog", lambda kind, words: told.append(" ".join(map(str, words)))
    )
    page.expose_function("codeAutomationExit", lambda code: codes.append(code))
    remote = f"vscode-remote://{vscode.authority}"
    Workbench(
        vscode,
        page,
        workspace,
        extensionDevelopmentPath=f"{remote}{vscode.extension('keras-lsp')}",
        extensionTestsPath=f"{remote}{package / 'dist' / 'tests' / 'host.js'}",
    )
    deadline = time.monotonic() + INSIDE
    while not codes and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    page.screenshot(path=screenshots / "vscode-inside.png")
    assert codes == [0], "\n".join(told)


def test_a_cell_is_mended(
    vscode: CodeServer, page: Page, workspace: Path, screenshots: Path
) -> None:
    book = workspace / "thesis.ipynb"
    book.write_text(json.dumps(notebook(*CELLS)), encoding="utf-8")
    (workspace / "first.py").write_text("import keras\n", encoding="utf-8")
    bench = Workbench(vscode, page, workspace, "first.py")
    # Opened before the editor's extensions are up, a notebook would be shown as JSON.
    bench.status().filter(has_text="no models").wait_for()
    bench.open("thesis.ipynb")
    mark = page.locator(".notebookOverlay .squiggly-error").first
    bench.click(mark)
    assert bench.lives()[:2] == ["model sequential · lost", "defined cell 3, line 1"]
    bench.click(mark)
    offered = bench.light_bulb()
    assert offered[0] == "Bind what `fit` returns to `history`", offered
    bench.picture(screenshots / "vscode-notebook.png")
    bench.choose(0)
    mark.wait_for(state="detached")
    bench.save("thesis.ipynb")
    cells = json.loads(book.read_text(encoding="utf-8"))["cells"]
    assert "".join(cells[3]["source"]) == CELLS[3][1].replace("model = m", "history = m", 1)
    assert "".join(cells[0]["source"]) == CELLS[0][1]


def test_the_status_item_tells_and_does(
    vscode: CodeServer, page: Page, workspace: Path, screenshots: Path
) -> None:
    (workspace / "train.py").write_text(program("rebuilt_in_loop"), encoding="utf-8")
    bench = Workbench(vscode, page, workspace, "train.py")
    item = bench.status().filter(has_text="Keras: 2 models")
    item.wait_for()
    bench.click(bench.status())
    rows = page.locator(".quick-input-list .monaco-list-row")
    told = f"server {__version__} is running"
    rows.filter(has_text=told).wait_for()
    for entry in (
        "Restart the server", "Show the log", "Run the doctor", "Show the models of this file",
        "Settings", "2 models in this file", "bundled with the extension",
    ):  # fmt: skip
        assert rows.filter(has_text=entry).count() == 1, entry
    bench.picture(screenshots / "vscode-menu.png")
    rows.filter(has_text="Run the doctor").click()
    page.locator(".view-line", has_text=f"server {__version__} running").first.wait_for()
    choose(bench, "Show the log")
    page.locator(".view-line", has_text="bundled with the extension").first.wait_for()
    choose(bench, "Restart the server")
    page.locator(".view-line", has_text=f"keras-lsp {__version__} runs").nth(1).wait_for()
    bench.press("Control+1")
    item.wait_for()


def choose(bench: Workbench, entry: str) -> None:
    """From the status item's menu, which closes when what was opened before takes the focus."""
    from playwright.sync_api import TimeoutError as PlaywrightTimeout

    row = bench.page.locator(".quick-input-list .monaco-list-row", has_text=entry)
    for attempt in range(4):
        bench.click(bench.status())
        try:
            row.click(timeout=LIMIT / 4)
            return
        except PlaywrightTimeout:
            assert attempt < 3, f"there is no {entry}"
            bench.press("Escape")


def test_the_walkthrough_shows_each_step(
    vscode: CodeServer, page: Page, workspace: Path, screenshots: Path
) -> None:
    (workspace / "train.py").write_text("import keras\n", encoding="utf-8")
    bench = Workbench(vscode, page, workspace, "train.py")
    bench.status().filter(has_text="no models").wait_for()
    bench.command("Welcome: Open Walkthrough...")
    title = "Follow the life of your Keras models"
    page.locator(".quick-input-list .monaco-list-row", has_text=title).click()
    manifest = json.loads((ROOT / "editors/vscode/package.json").read_text(encoding="utf-8"))
    (walkthrough,) = manifest["contributes"]["walkthroughs"]
    for step in walkthrough["steps"]:
        page.locator(".getting-started-step", has_text=step["title"]).first.wait_for()
    bench.picture(screenshots / "vscode-walkthrough.png")


CELLS = (
    ("code", "%matplotlib inline\nfrom tensorflow import keras"),
    ("markdown", "# A model"),
    ("code", "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile(loss='mse')"),
    ("code", "model = model.fit([[1.0]], [[2.0]])\nmodel.evaluate([[1.0]], [[2.0]])"),
)


def notebook(*cells: tuple[str, str]) -> dict[str, Any]:
    made: list[dict[str, Any]] = []
    for kind, text in cells:
        cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": text}
        made.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    metadata = {"language_info": {"name": "python"}}
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}

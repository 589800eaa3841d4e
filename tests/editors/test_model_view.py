"""VS Code shows shapes behind layers, and the picture of a model that leads to its lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editors import code_server
from tests.editors.workbench import Workbench

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Page

PROGRAM = """\
from tensorflow import keras
from keras import layers

inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(16, 3, padding="same")(inputs)
for _ in range(3):
    y = layers.Conv2D(16, 3, padding="same")(x)
    y = layers.BatchNormalization()(y)
    x = layers.ReLU()(layers.Add()([x, y]))
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
"""


@pytest.fixture(scope="module")
def with_keras(
    installation: Path, package: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[code_server.CodeServer]:
    """VS Code on a machine whose user has named a Python with Keras."""
    settings = {"keras-lsp.python": sys.executable, "editor.inlayHints.fontSize": 12}
    own = tmp_path_factory.mktemp("vscode")
    vsix = [package / "keras-lsp.vsix"]
    with code_server.running(installation, own, vsix, settings=settings) as server:
        yield server


def view(page: Page) -> FrameLocator:
    """The inside of the picture's view: a page in a page in the page."""
    return page.frame_locator("iframe.webview.ready").frame_locator("iframe#active-frame")


def test_hints_a_lens_and_the_picture_behind_it(
    with_keras: code_server.CodeServer, page: Page, tmp_path: Path, screenshots: Path
) -> None:
    (tmp_path / "train.py").write_text(PROGRAM, encoding="utf-8")
    bench = Workbench(with_keras, page, tmp_path, "train.py")
    hint = page.locator(".view-line", has_text="GlobalAveragePooling2D")
    hint.filter(has_text="(None, 16)").wait_for()
    lens = page.locator(".codelens-decoration a", has_text="15 layers").first
    lens.click()
    inside = view(page)
    rows = inside.locator(".folded .row")
    rows.filter(has_text="Dense").wait_for()
    assert "3 ×" in inside.locator(".folded svg").text_content()  # type: ignore[operator]
    page.screenshot(path=screenshots / "model-view.png")
    # A click leads to the layer.
    rows.filter(has_text="GlobalAveragePooling2D").click()
    page.locator(".statusbar-item >> text=Ln 10, Col 1").wait_for()

    # The row of the layer at the cursor is marked, wherever the cursor goes.
    assert page.locator(".monaco-dialog-box").count() == 0
    page.locator(".view-line", has_text="ReLU").click()
    bench.go_to(5, 1)
    here = inside.locator(".folded .row.here")
    here.filter(has_text="Conv2D").first.wait_for()
    # What is typed is drawn: the width of the output, then a layer that Keras refuses.
    bench.go_to(11, 25)
    page.keyboard.type("0")
    rows.filter(has_text="Dense").filter(has_text="(None, 100)").wait_for()
    bench.go_to(7, 25)
    page.keyboard.type("8")
    wrong = inside.locator(".row.failed")
    wrong.filter(has_text="Add").first.wait_for()
    page.screenshot(path=screenshots / "model-view-wrong.png")
    page.keyboard.press("Backspace")
    wrong.first.wait_for(state="detached")

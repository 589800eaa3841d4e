"""The workbench of VS Code in a page: what a user does in it, and what a user sees."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tests.editors.code_server import CodeServer

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

LIMIT = 60_000
"""Milliseconds after which something counts as what never comes."""

_PARTS = """rows => rows.map(row =>
    [...row.querySelectorAll(".label-name, .label-description")].map(part => part.textContent))"""


class Workbench:
    """One window of VS Code with a folder open."""

    def __init__(
        self, server: CodeServer, page: Page, folder: Path, file: str = "", **payload: str
    ) -> None:
        self.page = page
        self.folder = folder
        self.server = server
        page.set_default_timeout(LIMIT)
        opened = f"vscode-remote://{server.authority}{(folder / file).as_posix()}"
        more: Mapping[str, str] = {"openFile": opened} if file else {}
        page.goto(server.address(folder, {**more, **payload}))
        page.wait_for_selector(".monaco-workbench")

    # What a user does

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def click(self, mark: Locator) -> None:
        """On what is drawn below the text, which takes no clicks itself and may be drawn anew."""
        deadline = time.monotonic() + LIMIT / 1000
        while (box := mark.bounding_box()) is None or not box["width"]:
            assert time.monotonic() < deadline, "what is to be clicked on is not shown"
            self.page.wait_for_timeout(100)
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def command(self, title: str) -> None:
        """By the palette."""
        self.press("F1")
        self.page.locator(".quick-input-widget input").first.fill(f">{title}")
        self.page.locator(".quick-input-list .monaco-list-row", has_text=title).first.click()

    def open(self, file: str) -> None:
        """From the explorer."""
        rows = self.page.locator(".explorer-folders-view .monaco-list-row")
        rows.filter(has_text=file).first.dblclick()

    def go_to(self, line: int, column: int) -> None:
        self.press("Control+g")
        entry = self.page.locator(".quick-input-widget input").first
        entry.fill(f":{line}:{column}")
        entry.press("Enter")
        self.page.locator(f".statusbar-item >> text=Ln {line}, Col {column}").wait_for()

    def light_bulb(self) -> list[str]:
        """Opens its menu; the titles in it."""
        from playwright.sync_api import TimeoutError as PlaywrightTimeout

        menu = self.page.locator(".action-widget")
        findings = menu.locator(".action", has_text="Ignore").first
        for attempt in range(4):
            self.press("Control+.")
            try:
                findings.wait_for(timeout=LIMIT / 4)
                break
            except PlaywrightTimeout:
                # Asked for before the findings of this line had come.
                assert attempt < 3, "the light bulb has no fix"
                self.press("Escape")
        return [row.strip() for row in menu.locator(".monaco-list-row.action").all_inner_texts()]

    def choose(self, number: int) -> None:
        """An entry of the light bulb's menu; the first one is 0."""
        self.press(*["ArrowDown"] * number, "Enter")

    def save(self, file: str) -> str:
        """Saves what is in front; the text of the file, once it is there."""
        self.press("Control+s")
        self.page.locator(".tab.active:not(.dirty)").first.wait_for()
        return (self.folder / file).read_text(encoding="utf-8")

    def picture(self, path: Path) -> None:
        self.page.screenshot(path=path)

    # What a user sees

    def squiggles(self, kind: str) -> Locator:
        return self.page.locator(f".squiggly-{kind}")

    def problems(self) -> list[str]:
        """Opens the panel; its rows, those of places that belong to a finding among them."""
        self.command("Problems: Focus on Problems View")
        rows = self.page.locator(".markers-panel .monaco-list-row")
        rows.nth(1).wait_for()
        return [_plain(row) for row in rows.all_inner_texts()]

    def await_hover(self, text: str) -> None:
        """Asks for what is told at the cursor, until the text is among it."""
        self.command("Show or Focus Hover")
        self.page.locator(".monaco-hover .hover-row", has_text=text).first.wait_for()

    def lives(self) -> list[str]:
        """The rows of the view of models' lives, once it has any."""
        self.command("Focus on Keras Models View")
        rows = self.page.locator('[aria-label="Keras Models"] .monaco-list-row')
        rows.first.wait_for()
        told = rows.evaluate_all(_PARTS)
        self.press("Control+1")
        return [_plain(" ".join(row)) for row in told]

    def status(self) -> Locator:
        return self.page.locator('.statusbar-item[id="keras-lsp.keras-lsp.keras-lsp.status"]')

    def notification(self, text: str) -> Locator:
        return self.page.locator(".notification-toast", has_text=text).first


def _plain(text: str) -> str:
    return " ".join(text.split())

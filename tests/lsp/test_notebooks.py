"""Notebooks in an editor: cells are one program, and every place is one in a cell."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from keras_lsp.lsp import convert
from keras_lsp.text import split_lines
from tests.lsp.wire import LIMIT, PULL, PUSH, Client, Message, codes, edit, range_of

NOTEBOOK: Message = {"notebookDocument": {"synchronization": {"executionSummarySupport": True}}}
CODE, MARKUP = 2, 1

BUILD = """\
%matplotlib inline
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")"""
FIT = "model.fit(x, y)"
HISTORY = f"%%time\nname = '🦊'; model = {FIT}"
PREDICT = "name = '🦊'; model.predict(x)"


SEVERAL = """\
{0} = keras.Sequential([keras.layers.Dense(1)])
{0}.compile(loss="mse")
{0} = {0}.fit(x, y)
{0}.predict(x)"""


class Book:
    """A notebook as a client has it."""

    def __init__(self, client: Client, path: Path, cells: Sequence[str], version: int = 1) -> None:
        self.client, self.uri = client, path.as_uri()
        self.version = version
        self.made = 0
        documents = [self.cell(text) for text in cells]
        self.order = [item["uri"] for item in documents]
        client.notify(
            "notebookDocument/didOpen",
            {
                "notebookDocument": {
                    "uri": self.uri,
                    "notebookType": "jupyter-notebook",
                    "version": 0,
                    "cells": [self.described(item) for item in documents],
                },
                "cellTextDocuments": documents,
            },
        )

    def cell(self, text: str, language: str = "") -> Message:
        """The document of a new cell; prose begins with a hash sign and a space."""
        self.made += 1
        return {
            "uri": f"vscode-notebook-cell:{self.uri.removeprefix('file:')}#W{self.made}",
            "languageId": language or ("markdown" if text.startswith("# ") else "python"),
            "version": self.version,
            "text": text,
        }

    @staticmethod
    def described(item: Message, order: int | None = None) -> Message:
        kind = MARKUP if item["languageId"] == "markdown" else CODE
        cell: Message = {"kind": kind, "document": item["uri"]}
        return cell if order is None else {**cell, "executionSummary": {"executionOrder": order}}

    def change(self, **cells: Any) -> None:
        self.client.notify(
            "notebookDocument/didChange",
            {"notebookDocument": {"uri": self.uri, "version": 0}, "change": {"cells": cells}},
        )

    def type(self, index: int, version: int, *changes: Message) -> None:
        document = {"uri": self.order[index], "version": version}
        self.change(textContent=[{"document": document, "changes": list(changes)}])

    def replace(self, start: int, count: int, *items: Message) -> None:
        gone = self.order[start : start + count]
        self.order[start : start + count] = [item["uri"] for item in items]
        array = {
            "start": start,
            "deleteCount": count,
            "cells": [self.described(item) for item in items],
        }
        fresh = [item for item in items if "text" in item]
        self.change(
            structure={
                "array": array,
                "didOpen": fresh,
                "didClose": [{"uri": uri} for uri in gone if uri not in self.order],
            }
        )

    def move(self, start: int, to: int) -> None:
        """As VS Code does it: one stretch that holds both places is put in another order."""
        before = list(self.order)
        self.order.insert(to, self.order.pop(start))
        low, high = min(start, to), max(start, to) + 1
        array = {
            "start": low,
            "deleteCount": high - low,
            "cells": [{"kind": CODE, "document": uri} for uri in self.order[low:high]],
        }
        assert sorted(before) == sorted(self.order)
        self.change(structure={"array": array})

    def close(self) -> None:
        self.client.notify(
            "notebookDocument/didClose",
            {
                "notebookDocument": {"uri": self.uri},
                "cellTextDocuments": [{"uri": uri} for uri in self.order],
            },
        )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """A client that is told of findings and takes edits of documents."""
    folder = tmp_path_factory.mktemp("books")
    client = Client.start()
    capabilities = {
        **PUSH, **NOTEBOOK, "workspace": {"workspaceEdit": {"documentChanges": True}},
    }  # fmt: skip
    answer = client.initialize(capabilities, [folder])
    selector = answer["capabilities"]["notebookDocumentSync"]["notebookSelector"]
    assert {"notebook": "jupyter-notebook"} in selector
    yield client, folder
    client.end()


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """A client that asks for findings."""
    folder = tmp_path_factory.mktemp("asked")
    client = Client.start()
    client.initialize({**PULL, **NOTEBOOK}, [folder])
    yield client, folder
    client.end()


def test_without_notebooks_nothing_is_offered(push: Client, start: Any, tmp_path: Path) -> None:
    answer = start().initialize(PUSH, [tmp_path])
    assert "notebookDocumentSync" not in answer["capabilities"]


def test_a_finding_is_in_its_cell(told: tuple[Client, Path]) -> None:
    client, folder = told
    book = Book(client, folder / "one.ipynb", [BUILD, "# Training", HISTORY, PREDICT])
    (finding,) = client.pushed(book.order[3], 1, ["history-used-as-model"])
    column = PREDICT.index("predict") + 1
    assert finding["range"] == range_of((0, column), (0, column + len("predict")))
    places = {r["location"]["uri"] for r in finding["relatedInformation"]}
    assert places and places <= set(book.order)
    assert client.pushed(book.order[0], 1) == []
    assert client.published(book.order[1]) == []
    assert client.published(book.uri) == []


def test_cells_are_typed_in(told: tuple[Client, Path]) -> None:
    client, folder = told
    book = Book(client, folder / "typed.ipynb", [BUILD, FIT])
    assert client.pushed(book.order[1], 1) == []
    line = 'model.compile(optimizer="adam", loss="mse")'
    book.type(0, 2, edit((3, 0), (3, len(line)), "x = '🦊'"))
    (finding,) = client.pushed(book.order[1], 1, ["fit-before-compile"])
    assert finding["range"]["start"]["line"] == 0
    since = client.mark
    book.type(1, 5, edit((0, 0), (0, 0), "# first\n"), edit((1, 0), (1, 0), "  "))
    book.type(1, 6, edit((1, 0), (1, 2), ""))
    (finding,) = client.pushed(book.order[1], 6, ["fit-before-compile"], since)
    assert finding["range"]["start"]["line"] == 1
    book.type(0, 7, edit((3, 8), (3, 8), f"\n{line}"))
    assert client.pushed(book.order[1], 6, [], since) == []


def test_cells_come_go_and_move(told: tuple[Client, Path]) -> None:
    client, folder = told
    book = Book(client, folder / "moved.ipynb", [BUILD, FIT])
    assert client.pushed(book.order[1], 1) == []
    fit = book.order[1]
    book.replace(1, 0, book.cell("# prose"), book.cell("model = model.compile()"))
    client.pushed(book.order[2], 1, ["none-result-assigned"])
    since = client.mark
    gone = book.order[2]
    book.replace(2, 1)
    assert client.pushed(gone, None, [], since) == []
    since = client.mark
    book.move(2, 0)
    (finding,) = client.pushed(fit, 1, ["unordered-cells"], since)
    assert finding["range"]["start"]["line"] == 0
    since = client.mark
    book.move(0, 2)
    assert client.pushed(fit, 1, [], since) == []


def test_a_cell_that_is_no_code_any_more(told: tuple[Client, Path]) -> None:
    client, folder = told
    book = Book(client, folder / "kinds.ipynb", [BUILD, HISTORY, PREDICT])
    client.pushed(book.order[2], 1, ["history-used-as-model"])
    since = client.mark
    book.replace(1, 1, {**book.cell(HISTORY), "languageId": "markdown"})
    assert client.pushed(book.order[2], 1, [], since) == []
    since = client.mark
    book.replace(1, 1, book.cell(HISTORY, "julia"))
    book.replace(1, 1, book.cell(HISTORY))
    client.pushed(book.order[2], 1, ["history-used-as-model"], since)
    since = client.mark
    book.change(data=[{"kind": MARKUP, "document": book.order[1]}])
    assert client.pushed(book.order[2], 1, [], since) == []


def test_a_closed_notebook_is_forgotten(told: tuple[Client, Path]) -> None:
    client, folder = told
    book = Book(client, folder / "closed.ipynb", [BUILD, HISTORY, PREDICT])
    client.pushed(book.order[2], 1, ["history-used-as-model"])
    since = client.mark
    book.close()
    assert client.pushed(book.order[2], None, [], since) == []
    again = Book(client, folder / "closed.ipynb", [BUILD, HISTORY, PREDICT], version=9)
    client.pushed(again.order[2], 9, ["history-used-as-model"], since)


def test_a_cell_for_itself_says_nothing(told: tuple[Client, Path]) -> None:
    client, folder = told
    alone = client.open("vscode-notebook-cell:/nowhere.ipynb#W0", FIT)
    cell = Book(client, folder / "both.ipynb", [BUILD, HISTORY, PREDICT]).order[2]
    client.open(cell, PREDICT)
    client.pushed(cell, 1, ["history-used-as-model"])
    assert client.published(alone) == []


# Asking


def test_each_cell_is_asked_about(asking: tuple[Client, Path]) -> None:
    client, folder = asking
    book = Book(client, folder / "asked.ipynb", [BUILD, "# prose", FIT])
    first = client.pulled(book.order[2])
    assert (first["kind"], first["items"]) == ("full", [])
    assert client.pulled(book.order[1])["items"] == []
    assert client.pulled(book.order[2], first["resultId"])["kind"] == "unchanged"
    since = client.mark
    book.type(0, 2, edit((3, 0), (4, 0), ""))
    # What the first cell says of the last one has to be asked for again.
    client.wait(lambda m: m.get("method") == "workspace/diagnostic/refresh", since)
    assert codes(client.pulled(book.order[2])["items"]) == ["fit-before-compile"]
    assert client.published(book.order[2]) == []


# Asking for more


def actions(client: Client, uri: str, place: Message, only: str = "quickfix") -> list[Message]:
    context = {"diagnostics": [], "only": [only]}
    params = {"textDocument": {"uri": uri}, "range": place, "context": context}
    found: list[Message] = client.request("textDocument/codeAction", params)
    return found


def applied(text: str, edits: Sequence[Message]) -> str:
    (one,) = edits
    lines = split_lines(text)
    place = types.Range(
        types.Position(**one["range"]["start"]), types.Position(**one["range"]["end"])
    )
    span = convert.span_in(lines, place, "utf-16")
    before = "".join(lines[: span.start.line]) + lines[span.start.line][: span.start.column]
    rest = lines[span.end.line] if span.end.line < len(lines) else ""
    after = rest[span.end.column :] + "".join(lines[span.end.line + 1 :])
    return before + str(one["newText"]) + after


def test_a_fix_is_made_in_the_cell_that_it_concerns(told: tuple[Client, Path]) -> None:
    client, folder = told
    book = Book(client, folder / "mended.ipynb", [BUILD, HISTORY, PREDICT], version=4)
    (finding,) = client.pushed(book.order[2], 4, ["history-used-as-model"])
    (fix, *_) = actions(client, book.order[2], finding["range"])
    (change,) = fix["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": book.order[1], "version": 4}
    assert applied(HISTORY, change["edits"]) == HISTORY.replace("model =", "history =")
    (everything,) = actions(client, book.order[0], range_of((0, 0), (0, 0)), "source.fixAll")
    assert everything["edit"] == fix["edit"]


def test_one_fix_may_change_several_cells(told: tuple[Client, Path]) -> None:
    client, folder = told
    cells = ["import keras", SEVERAL.format("a"), SEVERAL.format("b")]
    book = Book(client, folder / "several.ipynb", cells)
    client.pushed(book.order[2], 1, ["history-used-as-model"])
    (fix,) = actions(client, book.order[0], range_of((0, 0), (0, 0)), "source.fixAll")
    changed = {c["textDocument"]["uri"]: c["edits"] for c in fix["edit"]["documentChanges"]}
    assert set(changed) == {book.order[1], book.order[2]}
    for cell, uri in zip(cells[1:], book.order[1:], strict=True):
        expected = cell.replace("a = a.fit", "history = a.fit")
        expected = expected.replace("b = b.fit", "history = b.fit")
        assert applied(cell, changed[uri]) == expected


def test_hover_and_trace_speak_of_cells(told: tuple[Client, Path]) -> None:
    client, folder = told
    book = Book(client, folder / "hover.ipynb", [BUILD, "# prose", f"s = '🦊'; {FIT}"])
    client.pushed(book.order[2], 1)
    column = len("s = '🦊'; m") + 1
    at = {"textDocument": {"uri": book.order[2]}, "position": {"line": 0, "character": column}}
    hover = client.request("textDocument/hover", at)
    assert "cell 1, line 3" in hover["contents"]["value"]
    assert "cell 3, line 1" in hover["contents"]["value"]
    assert hover["range"] == range_of((0, column - 1), (0, column + 4))
    lives = client.request(
        "workspace/executeCommand",
        {"command": "keras-lsp.trace", "arguments": [book.order[2], 0]},
    )
    (life,) = lives
    assert {(s["uri"], s["line"]) for s in life["steps"]} == {
        (book.order[0], 2),
        (book.order[0], 3),
        (book.order[2], 0),
    }


def test_jupyterlab_keeps_python_under_the_name_of_a_notebook(start: Any, tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(
        "import keras\n\ndef build():\n    return keras.Sequential([keras.layers.Dense(1)])\n",
        encoding="utf-8",
    )
    client: Client = start()
    virtual = tmp_path / ".virtual_documents"
    client.initialize(PUSH, [], rootUri=virtual.as_uri(), workspaceFolders=None)
    text = f"from models import build\n\n\nmodel = build()\n\n\n{FIT}\n"
    uri = client.open((virtual / "demo.ipynb").as_uri(), text)
    (finding,) = client.pushed(uri, 1, ["fit-before-compile"])
    assert finding["range"]["start"]["line"] == 6


# As VS Code announces itself


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[sys.executable, "-m", "keras_lsp", "server"])
)
async def vscode(lsp_client: LanguageClient) -> AsyncIterator[None]:
    capabilities = client_capabilities("visual-studio-code")
    capabilities.notebook_document = types.NotebookDocumentClientCapabilities(
        types.NotebookDocumentSyncClientCapabilities(dynamic_registration=True)
    )

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        """What the server asks for."""

    answer = await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities))
    assert answer.capabilities.notebook_document_sync is not None
    yield
    await lsp_client.shutdown_session()


async def test_vs_code_shows_findings_in_cells(vscode: LanguageClient, tmp_path: Path) -> None:
    uri = (tmp_path / "book.ipynb").as_uri()
    texts = (BUILD, HISTORY, PREDICT)
    items = [
        types.TextDocumentItem(f"vscode-notebook-cell:{uri[5:]}#W{n}sZmlsZQ%3D%3D", "python", 1, t)
        for n, t in enumerate(texts)
    ]
    cells = [types.NotebookCell(types.NotebookCellKind.Code, item.uri) for item in items]
    document = types.NotebookDocument(uri, "jupyter-notebook", 0, cells)
    vscode.notebook_document_did_open(types.DidOpenNotebookDocumentParams(document, items))
    deadline = time.monotonic() + LIMIT
    while [d.code for d in vscode.diagnostics.get(items[2].uri, ())] != ["history-used-as-model"]:
        assert time.monotonic() < deadline, vscode.diagnostics
        await asyncio.sleep(0.02)
    (finding,) = vscode.diagnostics[items[2].uri]
    place = types.TextDocumentIdentifier(items[2].uri)
    context = types.CodeActionContext([finding])
    actions = await vscode.text_document_code_action_async(
        types.CodeActionParams(place, finding.range, context)
    )
    fix = next(a for a in actions or () if isinstance(a, types.CodeAction))
    if fix.edit is None:
        fix = await vscode.code_action_resolve_async(fix)
    assert fix.edit is not None and fix.edit.document_changes is not None
    (change,) = fix.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (items[1].uri, 1)


# Clients that do it another way


def test_a_notebook_gets_another_name(told: tuple[Client, Path]) -> None:
    """Cells may keep their addresses; the new name may come before the old one goes."""
    client, folder = told
    old = Book(client, folder / "draft.ipynb", [BUILD, HISTORY, PREDICT])
    client.pushed(old.order[2], 1, ["history-used-as-model"])
    new = Book(client, folder / "final.ipynb", [])
    items = [
        {"uri": uri, "languageId": "python", "version": 7, "text": text}
        for uri, text in zip(old.order, (BUILD, HISTORY, f"\n{PREDICT}"), strict=True)
    ]
    since = client.mark
    new.replace(0, 0, *items)
    old.close()
    new.type(2, 8, edit((0, 0), (0, 0), "\n"))
    (finding,) = client.pushed(new.order[2], 8, ["history-used-as-model"], since)
    assert finding["range"]["start"]["line"] == 2
    new.type(2, 9, edit((0, 0), (0, 0), "\n"))
    client.pushed(new.order[2], 9, ["history-used-as-model"], since)
    last = client.published(new.order[2], since)[-1]
    assert (last["version"], codes(last["diagnostics"])) == (9, ["history-used-as-model"])


def test_the_file_of_a_notebook_is_opened_as_text(told: tuple[Client, Path]) -> None:
    """Some clients keep a text under the notebook's own address beside its cells."""
    client, folder = told
    book = Book(client, folder / "twice.ipynb", [BUILD, HISTORY, PREDICT])
    client.pushed(book.order[2], 1, ["history-used-as-model"])
    since = client.mark
    client.open(book.uri, "{}", language="json")
    client.change(book.uri, 2, edit((0, 0), (0, 1), "x"), "import keras")
    client.close(book.uri)
    client.open(book.uri, FIT)
    client.change(book.uri, 2, edit((0, 0), (0, 1), "x"))
    client.close(book.uri)
    book.type(2, 2, edit((0, 0), (0, 0), "\n"))
    client.pushed(book.order[2], 2, ["history-used-as-model"], since)
    assert client.published(book.uri) == []


def test_the_document_of_a_cell_is_closed_alone(told: tuple[Client, Path]) -> None:
    """It belongs to the notebook, which is still open."""
    client, folder = told
    book = Book(client, folder / "alone.ipynb", [BUILD, HISTORY, PREDICT])
    client.pushed(book.order[2], 1, ["history-used-as-model"])
    since = client.mark
    client.open(book.order[1], HISTORY)
    client.change(book.order[1], 2, "x = 1")
    client.close(book.order[1])
    book.type(1, 2, edit((1, 0), (1, 0), "_ = 1; "))
    client.pushed(book.order[1], 2, [], since)
    book.type(2, 2, edit((0, 0), (0, 0), "\n"))
    client.pushed(book.order[2], 2, ["history-used-as-model"], since)
    client.close(book.uri)
    book.type(2, 3, edit((0, 0), (0, 0), "\n"))
    client.pushed(book.order[2], 3, ["history-used-as-model"], since)


def test_what_is_shown_of_a_half_typed_cell_outlives_other_changes(
    told: tuple[Client, Path],
) -> None:
    """A cell of prose that is edited, and one that is run again, change no program."""
    client, folder = told
    book = Book(client, folder / "half.ipynb", [BUILD, HISTORY, PREDICT, "# prose"])
    client.pushed(book.order[2], 1, ["history-used-as-model"])
    since = client.mark
    book.type(2, 2, edit((0, len(PREDICT) + 1), (0, len(PREDICT) + 1), "("))
    client.pushed(book.order[2], 2, ["history-used-as-model"], since)
    since = client.mark
    book.type(3, 2, edit((0, 0), (0, 0), "# "))
    book.type(2, 3, edit((0, 0), (0, 0), ""))
    client.pushed(book.order[2], 3, ["history-used-as-model"], since)
    assert all(p["diagnostics"] for p in client.published(book.order[2], since))


@pytest.mark.parametrize(
    "change",
    [
        {"structure": {"array": {"start": 7, "deleteCount": 9, "cells": []}}},
        {"structure": {"array": {"start": 1, "deleteCount": 0}}},
        {"structure": {"array": {"start": 1, "deleteCount": 0, "cells": [
            {"kind": CODE, "document": "vscode-notebook-cell:/never/opened#1"}]}}},
        {"data": [{"kind": CODE, "document": "vscode-notebook-cell:/never/opened#2"}]},
        {"textContent": [{"document": {"uri": "x:y", "version": 1}, "changes": [{"text": "z"}]}]},
        {"textContent": []},
        {},
    ],
)  # fmt: skip
def test_changes_of_what_is_not_there(told: tuple[Client, Path], change: Message) -> None:
    client, folder = told
    book = Book(client, folder / "hostile.ipynb", [BUILD, HISTORY, PREDICT])
    client.pushed(book.order[2], 1, ["history-used-as-model"])
    since = client.mark
    book.change(**change)
    book.type(2, 2, edit((0, 0), (0, 0), "\n"))
    client.pushed(book.order[2], 2, ["history-used-as-model"], since)
    book.close()
    book.change(**change)
    book.close()
    assert client.pushed(book.order[2], None, [], since) == []


def test_cells_with_all_kinds_of_line_ends(told: tuple[Client, Path]) -> None:
    """A fix keeps those of the cell."""
    client, folder = told
    long = "_ = '" + "🦊" * 20_000 + "'; "
    cells = [BUILD.replace("\n", "\r\n"), "# p", f"x = 1\r\n{HISTORY[7:]}\r\n", long + PREDICT]
    book = Book(client, folder / "ends.ipynb", cells)
    (finding,) = client.pushed(book.order[3], 1, ["history-used-as-model"])
    start = finding["range"]["start"]["character"]
    assert start == len(long) + 20_000 + PREDICT.index("predict") + 1
    (fix, *_) = actions(client, book.order[3], finding["range"])
    (change,) = fix["edit"]["documentChanges"]
    assert applied(cells[2], change["edits"]) == cells[2].replace("model =", "history =")
    since = client.mark
    book.type(3, 2, edit((0, start), (0, start + len("predict")), "evaluate"))
    (finding,) = client.pushed(book.order[3], 2, ["history-used-as-model"], since)
    assert finding["range"] == range_of((0, start), (0, start + len("evaluate")))

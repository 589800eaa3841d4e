"""Markdown notebooks in an editor: one document with several cells, and prose is never code."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from keras_lsp.findings import Finding
from keras_lsp.lsp import convert
from keras_lsp.lsp.sheets import Sheet
from keras_lsp.service.workspace import Workspace
from keras_lsp.text import apply_edits, split_lines
from keras_lsp.text.markdown import MarkdownNotebook
from tests.cli.test_markdown_notebooks import BOOKS, JUPYTEXT, QUARTO
from tests.lsp.test_notebooks import actions, applied
from tests.lsp.wire import Client, codes, edit, range_of

HISTORY, HEADER = "history-used-as-model", len(split_lines(JUPYTEXT))


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines()) if line.startswith(part))


def opened(client: Client, folder: Path, name: str, text: str) -> str:
    return client.open((folder / name).as_uri(), text, language="markdown")


@pytest.mark.parametrize("kind", BOOKS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_finding_is_where_it_is_in_the_text(
    push: Client, push_folder: Path, kind: str, end: str
) -> None:
    text = BOOKS[kind].replace("\n", end)
    uri = opened(push, push_folder, f"{kind}-{len(end)}.md", text)
    (finding,) = push.pushed(uri, 1, [HISTORY])
    line = line_of(BOOKS[kind], "model.predict")
    assert finding["range"] == range_of((line, 6), (line, 13))
    (related, *_) = finding["relatedInformation"]
    assert related["location"]["uri"] == uri
    lines = split_lines(text)
    assert lines[related["location"]["range"]["start"]["line"]].startswith("model = model.fit")
    (fix, *_) = actions(push, uri, finding["range"])
    mended = applied(text, fix["edit"]["changes"][uri])
    assert mended.count(f"history = model.fit(x, y){end}") == 1
    assert mended.replace("history = model.fit", "model = model.fit") == text


@pytest.mark.parametrize(
    ("name", "language"), [("a.qmd", "quarto"), ("b.Rmd", "rmd"), ("c.Rmd", ""), ("d", "quarto")]
)
def test_chunks_are_followed_while_they_are_typed(
    push: Client, push_folder: Path, name: str, language: str
) -> None:
    uri = push.open((push_folder / name).as_uri(), QUARTO, language=language)
    (found,) = push.pushed(uri, 1, [HISTORY])
    assert found["range"]["start"]["line"] == line_of(QUARTO, "model.predict")
    since = push.mark
    push.change(uri, 2, edit((0, 0), (3, 3), "---\neval: false\n---"))
    push.pushed(uri, None, [], since)
    push.change(uri, 3, edit((1, 0), (2, 0), ""))
    push.pushed(uri, 3, [HISTORY])


def test_it_is_typed_in(push: Client, push_folder: Path) -> None:
    text = BOOKS["Jupytext"]
    uri = opened(push, push_folder, "typed.md", text)
    push.pushed(uri, 1, [HISTORY])
    line = line_of(text, "model.predict")
    push.change(uri, 2, edit((HEADER, 0), (HEADER, 0), "🦊 prose\n\n"))
    (finding,) = push.pushed(uri, 2, [HISTORY])
    assert finding["range"]["start"]["line"] == line + 2
    push.change(uri, 3, edit((line + 2, 0), (line + 2, 0), "_ = '🦊'; "))
    (finding,) = push.pushed(uri, 3, [HISTORY])
    assert finding["range"]["start"] == {"line": line + 2, "character": 16}
    at = {"textDocument": {"uri": uri}, "position": {"line": line + 2, "character": 12}}
    hover = push.request("textDocument/hover", at)
    compiled = line_of(text, "model.compile") + 3
    assert f"line {compiled}" in hover["contents"]["value"]
    assert "cell" not in hover["contents"]["value"]
    at["position"] = {"line": HEADER, "character": 1}
    assert push.request("textDocument/hover", at) is None
    push.change(uri, 4, edit((line + 2, 0), (line + 3, 0), ""))
    push.pushed(uri, 4, [])


def test_other_markdown_says_nothing_until_it_has_the_header(
    push: Client, push_folder: Path
) -> None:
    text = BOOKS["Jupytext"].removeprefix(JUPYTEXT)
    uri = opened(push, push_folder, "prose.md", text)
    push.change(uri, 2, edit((0, 0), (0, 0), "prose\n"))
    assert actions(push, uri, range_of((0, 0), (99, 0))) == []
    push.save(uri)
    since = push.mark
    push.change(uri, 3, edit((0, 0), (1, 0), JUPYTEXT))
    push.pushed(uri, 3, [HISTORY])
    assert [p["version"] for p in push.published(uri)] == [3]
    push.change(uri, 4, edit((0, 0), (1, 0), ""))
    assert push.pushed(uri, None, [], since) == []
    push.change(uri, 5, edit((0, 0), (0, 0), "---\n"))
    push.pushed(uri, 5, [HISTORY])
    since = push.mark
    push.close(uri)
    assert push.pushed(uri, None, [], since) == []


def test_it_is_asked_about(pull: Client, pull_folder: Path) -> None:
    uri = opened(pull, pull_folder, "asked.md", BOOKS["MyST"])
    assert codes(pull.pulled(uri)["items"]) == [HISTORY]
    prose = opened(pull, pull_folder, "README.md", "# Model\n\n```python\nmodel.fit(x)\n```\n")
    assert pull.pulled(prose)["items"] == []


# Laws

POOL = (
    "---", "jupytext:", "  jupytext:", "```", "````", "```python", "```{code-cell}", "prose 🦊", "",
    "import keras", "model = keras.Sequential([keras.layers.Dense(1)])", "%%time", "'''",
    "model.compile('adam', 'mse')", "model = model.fit(x, y)", "model.predict(x)", ":tags: []",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(POOL), max_size=6).map("\n".join)
STARTS = st.sampled_from(["", "---\njupytext:\n---\n", *BOOKS.values()])


def found(workspace: Workspace, path: str) -> list[Finding]:
    assert workspace.snapshot(path) is not None
    checked = workspace.documents[path].checked
    assert checked is not None
    return list(checked.findings)


@settings(max_examples=30)
@given(STARTS, TEXTS, st.sampled_from(["utf-8", "utf-16", "utf-32"]), st.data())
def test_a_text_is_what_its_changes_make_of_it(
    start: str, more: str, encoding: str, data: st.DataObject
) -> None:
    text = start + more
    sheet = Sheet.opened("/a.md", types.TextDocumentItem("file:///a.md", "markdown", 1, text))
    kept = Workspace()
    if sheet.notebook is not None:
        kept.open_notebook("/a.md", sheet.notebook.cells, 1)
    for version in range(2, 2 + data.draw(st.integers(1, 4))):
        lines = split_lines(text)
        ends = sorted(data.draw(st.integers(0, len(lines))) for _ in "ab")
        place = types.Range(*(types.Position(line, 0) for line in ends))
        change = types.TextDocumentContentChangePartial(place, data.draw(TEXTS))
        text = apply_edits(text, [convert.changed(lines, change, encoding)])
        sheet.change([change], version, encoding)
        assert sheet.text == text
        if sheet.notebook is None:
            kept.close("/a.md")
            continue
        cells = sheet.notebook.cells
        if "/a.md" in kept.documents:
            kept.change_notebook("/a.md", cells, version)
        else:
            kept.open_notebook("/a.md", cells, version)
        fresh = Workspace()
        fresh.open_notebook("/a.md", MarkdownNotebook.read(text).cells, 1)
        assert found(kept, "/a.md") == found(fresh, "/a.md")
        fresh.shut_down()
    kept.shut_down()


@given(STARTS, TEXTS, st.data())
def test_places_come_back_from_the_cells(start: str, more: str, data: st.DataObject) -> None:
    """A place in a cell is the same one again; an edit of the cells is the same one in the text."""
    book = MarkdownNotebook.read("---\njupytext:\n---\n" + start + more)
    for index, cell in enumerate(book.cells.cells):
        _, top = book.place(index)
        for line in range(len(split_lines(cell.text))):
            at = convert.Position(top + line, 0)
            assert book.outside(convert.Span.at(book.inside(at))).start == at
    if book.cells.cells:
        index = data.draw(st.integers(0, len(book.cells.cells) - 1))
        plain = "x = 1\n" + book.cells.cells[index].plain
        blocks = [cell.block for cell in book.cells.cells]
        blocks[index] = blocks[index].replace(book.cells.cells[index].plain, plain, 1)
        source = "".join(blocks)
        changed, edits = book.cells.mended(source), book.edits(source)
        if changed is not None and edits is not None:
            text = "".join(book.lines)
            assert apply_edits(text, edits) == book.with_texts(changed)

"""Laws: whatever a client does to its notebooks, they are what they would be if opened so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from keras_lsp.findings import Finding
from keras_lsp.lsp import convert
from keras_lsp.lsp.notebooks import Book, Books
from keras_lsp.service.workspace import Workspace
from keras_lsp.text import split_lines
from keras_lsp.text.cells import Cell, Cells

POOL = (
    # What is hard to tell apart from the lines between cells, and what reaches into the next one.
    "", "x = 1", "%%time\n", "!ls \\\n-l", "# %% a", "'''", "def f():\n    pass\n", "é🦊\r\n",
    "%%bash\nls", "\r", "\n", "\r\n", "  x = (", "y = 1;\t", "\u2028\x0c", "'" + "z🦊" * 900 + "'",
    # Lives of models that cells share.
    "import keras", "model = keras.Sequential([keras.layers.Dense(1)])",
    "model.compile(loss='mse')", "model.compile('adam', 'mse')\r\n", "model.fit(x, y)",
    "'🦊'; model = model.fit(x, y)", "model.predict(x)", "model.trainable = False", "%%time\nmodel",
    "def build():\n    return keras.Sequential([keras.layers.Dense(1)])", "model = build()",
    "for _ in range(9):", "    model = build()\r\n    model.fit(x)", "# keras-lsp: ignore",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(POOL), max_size=4).map("\n".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])
ORDERS = st.one_of(st.none(), st.integers(1, 9))
LANGUAGES = st.sampled_from(["python", "python", "python", "markdown", "julia"])


@dataclass
class Known:
    """A cell as the client has it."""

    uri: str
    text: str
    language: str = "python"
    order: int | None = None

    @property
    def described(self) -> types.NotebookCell:
        kinds = types.NotebookCellKind
        kind = kinds.Markup if self.language == "markdown" else kinds.Code
        ran = types.ExecutionSummary(self.order) if self.order is not None else None
        return types.NotebookCell(kind, self.uri, execution_summary=ran)

    @property
    def opened(self) -> types.TextDocumentItem:
        return types.TextDocumentItem(self.uri, self.language, 1, self.text)


@dataclass
class Editor:
    """A client: one notebook of it, and what it draws to change it in."""

    uri: str
    encoding: str
    draw: st.DataObject
    cells: list[Known] = field(default_factory=list)
    made: int = 0
    version: int = 1

    def new(self) -> Known:
        self.made += 1
        text, language = self.draw.draw(TEXTS), self.draw.draw(LANGUAGES)
        return Known(f"{self.uri}#{self.made}", text, language, self.draw.draw(ORDERS))

    def opening(self) -> types.DidOpenNotebookDocumentParams:
        cells = [cell.described for cell in self.cells]
        document = types.NotebookDocument(self.uri, "jupyter-notebook", 0, cells)
        return types.DidOpenNotebookDocumentParams(document, [cell.opened for cell in self.cells])

    def changing(self) -> types.DidChangeNotebookDocumentParams:
        """One change; parts of it may come together."""
        change = types.NotebookDocumentCellChanges()
        what = self.draw.draw(st.sets(st.sampled_from(["cells", "data", "text"]), min_size=1))
        if "cells" in what:
            change.structure = self.draw.draw(
                st.sampled_from([self.replaced, self.moved, self.spoken, self.split, self.merged])
            )()
        if "data" in what and self.cells:
            ran = self.draw.draw(st.lists(st.sampled_from(self.cells), unique_by=id))
            for cell in ran:
                cell.order = self.draw.draw(ORDERS)
            change.data = [cell.described for cell in ran]
        if "text" in what and self.cells:
            typed = self.draw.draw(st.lists(st.sampled_from(self.cells), unique_by=id, max_size=3))
            change.text_content = [self.typed(cell) for cell in typed]
        return types.DidChangeNotebookDocumentParams(
            types.VersionedNotebookDocumentIdentifier(0, self.uri),
            types.NotebookDocumentChangeEvent(cells=change),
        )

    def typed(self, cell: Known) -> types.NotebookDocumentCellContentChanges:
        """Stretches replaced one after the other, or a new text."""
        changes: list[types.TextDocumentContentChangeEvent] = []
        for _ in range(self.draw.draw(st.integers(1, 3))):
            new = self.draw.draw(TEXTS)
            if self.draw.draw(st.integers(0, 5)) == 5:
                cell.text = new
                changes.append(types.TextDocumentContentChangeWholeDocument(new))
                continue
            ends = [self.draw.draw(st.integers(0, len(cell.text))) for _ in "ab"]
            start, end = (_within(cell.text, at) for at in sorted(ends))
            place = types.Range(self._position(cell.text, start), self._position(cell.text, end))
            cell.text = cell.text[:start] + new + cell.text[end:]
            changes.append(types.TextDocumentContentChangePartial(place, new))
        self.version += 1
        document = types.VersionedTextDocumentIdentifier(self.version, cell.uri)
        return types.NotebookDocumentCellContentChanges(document, changes)

    def _position(self, text: str, at: int) -> types.Position:
        before = split_lines(text[:at] + "|")
        return types.Position(len(before) - 1, convert.units(before[-1][:-1], self.encoding))

    def replaced(self) -> types.NotebookDocumentCellChangeStructure:
        start = self.draw.draw(st.integers(0, len(self.cells)))
        count = self.draw.draw(st.integers(0, len(self.cells) - start))
        fresh = [self.new() for _ in range(self.draw.draw(st.integers(0, 2)))]
        return self._spliced(start, count, fresh)

    def moved(self) -> types.NotebookDocumentCellChangeStructure:
        """One stretch that holds both places, put in another order."""
        start = self.draw.draw(st.integers(0, len(self.cells)))
        stretch = self.cells[start : start + self.draw.draw(st.integers(0, 4))]
        return self._spliced(start, len(stretch), self.draw.draw(st.permutations(stretch)))

    def spoken(self) -> types.NotebookDocumentCellChangeStructure:
        """A cell's language is another one: the same address is closed and opened."""
        if not self.cells:
            return self._spliced(0, 0, [])
        at = self.draw.draw(st.integers(0, len(self.cells) - 1))
        cell = replace(self.cells[at], language=self.draw.draw(LANGUAGES))
        made = self._spliced(at, 1, [cell])
        made.did_open = [cell.opened]
        made.did_close = [types.TextDocumentIdentifier(cell.uri)]
        return made

    def split(self) -> types.NotebookDocumentCellChangeStructure:
        """A cell becomes two, as the editor makes it: the old one goes."""
        if not self.cells:
            return self._spliced(0, 0, [])
        at = self.draw.draw(st.integers(0, len(self.cells) - 1))
        cell, lines = self.cells[at], split_lines(self.cells[at].text)
        line = self.draw.draw(st.integers(0, len(lines)))
        halves = [replace(self.new(), language=cell.language) for _ in "ab"]
        halves[0].text, halves[1].text = "".join(lines[:line]), "".join(lines[line:])
        return self._spliced(at, 1, halves)

    def merged(self) -> types.NotebookDocumentCellChangeStructure:
        if len(self.cells) < 2:
            return self._spliced(0, 0, [])
        at = self.draw.draw(st.integers(0, len(self.cells) - 2))
        both = replace(self.new(), text="\n".join(c.text for c in self.cells[at : at + 2]))
        return self._spliced(at, 2, [both])

    def _spliced(
        self, start: int, count: int, items: list[Known]
    ) -> types.NotebookDocumentCellChangeStructure:
        gone = {cell.uri for cell in self.cells[start : start + count]}
        here = {cell.uri for cell in items}
        self.cells[start : start + count] = items
        return types.NotebookDocumentCellChangeStructure(
            types.NotebookCellArrayChange(start, count, [cell.described for cell in items]),
            [cell.opened for cell in items if cell.uri not in gone],
            [types.TextDocumentIdentifier(uri) for uri in sorted(gone - here)],
        )

    @property
    def scratch(self) -> Cells:
        """The cells of the program, as if they were opened now."""
        return Cells(
            [
                Cell.of(number, cell.text, cell.order)
                for number, cell in enumerate(self.cells, 1)
                if cell.language == "python"
            ]
        )


def _within(text: str, at: int) -> int:
    """No position lies between a carriage return and its line feed."""
    return at - 1 if text[at - 1 : at + 1] == "\r\n" else at


@contextmanager
def workspace() -> Iterator[Workspace]:
    made = Workspace()
    yield made
    made.shut_down()


def found(workspace: Workspace, path: str) -> list[Finding]:
    """All that is found in a document, shown or not."""
    assert workspace.snapshot(path) is not None
    checked = workspace.documents[path].checked
    assert checked is not None
    return list(checked.findings)


def compared(book: Book, editor: Editor, workspace: Workspace) -> None:
    """A notebook against the same one, opened as it is now."""
    scratch, document = editor.scratch, workspace.documents[book.path]
    assert book.code == [cell.uri for cell in editor.cells if cell.language == "python"]
    assert book.cells.cells == scratch.cells
    assert book.cells.source == scratch.source == document.source.text
    assert document.cells is book.cells
    fresh = Workspace()
    fresh.open_notebook(book.path, scratch, 1)
    assert found(workspace, book.path) == found(fresh, book.path)
    workspace.settle(book.path)
    shown, opened = workspace.snapshot(book.path), fresh.snapshot(book.path)
    assert shown is not None and opened is not None and shown.cells is book.cells
    if not any(statement.broken for statement in document.source.statements):
        assert shown.findings == opened.findings
    fresh.shut_down()


@given(ENCODINGS, st.data())
def test_a_notebook_is_what_its_changes_make_of_it(encoding: str, data: st.DataObject) -> None:
    """Cells, text, statements and findings are those from scratch, after each change."""
    editor = Editor("file:///book.ipynb", encoding, data)
    editor.cells = [editor.new() for _ in range(data.draw(st.integers(0, 5)))]
    books = Books(encoding)
    book = books.open(editor.opening())
    with workspace() as space:
        space.open_notebook(book.path, book.cells, 1)
        compared(book, editor, space)
        for version in range(2, 2 + data.draw(st.integers(1, 5))):
            assert books.change(editor.changing()) is book
            space.change_notebook(book.path, book.cells, version)
            compared(book, editor, space)


@given(ENCODINGS, st.data())
def test_notebooks_are_told_apart(encoding: str, data: st.DataObject) -> None:
    """Two are open; each may get another name, and its cells keep their addresses."""
    editors = [Editor(f"file:///{name}.ipynb", encoding, data) for name in "ab"]
    books = Books(encoding)
    with workspace() as space:

        def close(editor: Editor) -> None:
            path = convert.path_of(editor.uri)
            books.close(path)
            space.close(path)

        def open_it(editor: Editor) -> None:
            book = books.open(editor.opening())
            space.open_notebook(book.path, book.cells, 1)

        for editor in editors:
            editor.cells = [editor.new() for _ in range(data.draw(st.integers(0, 3)))]
            open_it(editor)
        for version in range(2, 2 + data.draw(st.integers(1, 4))):
            editor = data.draw(st.sampled_from(editors))
            if data.draw(st.booleans()):
                was = replace(editor)
                editor.uri = f"file:///renamed-{version}.ipynb"
                steps = [lambda: close(was), lambda: open_it(editor)]  # noqa: B023
                for step in data.draw(st.permutations(steps)):
                    step()
            else:
                book = books.change(editor.changing())
                assert book is not None
                space.change_notebook(book.path, book.cells, version)
            for each in editors:
                known = books.at(convert.path_of(each.uri))
                assert known is not None
                compared(known, each, space)
                assert all(books.of_cell(uri) is known for uri in known.code)

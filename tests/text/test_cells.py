"""Cells: one text of a notebook, the way back, and files of which nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.text import Edit, Position, Span, apply_edits, split_lines
from keras_lsp.text.cells import Cell, Cells, is_boundary, order_of
from keras_lsp.text.edits import shortest
from keras_lsp.text.magics import plain_python, restored, traces
from keras_lsp.text.notebook import MalformedNotebook, Notebook

LINES = (
    "model = build()",
    "    x = 1",
    "\tx = 2",
    "    # indented",
    "def f():",
    "%matplotlib inline",
    "    !pip install keras \\",
    "  more",
    "%time history = model.fit(x, y)",
    "%timeit -n 3 -r 2 f(x)",
    "result = %time f(x)",
    "files = !ls",
    "%run other.py",
    "model.fit?",
    "?model",
    "pip install keras",
    "%%time",
    "%%bash",
    "%%html",
    "% b",
    "x = (1",
    "     % 2)",
    "# %% a comment",
    "#: documented",
    "s = '''",
    's = """ ',
    "\\",
    "",
    "naïve = '🦊 \u2028'",
)
ENDS = ("\n", "\r\n", "\r")


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.sampled_from(LINES), max_size=6))
    end = draw(st.sampled_from(ENDS))
    text = end.join(lines)
    return text + end if draw(st.booleans()) else text


books = st.lists(texts(), max_size=5).map(
    lambda parts: Cells([Cell.of(n, text, n % 3 or None) for n, text in enumerate(parts, 1)])
)


@given(texts())
def test_a_cell_made_plain_keeps_its_lines_and_comes_back(text: str) -> None:
    plain = plain_python(text)
    assert len(split_lines(plain)) == len(split_lines(text))
    assert restored(plain, traces(text, plain)) == text


@given(books)
def test_a_source_that_did_not_change_changes_no_cell(cells: Cells) -> None:
    assert cells.mended(cells.source) in ({}, None)
    if not any("# %% In" in c.text for c in cells.cells):
        assert cells.mended(cells.source) == {}


@given(books, st.data())
def test_positions_go_to_the_source_and_come_back(cells: Cells, data: st.DataObject) -> None:
    for index, cell in enumerate(cells.cells):
        lines = split_lines(cell.text) or [""]
        line = data.draw(st.integers(0, len(lines) - 1))
        column = data.draw(st.integers(0, len(lines[line].rstrip("\r\n"))))
        at = Position(line, column)
        assert cells.locate(cells.place(index, at)) == (index, at)
        assert split_lines(cells.source)[cells.place(index, at).line].rstrip("\r\n") == (
            split_lines(cell.plain) or [""]
        )[line].rstrip("\r\n")


@given(books, st.data())
def test_a_line_put_into_the_source_is_put_into_one_cell(cells: Cells, data: st.DataObject) -> None:
    if not cells.cells:
        return
    index = data.draw(st.integers(0, len(cells.cells) - 1))
    line = data.draw(st.integers(0, len(split_lines(cells.cells[index].plain))))
    at = cells.place(index, Position(line, 0))
    source = apply_edits(cells.source, [Edit.insert(at, "added = 1\n")])
    changed = cells.mended(source)
    if changed is None:
        return
    assert list(changed) == [index]
    assert len(changed[index]) - len(cells.cells[index].text) == len("added = 1\n")
    assert [c.plain for i, c in enumerate(cells.cells) if i != index] == [
        c.plain for i, c in enumerate(Cells([*cells.cells]).cells) if i != index
    ]
    ((where, edit),) = cells.edits(source) or ()
    assert apply_edits(cells.cells[where].text, [edit]) == changed[index]


@given(st.text(alphabet="ab\r\n🦊", max_size=12), st.text(alphabet="ab\r\n🦊", max_size=12))
def test_the_shortest_edit_makes_the_new_text(old: str, new: str) -> None:
    assert apply_edits(old, [shortest(old, new)]) == new


def test_where_a_span_ends_in_front_of_a_cell_it_ends_the_one_above() -> None:
    cells = Cells([Cell.of(1, "a\nb"), Cell.of(3, "c\n")])
    assert cells.source == "# %% In [ ]\na\nb\n# %% In [ ]\nc\n"
    assert cells.locate_span(Span.of(2, 0, 3, 0)) == (0, Span.of(1, 0, 1, 1))
    assert cells.locate_span(Span.of(1, 0, 4, 1)) == (0, Span.of(0, 0, 1, 1))
    assert cells.locate_span(Span.of(3, 0, 3, 5)) == (1, Span.of(0, 0, 0, 0))


def test_an_indented_cell_stands_in_a_block_of_its_own() -> None:
    cells = Cells([Cell.of(1, "# no\n\n  a", 7), Cell.of(2, "# %%\nb\n  c")])
    assert cells.source == "if True:  # %% In [7]\n# no\n\n  a\n# %% In [ ]\n# %%\nb\n  c\n"
    assert is_boundary("if True:  # %% In [7]") and order_of("if True:  # %% In [7]") == 7
    assert cells.mended(cells.source.replace("a", "d")) == {0: "# no\n\n  d"}


def test_a_line_may_go_to_another_cell() -> None:
    cells = Cells([Cell.of(1, "use(model)"), Cell.of(2, "x = 1\nmodel = build()")])
    moved = "# %% In [ ]\nmodel = build()\nuse(model)\n# %% In [ ]\nx = 1\n"
    assert cells.mended(moved) == {0: "model = build()\nuse(model)", 1: "x = 1"}


@pytest.mark.parametrize(
    "source",
    [
        "# %% In [ ]\nimport keras\n#: %%time\nf()\n# %% In [ ]\ng()\n",
        "# %% In [ ]\n#: %%time\nf()\ng()\n",
        "# %% In [ ]\n#: %%time\nf()\n# %% In [ ]\n# %% In [ ]\ng()\n",
    ],
)
def test_what_cells_cannot_take_is_refused(source: str) -> None:
    cells = Cells([Cell.of(1, "%%time\nf()"), Cell.of(2, "g()")])
    assert cells.mended(source) is None


# Magics

PLAIN = {
    "%matplotlib inline": "pass  #: %matplotlib inline",
    "    !pip list": "    pass  #: !pip list",
    "%time history = model.fit(x)": "pass; history = model.fit(x)  #: %time ",
    "%timeit -n 2 f(x)": "pass       ; f(x)  #: %timeit -n 2 ",
    "y = %time f(x)": "y =       f(x)  #: = %time ",
    "y = !ls": "y = get_ipython()  #: !ls",
    "%run a.py": "from get_ipython import *  #: %run a.py",
    "model.fit?": "pass  #: model.fit?",
    "await f()": "await f()",
    "x = (a\n  % b)": "x = (a\n  % b)",
    "%pip list\nx = (a\n  %b)": "pass  #: %pip list\nx = (a\n  %b)",
    "%%time\nx = 1": "#: %%time\nx = 1",
    "%%capture out\n!ls\nx = 1": "#: %%capture out\npass  #: !ls\nx = 1",
    "%%bash\nls": "#: %%bash\n#: ls",
    "%%writefile a.py\nx = 1": "#: %%writefile a.py\n#: x = 1",
    "%%backend torch\nx = 1": "#: %%backend torch\nx = 1",
    "%%other\nno python": "#: %%other\n#: no python",
    "def f():\n    '''a\n": "def f():\n    '''a'''  #: '''\n",
    "x = \"\"\"'''\\": 'x = """\'\'\'\\ """  #:  """',
    "x = 'a\"\"\"' # '''": "x = 'a\"\"\"' # '''",
    "!a \\\n  b\nx = 1": "pass  #: !a \\\n#:   b\nx = 1",
}


@pytest.mark.parametrize("text", PLAIN)
def test_magics(text: str) -> None:
    assert plain_python(text) == PLAIN[text]
    assert restored(PLAIN[text], traces(text, PLAIN[text])) == text


def test_a_statement_behind_a_magic_can_be_changed() -> None:
    text = "%time model = model.fit(x)"
    made = traces(text, plain_python(text))
    assert restored("pass; model.fit(x)  #: %time   # keras-lsp: ignore[a]", made) == (
        "%time model.fit(x)  # keras-lsp: ignore[a]"
    )


def test_boundaries() -> None:
    assert all(map(is_boundary, ("# %%", "#%% a", "# %% [markdown]", "# In[3]", "# In[ ]:")))
    assert order_of("# In[3]:") == 3 and order_of("# In[ ]:") is None and order_of("# %%") is None
    assert not any(map(is_boundary, ("# a %%", "%%", " # %%", "# In", "")))


# Files


def book(sources: list[Any], **more: Any) -> dict[str, Any]:
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"c{n}",
            "metadata": {"source": ["none"], "tags": [{"source": "x"}]},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ['"source": [']}],
            "source": source,
        }
        for n, source in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def listed(text: str) -> list[str]:
    return text.splitlines(keepends=True)


styles = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 1, 2, "\t"]),
        "ensure_ascii": st.booleans(),
        "sort_keys": st.booleans(),
        "separators": st.sampled_from([(",", ":"), (", ", ": "), (",", ": ")]),
    }
)
words = st.text(alphabet='ab "\\/é🦊\u2028\n', max_size=20)


@given(st.lists(words, min_size=1, max_size=4), words, st.booleans(), styles, st.data())
def test_all_but_the_changed_source_keeps_every_byte(
    sources: list[str], new: str, lists: bool, style: dict[str, Any], data: st.DataObject
) -> None:
    form = (lambda text: listed(text)) if lists else str
    text = json.dumps(book([form(s) for s in sources]), **style) + "\n"
    index = data.draw(st.integers(0, len(sources) - 1))
    notebook = Notebook.read(text)
    assert [c.text for c in notebook.cells.cells] == sources
    assert notebook.with_texts({}) == text
    assert notebook.with_texts({index: sources[index]}) == text
    changed = notebook.with_texts({index: new})
    assert [c.text for c in Notebook.read(changed).cells.cells] == [
        new if i == index else s for i, s in enumerate(sources)
    ]
    # A value of its own marks what the change must leave alone.
    place = notebook._places[index]
    tail = len(text) - place[1]
    assert changed[: place[0]] == text[: place[0]]
    assert changed[len(changed) - tail :] == text[place[1] :]
    if "\u2028" not in sources[index] + new and new and len(sources[index].split("\n")) > 1:
        if lists and new.count("\n") and style["indent"] is not None:
            rebuilt = book([form(new if i == index else s) for i, s in enumerate(sources)])
            if text.isascii() == changed.isascii() == style["ensure_ascii"]:
                assert json.loads(changed) == json.loads(json.dumps(rebuilt))


def test_lines_that_stay_are_spelled_as_they_were() -> None:
    text = '{"cells": [{"cell_type": "code", "source": ["\\u00e9\\/\\n",\n  "b",\n"c\\n", "d"]}]}'
    changed = Notebook.read(text).with_texts({0: "é/\nnew\nbX\nd"})
    assert changed == text.replace('"b",\n"c\\n"', '"new\\n",\n  "bX\\n"')


def test_other_kernels_have_no_python() -> None:
    for metadata in ({"kernelspec": {"language": "R"}}, {"language_info": {"name": "julia"}}):
        assert Notebook.read(json.dumps(book(["x"], metadata=metadata))).cells.cells == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "JSON"),
        ("[]", "no cells"),
        ('{"cells": 3}', "no cells"),
        ('{"nbformat": 3, "worksheets": []}', "format 3"),
        ('{"cells": [{"cell_type": "code", "source": [1]}]}', "no text"),
        ('{"cells": [], "cells": [{"cell_type": "code", "source": "", "source": 1}]}', "no text"),
        ('{"cells": [{}], "cells": [{}]}', "told apart"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_what_is_no_notebook(text: str, why: str) -> None:
    with pytest.raises(MalformedNotebook, match=why):
        Notebook.read(text)

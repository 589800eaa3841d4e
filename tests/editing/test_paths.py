"""Imports and reads that are written otherwise, in every way in which they may be written."""

from __future__ import annotations

import ast

import pytest

from keras_lsp.editing.paths import move_import, move_read
from keras_lsp.syntax import Source
from keras_lsp.text import Span

MOVED = {
    "old.core.Dense": "new.Dense",
    "old.core.Input": "top.Input",
    "old.core.adam": "new.Adam",
    "old.utils.label": "new.label",
    "old.utils.file": "new.file",
    "old.utils.shape": "other.shape",
}


def moved_import(text: str) -> str | None:
    """The text with its first import moved; ``None`` where it is left alone."""
    source = Source.parse("main.py", text)
    node = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, (ast.Import, ast.ImportFrom)))
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    span = Span.of(node.lineno - 1, node.col_offset, node.end_lineno - 1, node.end_col_offset)
    edits = move_import(source, span, MOVED.get)
    return None if edits is None else source.edit(edits).text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from old.core import Dense\n", "from new import Dense\n"),
        ("from old.core import Dense as D\n", "from new import Dense as D\n"),
        (
            "from old.core import (\n    Dense,  # one\n)\n",
            "from new import (\n    Dense,  # one\n)\n",
        ),
        (
            "from old.core import Dense, Input\n",
            "from new import Dense\nfrom top import Input\n",
        ),
        (
            "def f():\n\tfrom old.core import Dense, Input\n",
            "def f():\n\tfrom new import Dense\n\tfrom top import Input\n",
        ),
        ("from old.core import adam\no = adam(1)\n", "from new import Adam\no = Adam(1)\n"),
        ("from old.core import adam as a\n", "from new import Adam as a\n"),
        (
            "from old.core import adam\nAdam = adam\n",
            "from new import Adam as adam\nAdam = adam\n",
        ),
        (
            "from old.core import adam\nadam = adam(1)\n",
            "from new import Adam as adam\nadam = adam(1)\n",
        ),
        (
            'from old.core import adam\n__all__ = ["adam"]\n',
            'from new import Adam as adam\n__all__ = ["adam"]\n',
        ),
        ("import old.utils as u\nu.label(1)\n", "import new as u\nu.label(1)\n"),
        (
            "from old.core import Dense\r\nx = 1\r\n",
            "from new import Dense\r\nx = 1\r\n",
        ),
    ],
)
def test_an_import_is_moved(before: str, after: str) -> None:
    assert moved_import(before) == after
    ast.parse(after)


@pytest.mark.parametrize(
    "text",
    [
        "from old.core import Dense, unheard_of\n",
        "from old.core import (\n    Dense,  # one\n    Input,\n)\n",
        "x = 1; from old.core import Dense, Input\n",
        "import old.utils as u\nu.label(1)\nu.unheard_of(1)\n",
        "import old.utils as u\nu.label(1)\nu.shape(1)\n",
        "import old.utils as u\nf(u)\nu.label(1)\n",
        "import old.utils as u\n",
        "import old.utils, sys\n",
    ],
)
def test_an_import_is_left_alone(text: str) -> None:
    assert moved_import(text) is None


@pytest.mark.parametrize(
    ("before", "path", "keras", "after"),
    [
        ("tf.keras.a.b.Dense(1)", "keras.a.b", "tf.keras", "tf.keras.layers.Dense(1)"),
        ("A.b.Dense", "keras.a.b", None, None),
        ("A.b.Dense", "keras.a.b", "k", "k.layers.Dense"),
        ("layers.b.Dense(1)", "keras.layers.b", None, "layers.Dense(1)"),
        ("f().b.Dense", "keras.a.b", "k", None),
    ],
)
def test_a_read_is_moved(before: str, path: str, keras: str | None, after: str | None) -> None:
    source = Source.parse("main.py", before + "\n")
    end = before.index(".b") + 2
    moved = {f"{path}.Dense": "keras.layers.Dense"}.get
    edits = move_read(source, Span.of(0, 0, 0, end), path, moved, keras)
    assert (None if edits is None else source.edit(edits).text) == (after and after + "\n")

"""An ``Input`` comes before the first layer, in the way in which the file makes its layers."""

from __future__ import annotations

import ast

import pytest

from keras_lsp.editing.inputs import input_before
from keras_lsp.syntax import Source
from keras_lsp.text import Span


def with_input(text: str) -> str | None:
    """The text with an ``Input`` before its first call of something named ``LSTM``."""
    source = Source.parse("main.py", text)
    call = next(
        n
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.Call) and ast.unparse(n.func).endswith("LSTM")
    )
    assert call.end_lineno is not None
    assert call.end_col_offset is not None
    layer = Span.of(call.lineno - 1, call.col_offset, call.end_lineno - 1, call.end_col_offset)
    edits = input_before(source, layer, "shape=(3,)")
    return None if edits is None else source.edit(edits).text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "m = keras.Sequential([keras.layers.LSTM(1)])\n",
            "m = keras.Sequential([keras.Input(shape=(3,)), keras.layers.LSTM(1)])\n",
        ),
        (
            "m = Sequential([\n    layers.LSTM(1),\n    layers.Dense(1),\n])\n",
            "m = Sequential([\n    layers.Input(shape=(3,)),\n    layers.LSTM(1),\n"
            "    layers.Dense(1),\n])\n",
        ),
        (
            "def f(m):\n    m.add(tf.keras.layers.LSTM(1))\n",
            "def f(m):\n    m.add(tf.keras.Input(shape=(3,)))\n"
            "    m.add(tf.keras.layers.LSTM(1))\n",
        ),
        (
            "from tensorflow.keras.layers import LSTM\nself.m.add(LSTM(1))\n",
            "from tensorflow.keras.layers import Input, LSTM\nself.m.add(Input(shape=(3,)))\n"
            "self.m.add(LSTM(1))\n",
        ),
        (
            "from keras.layers import Input, LSTM\nm = Sequential([LSTM(1)])\n",
            "from keras.layers import Input, LSTM\nm = Sequential([Input(shape=(3,)), LSTM(1)])\n",
        ),
        (
            "if x:\r\n\tm.add(k.layers.LSTM(1))\r\n",
            "if x:\r\n\tm.add(k.Input(shape=(3,)))\r\n\tm.add(k.layers.LSTM(1))\r\n",
        ),
    ],
)
def test_an_input_comes_first(before: str, after: str) -> None:
    assert with_input(before) == after
    ast.parse(after)


@pytest.mark.parametrize(
    "text",
    [
        "m = Sequential([Dense(1), LSTM(1)])\n",
        "y = LSTM(1)(x)\n",
        "if x: m.add(LSTM(1))\n",
        "m = Model([LSTM(1)])\n",
        "made.append(LSTM(1))\n",
    ],
)
def test_where_it_is_not_the_first_layer_nothing_is_done(text: str) -> None:
    assert with_input(text) is None

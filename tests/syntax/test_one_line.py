"""One line: the same expression, or nothing."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.syntax.one_line import on_one_line

PARTS = ["f(", "x", ",", "[", "]", "'a b'", "{", "}", ")", "lambda y:", "y", "+", "2", "# no\n",
         "'''", '"it\'s"', "\\\n", "\n", "    ", "**k", "*a", ":", "for z in x"]  # fmt: skip


def expression(text: str) -> str | None:
    try:
        return ast.dump(ast.parse(text, mode="eval"))
    except (SyntaxError, ValueError):
        return None


@given(st.lists(st.sampled_from(PARTS), max_size=14))
def test_it_is_the_same_expression(parts: list[str]) -> None:
    text = f"f({' '.join(parts)})"
    meant = expression(text)
    told = on_one_line(text.split("\n"))
    if meant is not None and told is not None:
        assert "\n" not in told
        assert expression(told) == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[\n    layers.Dense(1),\n    layers.Dense(2)\n]", "[layers.Dense(1), layers.Dense(2)]"),
        ("(\n    1,\n)", "(1,)"),
        ("f(a,\n\n  b=2)", "f(a, b=2)"),
        ("f(a,  # one\n  b=2)", None),
        ("'''a\nb'''", None),
        ("'a\\\nb'", None),
    ],
)
def test_how_it_looks(text: str, told: str | None) -> None:
    assert on_one_line(text.split("\n")) == told

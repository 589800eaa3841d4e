"""Sources: statements, incremental edits, broken code."""

from __future__ import annotations

import ast
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit, Span, apply_edits, split_lines, without_end

PROGRAM = '''\
"""Docstring."""
import keras  # the library

# A comment of its own.
x = [
    1,
    2,
]


@decorated(
    by=1
)
def build(units=(1,
2)):
    text = """
not a statement
"""
    if units:
        model = keras.Sequential()
    else:
        model = None
    return model


if x:
    y = 1
elif z:
    y = 2
else:
    y = 3

try:
    a = 1; b = 2
except ValueError:
    pass
finally:
    c = 3
for i in range(3):
    model.fit(i) \\
        .add(1)
class Net(keras.Model):
    def call(self, inputs): return inputs
'''
PIECES = [
    *("", "x", "(", ")", "\n", "'''", '"', "def f(", "if x:\n", "@d\n", "else:\n", "#", "\\\n"),
    *("\r", "\x0c", "\u2028", "🦊", "    ", "\n\n", "x = 1\n", "]", "for i in y:\n    "),
]


def texts(source: Source) -> list[str]:
    return [s.text for s in source.statements]


def test_statements_begin_where_the_parser_says() -> None:
    source = Source.parse("a.py", PROGRAM)
    wanted = {
        min([n.lineno, *(d.lineno for d in getattr(n, "decorator_list", []))]) - 1
        for n in ast.parse(PROGRAM).body
    }
    assert set(source.starts) == wanted
    assert source.text == PROGRAM


@pytest.mark.parametrize("seed", range(60))
def test_edits_equal_a_fresh_parse(seed: int) -> None:
    """The law that keeps incrementality honest, over a series of edits that break and mend."""
    chance = random.Random(seed)
    source = Source.parse("a.py", PROGRAM.replace("\n", chance.choice(["\n", "\r\n", "\r"])))
    for _ in range(25):
        lines = source.lines or [""]
        a = chance.randrange(len(lines))
        b = min(len(lines) - 1, a + chance.choice([0, 0, 0, 1, 3]))
        start = (a, chance.randrange(len(without_end(lines[a])) + 1))
        end = max(start, (b, chance.randrange(len(without_end(lines[b])) + 1)))
        edit = Edit(Span.of(*start, *end), chance.choice(PIECES))
        fresh = Source.parse("a.py", apply_edits(source.text, [edit]))
        source = source.edit([edit])
        assert texts(source) == texts(fresh), edit
        assert source.starts == fresh.starts
        assert [list(map(ast.dump, s.body)) for s in source.statements] == [
            list(map(ast.dump, s.body)) for s in fresh.statements
        ]


def test_untouched_statements_stay_the_same() -> None:
    before = Source.parse("a.py", PROGRAM)
    after = before.edit([Edit(Span.of(1, 7, 1, 12), "numpy")])
    assert after.statements[2:] == before.statements[2:]
    assert after.statements[1] is not before.statements[1]


def test_equal_statements_stay_two() -> None:
    source = Source.parse("a.py", "x = 1\nx = 1\ny = 2\n").edit([Edit(Span.of(2, 4, 2, 5), "3")])
    assert len({id(s) for s in source.statements}) == 3


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    source = Source.parse("a.py", text)
    assert source.text == text
    assert [s.body is not None for s in source.statements]
    assert isinstance(source.tree, ast.Module)


@pytest.mark.parametrize(
    "typed",
    ["model.fit(x, ", "config = {'a': 1, ", "model.", "model = ", "def train(model, ",
     "for i in range(3):", 'name = "abc', "from keras import ", "x = 1)", "if x", "class A(",
     "with open(", "x = [1, 2", "return", "lambda", "@"],
)  # fmt: skip
def test_a_half_typed_line_costs_itself_only(typed: str) -> None:
    """Every definition and call of the rest is still there."""
    lines = split_lines(PROGRAM)
    for spot, indent in ((3, ""), (20, "        ")):
        text = "".join((*lines[:spot], indent + typed + "\n", *lines[spot:]))
        source = Source.parse("a.py", text)
        names = {
            n.name
            for s in source.statements
            for part in s.body
            for n in ast.walk(part)
            if isinstance(n, (ast.FunctionDef, ast.ClassDef))
        }
        assert {"build", "Net", "call"} <= names, (typed, spot)


def test_places_are_code_points_of_the_whole_text() -> None:
    source = Source.parse("a.py", "x = 1\ny = '🦊é'; zed = 2\n")
    statement = source.statements[1]
    target = statement.body[1].targets[0]  # type: ignore[attr-defined]
    assert source.span(Place.of(statement, target)) == Span.of(1, 10, 1, 13)


def test_suppressions_in_strings_do_not_count() -> None:
    text = 'x = "# keras-lsp: ignore"\ny = 1  # keras-lsp: ignore[a, b]\n# keras-lsp: ignore-file\n'
    one, two = Source.parse("a.py", text).suppressions.all
    assert one.rules == {"a", "b"} and not one.whole_file
    assert two.rules is None and two.whole_file

"""Laws: the lattice is one, and incremental analysis is the analysis from scratch."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.checking import check
from keras_lsp.config import Config
from keras_lsp.semantics.phases import Phase, Tri
from keras_lsp.semantics.program import Analysis, Program, analyze
from keras_lsp.semantics.values import (
    UNKNOWN,
    Constant,
    Nothing,
    Symbol,
    Undefined,
    Unknown,
    Value,
    join,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span, without_end

ATOMS = st.one_of(
    st.just(Unknown()),
    st.just(Undefined()),
    st.just(Nothing()),
    st.integers(0, 12).map(Constant.of),
    st.sampled_from(["keras.Model", "keras.Sequential"]).map(Symbol),
)
VALUES = st.frozensets(ATOMS, max_size=11).map(lambda atoms: join(frozenset(), atoms))


def normal(value: Value) -> Value:
    """Values come from joins: one that was never joined may be wider than any."""
    return join(value, frozenset())


@given(VALUES, VALUES)
def test_join_commutes(left: Value, right: Value) -> None:
    assert join(left, right) == join(right, left)


@given(VALUES)
def test_join_is_idempotent(value: Value) -> None:
    assert join(value, value) == value


@given(
    st.lists(st.frozensets(ATOMS, min_size=1, max_size=1), min_size=3, max_size=14), st.randoms()
)
def test_the_order_of_joins_does_not_count(values: list[Value], chance: random.Random) -> None:
    first = frozenset[object]()
    for value in values:
        first = join(first, value)  # type: ignore[arg-type]
    shuffled = list(values)
    chance.shuffle(shuffled)
    second = frozenset[object]()
    for value in shuffled:
        second = join(second, value)  # type: ignore[arg-type]
    assert first == second


@given(VALUES)
def test_unknown_keeps_what_rules_ask_for(value: Value) -> None:
    joined = join(value, UNKNOWN)
    for atom in (Undefined(), Nothing()):
        assert (atom in joined) == (atom in value)


TRIS = st.sampled_from(Tri)
PHASES = st.builds(
    Phase, kind=st.sampled_from(["sequential", "functional"]), built=TRIS, compiled=TRIS,
    traced=TRIS, trained=TRIS, stale=TRIS, frozen=TRIS, saved=TRIS, used=TRIS, empty=TRIS,
)  # fmt: skip


@given(PHASES, PHASES, PHASES)
def test_phases_join_as_a_lattice(a: Phase, b: Phase, c: Phase) -> None:
    assert a.join(a) == a
    assert a.join(b) == b.join(a)
    assert a.join(b).join(c) == a.join(b.join(c))


PROGRAMS = sorted((Path(__file__).parents[1] / "programs").rglob("*.py"))
PIECES = [
    *("", "x", "(", ")", "\n", "'''", "model", ".fit(x, y)", "    ", "if x:\n", "def f():\n    "),
    *("model = keras.Sequential()\n", "del model\n", "return ", "self.", "#"),
]


def told(analysis: Analysis) -> list[object]:
    return [(f.rule, f.span, f.message, f.related) for f in check(analysis, Config())]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: "-".join(p.parts[-2:]))
def test_incremental_equals_from_scratch(path: Path) -> None:
    """After any edits the findings are those of the text that is there now."""
    chance = random.Random(path.name)
    source = Source.parse("a.py", path.read_text(encoding="utf-8"))
    program = Program()
    analysis = analyze(source, program)
    for _ in range(30):
        lines = source.lines or [""]
        a = chance.randrange(len(lines))
        b = min(len(lines) - 1, a + chance.choice([0, 0, 1]))
        start = (a, chance.randrange(len(without_end(lines[a])) + 1))
        end = max(start, (b, chance.randrange(len(without_end(lines[b])) + 1)))
        source = source.edit([Edit(Span.of(*start, *end), chance.choice(PIECES))])
        analysis = analyze(source, program, analysis)
        fresh = analyze(Source.parse("a.py", source.text), Program())
        assert told(analysis) == told(fresh), source.text

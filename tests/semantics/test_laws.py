"""Laws: the lattice is one, and incremental analysis is the analysis from scratch."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import MonkeyPatch

from keras_lsp.checking import check
from keras_lsp.config import Config
from keras_lsp.semantics import interpreter
from keras_lsp.semantics.definitions import ClassDefinition, FunctionDefinition
from keras_lsp.semantics.events import Model
from keras_lsp.semantics.phases import Phase, Tri
from keras_lsp.semantics.program import Analysis, NoDefinitions, Program, analyze
from keras_lsp.semantics.state import State
from keras_lsp.semantics.touching import Touched, difference, difference_after
from keras_lsp.semantics.values import (
    UNKNOWN,
    Constant,
    Nothing,
    ObjectId,
    Symbol,
    Undefined,
    Unknown,
    Value,
    join,
)
from keras_lsp.syntax import Source, Statement
from keras_lsp.text import Edit, Span, without_end
from keras_lsp.text.edits import shortest

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


def _is_of_object(pair: object) -> bool:
    return isinstance(pair, tuple) and bool(pair) and isinstance(pair[0], ObjectId)


def plain(thing: object) -> object:
    """A thing without identities: what two analyses of one text have in common."""
    if isinstance(thing, Statement):
        return thing.text
    if isinstance(thing, ObjectId):
        return ("object", plain(thing.site), plain(thing.context), thing.old)
    if isinstance(thing, FunctionDefinition | ClassDefinition):
        return thing.qualname
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = [plain(getattr(thing, field.name)) for field in fields(thing) if field.compare]
        return (type(thing).__name__, *parts)
    if isinstance(thing, frozenset | set):
        return sorted((plain(each) for each in thing), key=repr)
    if isinstance(thing, tuple | list):
        parts = [plain(each) for each in thing]
        # They come out of sets.
        of_objects = any(isinstance(each, Model) or _is_of_object(each) for each in thing)
        return sorted(parts, key=repr) if of_objects else parts
    return thing


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


STATEMENTS = [
    "model = keras.Sequential()", "model = None", "model.compile(loss='mse')", "model.fit(x, y)",
    "other = model", "build()", "del model", "model = build()", "print(model)", "unknown(model)",
    "other.fit(x, y)", "x = y = other", "for x in y:\n    model = build()\n    model.fit(x, y)",
    "if x:\n    model = other = build()", "if model is None:\n    model = build()",
    "def build():\n    made = keras.Sequential([layer])\n    made.compile()\n    return made",
    "def build():\n    global model\n    model = keras.Model()", "def unknown(m):\n    m.fit(x)",
    "layer = keras.layers.Dense(1)", "layer.trainable = False", "held = [model, layer]",
    "class Trainer:\n    def __init__(self):\n        self.model = model\n    def fit(self):\n"
    "        self.model.fit(x, y)", "trainer = Trainer()", "trainer.fit()", "unknown()",
    "optimizer = keras.optimizers.Adam()", "model.compile(optimizer)", "from elsewhere import *",
    "history = [m for m in held]", "x = len(held)", "model.add(layer)", "other.trainable = x",
    "from elsewhere import unknown", "other.compile(optimizer)", "if x:\n    raise SystemExit",
]  # fmt: skip


class Other(NoDefinitions):
    """A second file, whose functions share a variable."""

    def __init__(self) -> None:
        text = (
            "import keras\nmodel = None\n"
            "def setup():\n    global model\n    model = keras.Model()\n"
            "def shared():\n    return model\n"
        )
        self.file = Source.parse("other.py", text)

    def definition(self, path: str, name: str) -> tuple[str, str] | None:
        module, _, attribute = name.rpartition(".")
        return ("other.py", attribute) if module == "other" else None

    def source(self, path: str) -> Source | None:
        return self.file if path == "other.py" else None


def edited(text: list[str], analysis: Analysis, program: Program) -> Analysis:
    """The analysis of the text, made from that of another one; as it is from scratch."""
    source, new = analysis.source, "".join(f"{each}\n" for each in text)
    source = source.edit([shortest(source.text, new)])
    analysis = analyze(source, program, analysis)
    fresh = analyze(Source.parse("a.py", new), Program(program.definitions))
    assert plain(analysis.events) == plain(fresh.events), new
    assert told(analysis) == told(fresh), new
    return analysis


@pytest.mark.parametrize("seed", range(30))
def test_statements_below_an_edit_tell_what_they_tell_from_scratch(seed: int) -> None:
    chance = random.Random(seed)
    program, text = Program(), ["import keras", *chance.choices(STATEMENTS, k=14)]
    analysis = analyze(Source.parse("a.py", ""), program)
    for _ in range(25):
        analysis = edited(text, analysis, program)
        first = chance.randrange(1, len(text))
        last = first + chance.choice([0, 0, 1, 1, 1])
        text[first:last] = chance.choices(STATEMENTS, k=chance.choice([0, 1, 1, 1, 2]))
        text += chance.choices(STATEMENTS, k=max(0, 10 - len(text)))


CELLS = [
    f"@app.cell\ndef _({head}):\n    {body}"
    for head, body in (
        ("", "import keras\n    return (keras,)"),
        ("", "x = load()\n    return (x,)"),
        ("keras", "model = keras.Sequential([keras.layers.Dense(1)])\n    return (model,)"),
        ("model", "model.compile(loss='mse')\n    return"),
        ("model, x", "model.fit(x)\n    return"),
        ("model, x", "history = model.fit(x)\n    return (history,)"),
        ("history", "history.fit(1)"),
        ("model", "other = model\n    return (other,)"),
        ("other, x", "other.fit(x)\n    return"),
        ("missing, model", "model.compile(missing)\n    return"),
        ("", "missing = 1\n    return (missing,)"),
    )
]


@pytest.mark.parametrize("seed", range(15))
def test_cells_of_marimo_below_an_edit_tell_what_they_tell_from_scratch(seed: int) -> None:
    chance = random.Random(seed)
    head = ["import marimo", "app = marimo.App()", CELLS[0]]
    program, text = Program(), [*head, *chance.choices(CELLS, k=10)]
    analysis = analyze(Source.parse("a.py", ""), program)
    for _ in range(20):
        analysis = edited(text, analysis, program)
        at = chance.randrange(1, len(text))
        text[at : at + chance.choice([0, 1, 1])] = chance.choices(CELLS, k=chance.choice([0, 1, 1]))
        text += chance.choices(CELLS, k=max(0, 8 - len(text)))


def test_what_differs_is_found_where_something_was_touched(monkeypatch: MonkeyPatch) -> None:
    asked = 0

    def looked_at_all(
        before: Touched, touched: Sequence[Touched], one: State, other: State
    ) -> Touched:
        nonlocal asked
        found = difference_after(before, touched, one, other)
        asked += bool(found)
        for part in ("names", "frames", "objects", "held"):
            assert getattr(found, part) == getattr(difference(one, other, before.frame), part)
        return found

    monkeypatch.setattr(interpreter, "difference_after", looked_at_all)
    for seed in range(4):
        test_statements_below_an_edit_tell_what_they_tell_from_scratch(seed)
    assert asked > 50


@pytest.mark.parametrize(
    "line, below",
    [
        ("model.compile(loss='mse')", ["model.fit(x, y)"]),
        ("unknown(model)", ["unknown()", "model.fit(x, y)"]),
        ("model.fit(x, y)\nother = model", ["model = keras.Sequential([layer])"]),
        ("model = None", ["model.fit(x, y)"]),
        ("other = keras.Sequential([layer])", ["mystery.trainable = False", "other.fit(x, y)"]),
        ("setup()", ["got = shared()"]),
        ("layer.trainable = False", ["model.fit(x, y)", "unknown(layer)", "model.fit(x, y)"]),
    ],
)
def test_what_a_line_changes_is_noticed_below_it(line: str, below: list[str]) -> None:
    above = [
        *("import keras", "from elsewhere import unknown", "layer = keras.layers.Dense(1)"),
        *("model = keras.Sequential([layer])", "for mystery in x:\n    pass"),
        "from other import setup, shared",
    ]
    program = Program(Other())
    without = analyze(Source.parse("a.py", ""), program)
    without = edited([*above, *below], without, program)
    with_it = edited([*above, line, *below], without, program)
    edited([*above, *below], with_it, program)

"""While a program is typed no finding flickers: it comes, and goes when its cause is mended."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from keras_lsp.service.steadiness import hand_after
from keras_lsp.service.workspace import Workspace
from keras_lsp.text import Edit, Position, Span
from keras_lsp.text.edits import position_at
from tests.test_programs import read

PATH = "/w/typed.py"
PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'"}

SCENARIOS = {
    whole.name.split("/")[0]: dict(whole.program.files)["main.py"]
    for whole in read()
    if whole.name.endswith("plain.py")
}
EXPECTED = {
    "model_not_on_self": {"model-not-on-self"},
    "rebuilt_in_loop": {"model-rebuilt-in-loop"},
    "used_before_defined": {"undefined-model"},
}

Shown = frozenset[tuple[str, int]]
"""Rules and the lines that they speak of."""


class Typist:
    """Somebody at a keyboard, who reads what is shown after each key."""

    def __init__(self, text: str = "") -> None:
        self.workspace = Workspace()
        self.text = text
        self.version = 1
        self.at = 0
        self.workspace.open(PATH, text, 1)

    def replace(self, start: int, end: int, new: str) -> Shown:
        span = Span(position_at(self.text, start), position_at(self.text, end))
        self.version += 1
        self.workspace.change(PATH, [Edit(span, new)], self.version)
        self.text = self.text[:start] + new + self.text[end:]
        self.at = start + len(new)
        return self.shown

    def send(self, text: str) -> Shown:
        """As clients do that send all of it each time."""
        self.version += 1
        self.workspace.change(PATH, text, self.version)
        self.text = text
        return self.shown

    def rest(self) -> Shown:
        self.workspace.settle(PATH)
        return self.shown

    @property
    def shown(self) -> Shown:
        snapshot = self.workspace.snapshot(PATH)
        assert snapshot is not None
        return frozenset((f.rule, f.span.start.line) for f in snapshot.findings)


def by_key(text: str) -> Iterator[Shown]:
    typist = Typist()
    for character in text:
        yield typist.replace(typist.at, typist.at, character)


def whole_texts(text: str) -> Iterator[Shown]:
    typist = Typist()
    for end in range(1, len(text) + 1):
        yield typist.send(text[:end])


def with_closed_brackets(text: str) -> Iterator[Shown]:
    """As editors do that close what was opened, and step over it when it is typed."""
    typist, open = Typist(), list[str]()
    for before, character in zip(" " + text, text, strict=False):
        at = typist.at
        if open and character == open[-1] == typist.text[at : at + 1]:
            open.pop()
            typist.at += 1
        elif character in PAIRS and not (character in "\"'" and before.isalnum()):
            yield typist.replace(at, at, character + PAIRS[character])
            open.append(PAIRS[character])
            typist.at = at + 1
        else:
            yield typist.replace(at, at, character)


def by_pasted_lines(text: str) -> Iterator[Shown]:
    typist = Typist()
    for line in text.splitlines(keepends=True):
        yield typist.replace(typist.at, typist.at, line)


@pytest.mark.parametrize(
    ("name", "way"),
    [
        *((name, by_pasted_lines) for name in SCENARIOS),
        ("model_not_on_self", by_key),
        ("model_not_on_self", whole_texts),
        ("rebuilt_in_loop", with_closed_brackets),
        ("used_before_defined", by_key),
        ("used_before_defined", with_closed_brackets),
    ],
)
def test_what_is_shown_stays(name: str, way: Callable[[str], Iterator[Shown]]) -> None:
    """Nothing is shown that is not true in the end, and nothing that was shown goes away."""
    shown: Shown = frozenset()
    for now in way(SCENARIOS[name]):
        assert shown <= now, "flickered"
        shown = now
    assert {rule for rule, _ in shown} == EXPECTED[name]


@pytest.mark.parametrize(
    ("name", "seed"),
    [("model_not_on_self", 0), ("used_before_defined", 0), ("used_before_defined", 1)],
)
def test_in_any_order(name: str, seed: int) -> None:
    """Blocks are typed one after another in any order: what is shown comes once, goes once."""
    blocks = [f"{block}\n" for block in SCENARIOS[name].rstrip("\n").split("\n\n")]
    order = random.Random(seed).sample(range(len(blocks)), len(blocks))
    typist = Typist()
    there: dict[int, int] = {}
    """The height of each block so far."""
    shows: dict[tuple[str, int, int], list[int]] = {}
    steps = count()
    for number in order:
        top = sum(height for other, height in there.items() if other < number)
        typist.at = len("".join(typist.text.splitlines(keepends=True)[:top]))
        # A new line is opened first, as one does.
        typist.replace(typist.at, typist.at, "\n")
        typist.at -= 1
        there[number] = 1
        for character in blocks[number].rstrip("\n"):
            there[number] += character == "\n"
            step = next(steps)
            for rule, line in typist.replace(typist.at, typist.at, character):
                shows.setdefault((rule, *_block(there, line)), []).append(step)
    for what, when in shows.items():
        assert when == list(range(when[0], when[-1] + 1)), f"{what} flickered"
    assert {rule for rule, _ in typist.rest()} == EXPECTED[name]


def _block(heights: dict[int, int], line: int) -> tuple[int, int]:
    """The block that a line is in, and which of its lines it is."""
    for number, height in sorted(heights.items()):
        if line < height:
            return number, line
        line -= height
    raise AssertionError


@pytest.mark.parametrize("name", ["model_not_on_self", "used_before_defined"])
def test_a_statement_elsewhere_changes_nothing(name: str) -> None:
    """Not one key of it does, and none of those that take it back."""
    text = SCENARIOS[name]
    typist = Typist(text)
    before = typist.shown
    lines = text.split("\n")
    for number in range(0, len(lines), 4):
        above = next((x for x in (*lines[number:], "") if x.strip()), "")
        indent = above[: len(above) - len(above.lstrip())]
        start = typist.at = len("\n".join(lines[:number])) + bool(number)
        expected = {(rule, line + (line >= number)) for rule, line in before}
        for key in [f"{indent}\n", *'print("so", x']:
            typist.replace(typist.at, typist.at, key)
            typist.at -= key == f"{indent}\n"
            assert typist.shown == expected, (number, key)
        while typist.at > start + len(indent):
            assert typist.replace(typist.at - 1, typist.at, "") == expected
        typist.replace(start, start + len(indent) + 1, "")
        assert typist.shown == before


FITTED = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile({})\n"


def test_a_word_that_is_being_typed_is_judged_when_the_hand_rests() -> None:
    typist = Typist(FITTED.format('optimizer=""'))
    typist.at = typist.text.index('""') + 1
    for character in "adma":
        assert not typist.replace(typist.at, typist.at, character)
    assert typist.rest() == {("unknown-identifier", 2)}
    assert not typist.rest() - typist.shown
    # Once shown it does not go when the hand comes back, until it is mended.
    assert typist.replace(typist.at - 1, typist.at, "") == {("unknown-identifier", 2)}
    typist.replace(typist.at - 1, typist.at, "")
    assert not typist.replace(typist.at, typist.at, "am")


def test_a_word_is_judged_when_the_hand_goes_on() -> None:
    typist = Typist(FITTED.format('optimizer="adma"'))
    assert typist.shown == {("unknown-identifier", 2)}, "nobody typed it"
    typist = Typist(FITTED.format('optimizer="adm"'))
    typist.send(typist.text.replace("adm", "adma"))
    typist.at = typist.text.index('a"') + 2
    assert typist.replace(typist.at, typist.at, ",") == {("unknown-identifier", 2)}


def test_where_the_hand_is() -> None:
    at = Span.at(Position(3, 4))
    assert hand_after([Edit(at, "ab")]) == Position(3, 6)
    assert hand_after([Edit(at, "a\nbcd")]) == Position(4, 3)
    assert hand_after([Edit(at, "a\r\n")]) == Position(4, 0)
    assert hand_after([Edit(Span.of(3, 4, 7, 1), "")]) == Position(3, 4)
    assert hand_after([Edit(at, "a"), Edit(Span.at(Position(1, 1)), "b")]) is None

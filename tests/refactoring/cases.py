"""Cases: Markdown suites for the refactorings, one file each, named like them.

Below a heading stands the program before, ``‸`` where the cursor is (two of them: what is
selected), and the program after; without a second program the refactoring is refused.
The prelude of rules' pages stands in front of both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from keras_lsp.pages import MAIN_FILE, read_sections
from keras_lsp.text import Position, Span, split_lines
from tests.support.prelude import program_of

CARET = "‸"
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """One program, the place at which somebody asks, and what becomes of it."""

    name: str
    refactoring: str
    before: str
    after: str | None
    carets: tuple[int, ...]
    """The offsets of the cursor, or of both ends of what is selected."""
    flags: frozenset[str]

    @property
    def span(self) -> Span:
        first, last = self.carets[0], self.carets[-1]
        return Span(_position(self.before, first), _position(self.before, last))


def read_cases() -> Iterator[Case]:
    for path in sorted(HERE.glob("*.md")):
        for section in read_sections(path.read_text(encoding="utf-8")):
            if not section.examples:
                continue
            before, *rest = section.examples
            assert len(rest) <= 1, f"{path.name}: {section.title}: before, and after if any"
            yield _case(
                f"{path.stem}: {section.title}",
                path.stem.replace("_", "-"),
                program_of(before).files[-1][1],
                program_of(rest[0]).files[-1][1] if rest else None,
                before.flags,
            )


def _case(
    name: str, refactoring: str, marked: str, after: str | None, flags: frozenset[str]
) -> Case:
    parts = marked.split(CARET)
    assert len(parts) in (2, 3), f"{name}: one cursor, or the two ends of what is selected"
    carets = tuple(len("".join(parts[:n])) for n in range(1, len(parts)))
    return Case(name, refactoring, "".join(parts), after, carets, flags)


def changed(case: Case, change: Callable[[str], str]) -> Case:
    """The same case in another way of writing."""
    after = None if case.after is None else change(case.after)
    carets = tuple(len(change(case.before[:at])) for at in case.carets)
    return replace(case, before=change(case.before), after=after, carets=carets)


def with_tabs(text: str) -> str:
    return re.sub(r"(?m)^(?: {4})+", lambda m: "\t" * (len(m[0]) // 4), text)


def with_carriage_returns(text: str) -> str:
    return text.replace("\n", "\r\n")


def without_last_line_end(text: str) -> str:
    return text.removesuffix("\n")


def _position(text: str, offset: int) -> Position:
    lines = split_lines(text[:offset] + CARET)
    return Position(len(lines) - 1, len(lines[-1]) - 1)


__all__ = [
    "MAIN_FILE",
    "Case",
    "changed",
    "read_cases",
    "with_carriage_returns",
    "with_tabs",
    "without_last_line_end",
]

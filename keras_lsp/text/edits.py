"""Edits: replacements of stretches of a text, all in positions of the same text.

Never learns why a text is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from keras_lsp.text.lines import split_lines, without_end
from keras_lsp.text.span import Position, Span


class OverlappingEdits(ValueError):
    """Two edits change the same character: their result would depend on their order."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace ``span`` by ``content``; an empty span inserts."""

    span: Span
    content: str

    @classmethod
    def insert(cls, at: Position, content: str) -> Edit:
        return cls(Span.at(at), content)

    @classmethod
    def delete(cls, span: Span) -> Edit:
        return cls(span, "")


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits; raises `OverlappingEdits`.

    Insertions at one and the same position keep the order in which they are given.
    """
    lines = split_lines(text)
    starts = list(accumulate((len(line) for line in lines), initial=0))
    placed = sorted(
        (
            (offset(lines, starts, e.span.start), offset(lines, starts, e.span.end), e.content)
            for e in edits
        ),
        key=lambda item: item[:2],
    )
    for (_, end, _), (start, _, _) in pairwise(placed):
        if start < end:
            raise OverlappingEdits(f"two edits change the text at offset {start}")
    parts, at = [], 0
    for start, end, content in placed:
        parts += [text[at:start], content]
        at = max(at, end)
    return "".join((*parts, text[at:]))


def offset(lines: Sequence[str], starts: Sequence[int], position: Position) -> int:
    """The offset of a position; one past the end of a line or of the text is clamped."""
    if position.line >= len(lines):
        return starts[-1]
    width = len(without_end(lines[position.line]))
    return starts[position.line] + min(position.column, width)


def shortest(old: str, new: str) -> Edit:
    """The edit between two texts, without what they begin and end with alike."""
    start = _alike(old, new)
    tail = _alike(old[start:][::-1], new[start:][::-1])
    # An edit never parts a carriage return from its line feed.
    if start and old[start - 1 : start] == "\r":
        start -= 1
    if tail and old[len(old) - tail] == "\n":
        tail -= 1
    end = len(old) - tail
    return Edit(Span(position_at(old, start), position_at(old, end)), new[start : len(new) - tail])


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike, by halves: whole files are compared."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def position_at(text: str, at: int) -> Position:
    """The position of an offset."""
    before = split_lines(text[:at])
    if not before:
        return Position(0, 0)
    if before[-1].endswith(("\n", "\r")):
        return Position(len(before), 0)
    return Position(len(before) - 1, len(before[-1]))

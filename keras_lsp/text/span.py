"""Places in a text: a position and the stretch between two of them.

Lines and columns count from zero, columns in Unicode code points; a protocol's
own units are converted at the border, never here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A point between two characters: zero-based line, zero-based code-point column."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The half-open stretch from ``start`` up to, not including, ``end``."""

    start: Position
    end: Position

    @classmethod
    def of(cls, line: int, column: int, end_line: int, end_column: int) -> Self:
        return cls(Position(line, column), Position(end_line, end_column))

    @classmethod
    def at(cls, position: Position) -> Self:
        return cls(position, position)

    def contains(self, position: Position) -> bool:
        """Whether ``position`` lies inside or at either end."""
        return self.start <= position <= self.end

    def touches(self, other: Span) -> bool:
        """Whether the two share a character or a border."""
        return self.start <= other.end and other.start <= self.end

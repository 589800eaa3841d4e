"""Records: findings as the reports print them, one-based and by cell.

Never learns how a report looks.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """One-based row and column."""

    row: int
    column: int

    def as_json(self) -> dict[str, int]:
        return {"row": self.row, "column": self.column}


@dataclass(frozen=True, slots=True)
class EditRecord:
    content: str
    location: Location
    end_location: Location
    cell: int | None = None
    """In a notebook; rows and columns then count inside it."""


@dataclass(frozen=True, slots=True)
class FixRecord:
    applicability: str
    message: str
    edits: tuple[EditRecord, ...]


@dataclass(frozen=True, slots=True)
class RelatedRecord:
    filename: str
    location: Location
    message: str
    cell: int | None = None

    @property
    def where(self) -> str:
        return _where(self.filename, self.cell, self.location)


@dataclass(frozen=True, slots=True)
class Record:
    """A finding, or an error of a file (``code`` is then ``None``)."""

    filename: str
    code: str
    severity: str
    message: str
    location: Location
    end_location: Location
    cell: int | None
    url: str
    fix: FixRecord | None
    related: tuple[RelatedRecord, ...]
    lines: tuple[str, ...]
    """The source lines of the finding, for reports that show them."""

    @property
    def where(self) -> str:
        return _where(self.filename, self.cell, self.location)

    @property
    def told(self) -> str:
        """The message for reports that know no cells: they get its number in words."""
        return self.message if self.cell is None else f"cell {self.cell}: {self.message}"


def _where(filename: str, cell: int | None, location: Location) -> str:
    inside = f":cell {cell}" if cell is not None else ""
    return f"{filename}{inside}:{location.row}:{location.column}"

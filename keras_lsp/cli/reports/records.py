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
        cell = f":cell {self.cell}" if self.cell is not None else ""
        return f"{self.filename}{cell}:{self.location.row}:{self.location.column}"

"""What a check found, and the edits that mend it: frozen plain data.

Never learns of parse trees, of files on disk, nor of any editor protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from keras_lsp.text import Edit, Span

if TYPE_CHECKING:
    from keras_lsp.syntax.source import Source


class Severity(Enum):
    """How bad a finding is; each word means one thing."""

    ERROR = "error"
    """The program raises on every path that reaches the line."""
    WARNING = "warning"
    """It runs, and does not do what it says."""
    HINT = "hint"
    """It works, and there is a better way."""


class Safety(Enum):
    """Whether an edit may be applied without asking."""

    SAFE = "safe"
    """Keeps what the program does, except for the fault."""
    UNSAFE = "unsafe"
    """May change what the program means; somebody has to look."""


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits of the finding's own file that remove it, under a verb-phrase title."""

    title: str
    edits: tuple[Edit, ...]
    safety: Safety


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fix that is not built yet: its title is known, its edits cost something.

    ``build`` returns the edits, or ``None`` where the program's shape refuses them.
    It is pure: the same source gives the same edits.
    """

    title: str
    safety: Safety
    build: Callable[[Source], tuple[Edit, ...] | None] = field(compare=False)

    def fix(self, source: Source) -> Fix | None:
        edits = self.build(source)
        return Fix(self.title, edits, self.safety) if edits else None


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a finding; ``path`` may be another file."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong at one place of one file."""

    rule: str
    severity: Severity
    span: Span
    message: str
    related: tuple[Related, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    unnecessary: bool = False
    """The code at the span has no effect; editors fade it."""
    deprecated: bool = False
    """What stands at the span is going to be refused one day; editors strike it out."""

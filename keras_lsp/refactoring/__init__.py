"""Refactorings: one file each, found by name; no list to keep.

A refactoring looks at the place of the cursor and offers edits there, without any finding.
It goes by what the interpreter told and never looks at a parse tree; builders of edits do.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from keras_lsp.semantics.events import Call
from keras_lsp.semantics.program import Analysis
from keras_lsp.semantics.symbols import is_keras_class
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit, Span

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a refactoring could do at the cursor; its edits cost something.

    ``build`` returns the edits, or ``None`` where the program's shape refuses them.
    """

    title: str
    build: Callable[[Source], tuple[Edit, ...] | None] = field(compare=False)
    calls_of: str = ""
    """A function that has to be called otherwise from now on, in other files too."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Edits that may be offered, not tried yet."""

    name: str
    """The refactoring's name: with the place it says which edit is meant."""
    title: str
    kind: str
    """``refactor.rewrite.keras-lsp`` and the like."""
    edits: tuple[Edit, ...]
    calls_of: str
    """A function of the module that no other file may call."""


class Cursor:
    """The place at which somebody asks, and what happens there."""

    def __init__(self, analysis: Analysis, span: Span) -> None:
        self.analysis = analysis
        self.span = span
        source = analysis.source
        lines = range(span.start.line, span.end.line + 1)
        self._statements = {id(source.statement_at(line)) for line in lines}

    @property
    def source(self) -> Source:
        return self.analysis.source

    def is_on(self, place: Place) -> bool:
        """Whether it stands on one of the place's lines."""
        if id(place.statement) not in self._statements:
            return False
        span = self.source.span(place)
        return span.start.line <= self.span.end.line and self.span.start.line <= span.end.line

    def events(self, kind: type[Kind]) -> Iterator[Kind]:
        """The events of a kind in this file, in order."""
        for event in self.analysis.of_kind(kind):
            if isinstance(event, kind) and self.source.has(event.place.statement):
                yield event

    def near(self, kind: type[Kind]) -> Iterator[Kind]:
        """The events of a kind in the top-level statement in which it stands, in order."""
        for event in self.analysis.of_kind(kind):
            if isinstance(event, kind) and id(event.place.statement) in self._statements:
                yield event


def keras_calls(cursor: Cursor) -> frozenset[Place]:
    """The calls of the file that do nothing but make a Keras object."""
    return frozenset(
        call.place
        for call in cursor.events(Call)
        if is_keras_class(call.symbol) or call.symbol.startswith(("keras.layers.", "keras.Input"))
    )


Look = Callable[[Cursor], Iterable[Offer]]


@dataclass(frozen=True, slots=True)
class Refactoring:
    """One refactoring: its name, its kind, and the function that looks at the cursor."""

    name: str
    kind: str
    summary: str
    look: Look


def refactoring(kind: str) -> Callable[[Look], Look]:
    """Register a function as the refactoring that its file is named after.

    ``kind`` is what the editor sorts it under: extract, inline, move or rewrite.
    """

    def register(look: Look) -> Look:
        look.kind = f"refactor.{kind}.keras-lsp"  # type: ignore[attr-defined]
        return look

    return register


@cache
def all_refactorings() -> tuple[Refactoring, ...]:
    """Every refactoring, by name; reads this folder once."""
    found = []
    for entry in pkgutil.iter_modules(__path__):
        module: Any = importlib.import_module(f"{__name__}.{entry.name}")
        look = getattr(module, entry.name)
        summary = (module.__doc__ or "").strip().partition("\n")[0]
        found.append(Refactoring(entry.name.replace("_", "-"), look.kind, summary, look))
    return tuple(sorted(found, key=lambda r: r.name))


def refactorings(analysis: Analysis, span: Span) -> list[Offered]:
    """What applies at a place: the events are asked first, then the edits are built.

    Nothing does while the text is half typed.
    """
    if any(statement.errors for statement in analysis.source.statements):
        return []
    cursor = Cursor(analysis, span)
    found: list[Offered] = []
    for made in all_refactorings():
        for offer in made.look(cursor):
            if any(o.name == made.name and o.title == offer.title for o in found):
                continue
            edits = offer.build(analysis.source)
            if edits:
                found.append(Offered(made.name, offer.title, made.kind, edits, offer.calls_of))
    return found

"""Traces: the lives of a file's models with lines, for shells, hovers and views.

Never learns how they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from keras_lsp.findings import Finding
from keras_lsp.service.project import Checked


@dataclass(frozen=True, slots=True)
class Step:
    """One event; the line counts from zero."""

    what: str
    path: str
    line: int
    column: int
    detail: str


@dataclass(frozen=True, slots=True)
class TracedLife:
    """A model's life; the line counts from zero."""

    name: str
    function: str
    kind: str
    line: int
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    """What the rules say about lines of this life."""


def traced(checked: Checked, line: int | None = None) -> list[TracedLife]:
    """The lives of the models, or of those that one line has to do with."""
    analysis = checked.analysis
    if analysis is None:
        return []
    found = []
    for life in analysis.lives():
        at = analysis.locate(life.place)
        steps = tuple(
            Step(e.what, where[0], where[1].start.line, where[1].start.column, e.detail)
            for e in life.events
            if (where := analysis.locate(e.place)) is not None
        )
        if at is None or not steps:
            continue
        lines = {s.line for s in steps if s.path == analysis.path} | {at[1].start.line}
        if line is not None and line not in lines:
            continue
        findings = tuple(f for f in checked.findings if f.span.start.line in lines)
        found.append(
            TracedLife(life.name, life.function, life.kind, at[1].start.line, steps, findings)
        )
    return found

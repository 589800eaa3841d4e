"""Rules: one file each, found by name; no list to keep.

A rule is a function over one kind of event.  It never sees a parse tree, a file or
an editor; it says where and what, and proposes edits.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from keras_lsp.findings import Finding, Proposal, Related, Severity
from keras_lsp.semantics.events import Event
from keras_lsp.semantics.program import Analysis
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@dataclass(frozen=True, slots=True)
class Report:
    """What a rule has to say about one event."""

    place: Place
    message: str
    related: tuple[tuple[Place, str], ...] = ()
    proposals: tuple[Proposal, ...] = ()
    severity: Severity | None = None
    """Where it differs from the rule's own."""
    deprecated: bool = False


Check = Callable[[Any], Iterable[Report]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, its page, and the function that looks at events."""

    name: str
    group: str
    severity: Severity
    summary: str
    page: str
    events: tuple[type, ...]
    look: Check
    curable_below: bool = False
    """A later line may do what is missing: cells that ran in another order have to be heard."""
    yielding: bool = False
    """Where another rule tells of an error at the same place, that is the better finding."""
    also: tuple[str, ...] = ()
    """Other groups by which it can be selected: what brings a program to another release."""

    @property
    def of_networks(self) -> bool:
        """It is told what Keras says of networks, not only what the program does."""
        return not set(self.events) <= set(get_args(Event))

    def check(self, analysis: Analysis) -> Iterator[Finding]:
        """The findings of this rule in one file, each place once."""
        told: set[tuple[Place, str]] = set()
        for report in self._settled(analysis):
            key = (report.place, report.message)
            place = analysis.locate(report.place)
            if key in told or place is None or place[0] != analysis.path:
                continue
            told.add(key)
            related = (
                Related(at[0], at[1], message)
                for other, message in report.related
                if (at := analysis.locate(other)) is not None
            )
            severity = report.severity or self.severity
            if self.curable_below and severity is Severity.ERROR:
                if analysis.source.ran_late(place[1].start.line):
                    severity = Severity.WARNING
            yield Finding(
                rule=self.name,
                severity=severity,
                span=place[1],
                message=report.message,
                related=tuple(related),
                proposals=tuple(_anchored(p, analysis.source) for p in report.proposals),
                deprecated=report.deprecated,
            )

    def _hits(self, analysis: Analysis) -> dict[int, list[Report]]:
        """What there is to say of which event; of those seen before nobody asks again."""
        before = analysis.said_before.get(self.name)
        hits: dict[int, list[Report]] = {}
        if before is not None:
            hits = {key: said for key, said in before.items() if key in analysis.kept}
        for kind in self.events:
            look = self.look
            for event in analysis.of_kind(kind) if before is None else analysis.new_of_kind(kind):
                if found := list(look(event)):
                    hits[id(event)] = found
        analysis.said[self.name] = hits
        return hits

    def _settled(self, analysis: Analysis) -> Iterator[Report]:
        """Reports at the line where every way there fails; else at the call that leads there.

        A function is looked at for itself and again for each call that the program
        makes.  Only where all of these calls fail is the fault in the function.
        """
        hits = self._hits(analysis)
        if not hits:
            return
        events = [e for kind in self.events for e in analysis.of_kind(kind)]
        places = {e.place for e in events if id(e) in hits}
        seen: dict[Place, dict[tuple[Place, ...], list[Report]]] = {}
        for event in events:
            if event.place in places:
                told = seen.setdefault(event.place, {}).setdefault(event.context.calls, [])
                told += (_brought_here(r, event.place, analysis) for r in hits.get(id(event), ()))
        for ways in seen.values():
            alone = ways.get((), [])
            yield from alone
            called = {way: reports for way, reports in ways.items() if way}
            everywhere = bool(alone) or all(called.values())
            for way, reports in called.items():
                for report in reports:
                    here = everywhere and _is_here(report.place, analysis)
                    yield report if here else _lifted(report, way, analysis)


def _is_here(place: Place, analysis: Analysis) -> bool:
    return analysis.source.has(place.statement)


def _brought_here(report: Report, event: Place, analysis: Analysis) -> Report:
    """A fault of another file's code is told where this file meets it."""
    if _is_here(report.place, analysis) or not _is_here(event, analysis):
        return report
    related = ((report.place, "the cause is here"), *report.related)
    return Report(event, report.message, related, (), report.severity)


def _anchored(proposal: Proposal, seen: Source) -> Proposal:
    """The proposal for the very text that was looked at; it refuses any other."""

    def build(source: Source) -> tuple[Edit, ...] | None:
        same = source is seen or source.text == seen.text
        return proposal.build(seen) if same else None

    return Proposal(proposal.title, proposal.safety, build)


def _lifted(report: Report, way: tuple[Place, ...], analysis: Analysis) -> Report:
    """The report at the innermost call of this file that leads to it."""
    if report.place in way:
        return report
    for call in reversed(way):
        if _is_here(call, analysis):
            return Report(
                call,
                report.message,
                ((report.place, "it happens here"), *report.related),
                (),
                report.severity,
            )
    return report


def rule(
    severity: Severity,
    *,
    curable_below: bool = False,
    yielding: bool = False,
    also: tuple[str, ...] = (),
) -> Callable[[Check], Check]:
    """Register a function as the rule that its file is named after."""

    def register(look: Check) -> Check:
        look.severity = severity  # type: ignore[attr-defined]
        look.curable_below = curable_below  # type: ignore[attr-defined]
        look.yielding = yielding  # type: ignore[attr-defined]
        look.also = also  # type: ignore[attr-defined]
        return look

    return register


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by name, in alphabetical order; reads the ``rules`` folder once."""
    found: dict[str, Rule] = {}
    for group in pkgutil.iter_modules(__path__):
        if not group.ispkg:
            continue
        package = importlib.import_module(f"{__name__}.{group.name}")
        for entry in pkgutil.iter_modules(package.__path__):
            made = _rule_of(importlib.import_module(f"{package.__name__}.{entry.name}"), group.name)
            found[made.name] = made
    return dict(sorted(found.items()))


def _rule_of(module: Any, group: str) -> Rule:
    """The one rule of a module: its name is the file's, its page the docstring."""
    stem = module.__name__.rpartition(".")[2]
    look = getattr(module, stem)
    page = module.__doc__ or ""
    hints = get_type_hints(look)
    hints.pop("return", None)
    (event,) = hints.values()
    return Rule(
        name=stem.replace("_", "-"),
        group=group,
        severity=look.severity,
        summary=page.strip().partition("\n")[0],
        page=page,
        events=get_args(event) or (event,),
        look=look,
        curable_below=look.curable_below,
        yielding=look.yielding,
        also=look.also,
    )


__all__ = ["Event", "Report", "Rule", "all_rules", "rule"]

if sys.flags.optimize >= 2:
    # Pages are docstrings; ``python -OO`` strips them.
    raise ImportError("keras-lsp reads its rules' docstrings: run Python without -OO")

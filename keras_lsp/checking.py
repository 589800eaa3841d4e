"""Checking: runs the rules on an analysis and keeps what the user wants to hear.

A rule that crashes loses its own findings only; the crash is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from keras_lsp.config import UNUSED_IGNORE, Config
from keras_lsp.findings import Finding, Proposal, Safety, Severity
from keras_lsp.rules import Rule, all_rules
from keras_lsp.semantics.guards import lines_to_fail
from keras_lsp.semantics.program import Analysis
from keras_lsp.shapes import Shapes
from keras_lsp.syntax import Source, Suppression
from keras_lsp.text import Edit, Span
from keras_lsp.verdicts import disconnected, misfits, objectives, refusals, slips, small_embeddings

log = logging.getLogger("keras_lsp")

VERDICTS = (refusals, misfits, small_embeddings, objectives, disconnected, slips)

crashes_are_fatal = False
"""Under test a crash of a rule is raised, not logged."""

URL = "https://github.com/keras-lsp/keras-lsp/blob/main/keras_lsp/rules/README.md"


def rule_url(name: str) -> str:
    """The page of a rule on the web."""
    return f"{URL}#{name}"


def check(analysis: Analysis, config: Config, shapes: Sequence[Shapes] = ()) -> tuple[Finding, ...]:
    """All findings of one file, sorted by place; ``shapes`` are its networks as Keras sees them."""
    path = analysis.path
    if shapes:
        given = (shapes, path, analysis.target)
        told: list[Any] = [e for look in VERDICTS for e in look(*given)]
        analysis = replace(analysis, events=(*analysis.events, *told))
    found: list[Finding] = []
    for name, rule in all_rules().items():
        if config.enabled(name, path):
            found += _findings_of(rule, analysis)
    found = _without_repetition(found)
    found = [f for f in found if f.severity is not Severity.ERROR or not _is_wanted(f, analysis)]
    suppressions = analysis.source.suppressions
    kept, used = [], set[tuple[Suppression, str]]()
    for finding in found:
        silencing = [
            s
            for s in suppressions.of_line(finding.span.start.line)
            if s.rules is None or finding.rule in s.rules
        ]
        used.update((s, finding.rule) for s in silencing)
        if not silencing:
            severity = config.severity_of(finding.rule, finding.severity)
            kept.append(replace(finding, severity=severity))
    if config.enabled(UNUSED_IGNORE, path):
        for finding in _unused(suppressions.all, used, config):
            severity = config.severity_of(UNUSED_IGNORE, finding.severity)
            kept.append(replace(finding, severity=severity))
    return tuple(sorted(kept, key=lambda f: (f.span, f.rule, f.message)))


def _without_repetition(found: list[Finding]) -> list[Finding]:
    """One finding for one fault: some rules yield to those that know more of it."""
    rules = all_rules()
    better = [f for f in found if not rules[f.rule].yielding and f.severity is Severity.ERROR]
    return [
        finding
        for finding in found
        if not rules[finding.rule].yielding
        or not any(_overlap(finding.span, other.span) for other in better)
    ]


def _is_wanted(finding: Finding, analysis: Analysis) -> bool:
    """Whether a test asks for the failure: it is raised where that is expected."""
    source = analysis.source
    own = (r.span for r in finding.related if r.path == source.path)
    return any(_fails_on_purpose(source, span.start.line) for span in (finding.span, *own))


def _fails_on_purpose(source: Source, line: int) -> bool:
    if not 0 <= line < len(source.lines):
        return False
    statement = source.statement_at(line)
    inside = line - source.start_of(statement)
    return any(inside in lines for lines in lines_to_fail(statement))


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _findings_of(rule: Rule, analysis: Analysis) -> list[Finding]:
    try:
        return list(rule.check(analysis))
    except Exception:
        if crashes_are_fatal:
            raise
        log.exception(
            "the rule %s crashed on %s: its findings are missing", rule.name, analysis.path
        )
        return []


def _unused(
    suppressions: Iterable[Suppression], used: set[tuple[Suppression, str]], config: Config
) -> Iterator[Finding]:
    """Suppressions that silence nothing, as far as the rules they name are on."""
    for comment in suppressions:
        silenced = {rule for s, rule in used if s is comment}
        if comment.rules is None:
            idle = frozenset[str]() if silenced else None
        else:
            idle = frozenset(r for r in comment.rules - silenced if r in config.selected)
            if not idle:
                continue
        if comment.rules is None and idle is not None:
            continue
        whole = idle is None or idle == comment.rules
        names = "" if idle is None else " of " + ", ".join(f"`{r}`" for r in sorted(idle))
        yield Finding(
            rule=UNUSED_IGNORE,
            severity=Severity.HINT,
            span=comment.span,
            message=f"this comment silences nothing{names}",
            proposals=(
                Proposal(
                    "Remove the comment" if whole else "Remove what silences nothing",
                    Safety.SAFE,
                    _Removal(comment, idle),
                ),
            ),
            unnecessary=True,
        )


class _Removal:
    """Builds the edit that takes a suppression, or some of its rules, out."""

    def __init__(self, comment: Suppression, idle: frozenset[str] | None) -> None:
        self.comment = comment
        self.idle = idle

    def __call__(self, source: Source) -> tuple[Edit, ...]:
        span, rules = self.comment.span, self.comment.rules
        if rules is not None and self.idle is not None and self.idle != rules:
            kind = "ignore-file" if self.comment.whole_file else "ignore"
            left = ", ".join(sorted(rules - self.idle))
            return (Edit(span, f"# keras-lsp: {kind}[{left}]"),)
        line = source.lines[span.start.line]
        start = len(line[: span.start.column].rstrip())
        if not start and not line[span.end.column :].strip():
            return (Edit.delete(Span.of(span.start.line, 0, span.start.line + 1, 0)),)
        return (Edit.delete(Span.of(span.start.line, start, span.end.line, span.end.column)),)

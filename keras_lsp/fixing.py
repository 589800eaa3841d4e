"""Fixing: builds, verifies and applies the edits that findings propose.

Every edit is tried on a copy first: it has to parse, remove its finding and add none.
What refactors is tried in the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from keras_lsp.findings import Finding, Fix, Safety
from keras_lsp.rules import all_rules
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, OverlappingEdits

ROUNDS = 10
"""Rounds after which fixing stops: each applies what does not overlap."""

Recheck = Callable[[Source], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class FixResult:
    """The source after fixing, and the findings that were mended and that are left."""

    source: Source
    applied: tuple[tuple[Finding, Fix], ...]
    remaining: tuple[Finding, ...]


def verified(finding: Finding, source: Source, recheck: Recheck) -> tuple[Fix, ...]:
    """The fixes of a finding that keep their promise on this very source."""
    before = _census(recheck(source))
    fixes = (proposal.fix(source) for proposal in finding.proposals)
    return tuple(
        fix for fix in fixes if fix is not None and holds(finding, fix, source, before, recheck)
    )


def holds(
    finding: Finding, fix: Fix, source: Source, before: Counter[str], recheck: Recheck
) -> bool:
    """Whether applying the fix parses, removes its finding and adds none."""
    changed = apply(source, [fix])
    if changed is None or changed.text == source.text or _errors(changed) > _errors(source):
        return False
    found = recheck(changed)
    after = _census(found)
    if after[finding.rule] < before[finding.rule] and not after - before:
        return True
    return _is_next(finding, before, found)


def _is_next(finding: Finding, before: Counter[str], found: Sequence[Finding]) -> bool:
    """Whether the fault is gone and Keras, which stops at the first one, shows the next."""
    if not _is_of_keras(finding.rule) or len(found) > before.total():
        return False
    if any(not _is_of_keras(rule) for rule in _census(found) - before):
        return False
    same = (finding.rule, finding.span.start, finding.message)
    return all((f.rule, f.span.start, f.message) != same for f in found)


def _is_of_keras(name: str) -> bool:
    rule = all_rules().get(name)
    return rule is not None and rule.yielding


def harmless(edits: Iterable[Edit], source: Source, recheck: Recheck) -> bool:
    """Whether edits that mend nothing change the text, parse, and add no finding."""
    try:
        changed = source.edit(edits)
    except OverlappingEdits:
        return False
    if changed.text == source.text or _errors(changed) > _errors(source):
        return False
    return not _census(recheck(changed)) - _census(recheck(source))


def _census(findings: Iterable[Finding]) -> Counter[str]:
    """How often each rule speaks: positions move under an edit, counts do not."""
    return Counter(f.rule for f in findings)


def _errors(source: Source) -> int:
    return sum(len(s.errors) for s in source.statements)


def apply(source: Source, fixes: Iterable[Fix]) -> Source | None:
    """The source with all edits applied; ``None`` where they overlap."""
    try:
        return source.edit([edit for fix in fixes for edit in fix.edits])
    except OverlappingEdits:
        return None


def fixed(
    source: Source,
    recheck: Recheck,
    *,
    unsafe: bool = False,
    only: Callable[[Finding], bool] = lambda finding: True,
) -> FixResult:
    """Apply fixes round by round until none is left that may be applied."""
    applied: list[tuple[Finding, Fix]] = []
    findings = tuple(recheck(source))
    for _ in range(ROUNDS):
        before = _census(findings)
        chosen: list[tuple[Finding, Fix]] = []
        current = source
        for finding in findings:
            if not only(finding):
                continue
            fix = _first(finding, source, unsafe, before, recheck)
            if fix is None or _shares_an_edit(fix, chosen):
                continue
            together = apply(source, [f for _, f in (*chosen, (finding, fix))])
            if together is None or _errors(together) > _errors(source):
                continue
            chosen.append((finding, fix))
            current = together
        if not chosen:
            break
        after = tuple(recheck(current))
        if len(chosen) > 1 and _census(after) - before:
            # Each alone is right, together they are not: one at a time then.
            chosen = chosen[:1]
            current = apply(source, [chosen[0][1]]) or source
            after = tuple(recheck(current))
        source, findings = current, after
        applied += chosen
    return FixResult(source, tuple(applied), findings)


def _shares_an_edit(fix: Fix, chosen: Iterable[tuple[Finding, Fix]]) -> bool:
    """Two fixes that need the same import add it once: the second waits a round."""
    edits = {(e.span, e.content) for _, other in chosen for e in other.edits}
    return any((e.span, e.content) in edits for e in fix.edits)


def _first(
    finding: Finding, source: Source, unsafe: bool, before: Counter[str], recheck: Recheck
) -> Fix | None:
    for proposal in finding.proposals:
        if proposal.safety is Safety.UNSAFE and not unsafe:
            continue
        fix = proposal.fix(source)
        if fix is not None and holds(finding, fix, source, before, recheck):
            return fix
    return None

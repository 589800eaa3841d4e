"""The laws that bind a rule's page to what the engine finds in its examples.

As in ``page_laws.py`` a law returns its complaints and never asserts.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from keras_lsp.findings import Finding, Proposal, Safety
from keras_lsp.pages import BAD, BYHAND, FIX_SAFETY, FIXED, KNOWN_GAPS, NEAR_MISSES, Example, Page
from tests.support.engine import Engine, RuleLike
from tests.support.page_laws import K2
from tests.support.prelude import Program, program_of

LONGEST_MESSAGE = 120
ROUNDS = 10
"""A fix that has not converged after so many rounds never will."""

Pin = tuple[str, int, str, str]
"""File, line, severity and rule: what a marker says of a finding."""


def static(rule: RuleLike, engine: Engine) -> list[str]:
    """Every block has exactly the findings that it marks, all rules being on."""
    page = Page.read(rule.page)
    return [
        complaint
        for title in (BAD, FIXED, NEAR_MISSES, KNOWN_GAPS)
        for number, example in enumerate(page.examples(title), 1)
        for complaint in compare_findings(f"{title} {number}", example, engine)
    ]


def compare_findings(name: str, example: Example, engine: Engine) -> list[str]:
    program = program_of(example)
    wanted: Counter[Pin] = Counter(
        (part.file, marker.line, marker.severity, marker.rule)
        for part in example.files()
        for marker in part.markers
    )
    found: Counter[Pin] = Counter()
    messages: dict[Pin, str] = {}
    for path, finding in _findings(program, example, engine):
        line = finding.span.start.line - program.shift(path)
        pin = (path, line, finding.severity.value, finding.rule)
        found[pin] += 1
        messages[pin] = finding.message
    if wanted == found:
        return []
    return [
        f"{name}: the findings are not those that are marked\n"
        f"  missing:{_listed(wanted - found, {})}\n"
        f"  unexpected:{_listed(found - wanted, messages)}\n"
        f"  in:\n{_numbered(example)}"
    ]


def fixes(rule: RuleLike, engine: Engine) -> list[str]:
    """The rule's first fix makes Bad into Fixed to the letter; every fix is a good one."""
    page = Page.read(rule.page)
    complaints: list[str] = []
    fixed = page.examples(FIXED)
    unsafe = False
    for number, bad in enumerate(page.examples(BAD)):
        name = f"Bad {number + 1}"
        program = program_of(bad)
        offered = [
            (path, finding)
            for path, finding in _findings(program, bad, engine)
            if finding.rule == rule.name
        ]
        proposals = [p for _, finding in offered for p in finding.proposals]
        unsafe = unsafe or any(p.safety is Safety.UNSAFE for p in proposals)
        goal = fixed[number] if number < len(fixed) else None
        if goal is None or BYHAND in goal.flags:
            complaints += [f"{name}: offers {p.title!r}, but no Fixed says so" for p in proposals]
            continue
        if not proposals:
            complaints.append(f"{name}: offers no fix; mark its Fixed `{BYHAND}` or offer one")
            continue
        complaints += _check_goal(name, rule, program, bad, goal, engine)
        for path, finding in offered:
            complaints += _check_proposals(name, program, bad, path, finding, engine)
    if unsafe and page.section(FIX_SAFETY) is None:
        complaints.append(f"an unsafe fix is offered, but there is no `## {FIX_SAFETY}`")
    return complaints


def _check_goal(
    name: str, rule: RuleLike, program: Program, bad: Example, goal: Example, engine: Engine
) -> Iterator[str]:
    for _ in range(ROUNDS):
        todo = [
            (path, proposal)
            for path, finding in _findings(program, bad, engine)
            if finding.rule == rule.name
            for proposal in finding.proposals[:1]
        ]
        if not todo:
            break
        changed = _applied(program, *todo[0], engine)
        if isinstance(changed, str):
            yield f"{name}: {changed}"
            return
        program = changed
    else:
        yield f"{name}: the fix does not converge"
        return
    wanted = {part.file: part.code for part in goal.files()}
    for path, code in program.code():
        if code != wanted.get(path):
            yield (
                f"{name}: the fix does not give Fixed in {path}\n"
                f"  missing:{_lines(wanted.get(path, ''), code)}\n"
                f"  unexpected:{_lines(code, wanted.get(path, ''))}\n"
                f"  the fix gave:\n{_indented(code)}"
            )
    for path, finding in _findings(program, bad, engine):
        yield f"{name}: after the fix {path} still has [{finding.rule}] {finding.message}"


def _check_proposals(
    name: str, program: Program, bad: Example, path: str, finding: Finding, engine: Engine
) -> Iterator[str]:
    titles = Counter(proposal.title for proposal in finding.proposals)
    yield from (f"{name}: two fixes are called {t!r}" for t, n in titles.items() if n > 1)
    before = sum(f.rule == finding.rule for _, f in _findings(program, bad, engine))
    for proposal in finding.proposals:
        changed = _applied(program, path, proposal, engine)
        if isinstance(changed, str):
            yield f"{name}: {changed}"
            continue
        after = sum(f.rule == finding.rule for _, f in _findings(changed, bad, engine))
        if after >= before:
            yield f"{name}: {proposal.title!r} does not remove its finding"


def _applied(program: Program, path: str, proposal: Proposal, engine: Engine) -> Program | str:
    text = dict(program.files)[path]
    fix = engine.build(proposal, text, path)
    if fix is None:
        return f"{proposal.title!r} is offered and then refuses to be built"
    changed = engine.apply(text, fix.edits)
    if changed == text:
        return f"{proposal.title!r} changes nothing"
    try:
        ast.parse(changed)
    except SyntaxError as problem:
        return f"{proposal.title!r} does not parse ({problem}):\n{_indented(changed)}"
    return program.with_file(path, changed)


def style(rule: RuleLike, engine: Engine) -> list[str]:
    """Messages and spans of what Bad finds are such that one wants to read them."""
    complaints: list[str] = []
    for number, bad in enumerate(Page.read(rule.page).examples(BAD), 1):
        program = program_of(bad)
        for path, finding in _findings(program, bad, engine):
            if finding.rule != rule.name:
                continue
            texts = [finding.message, *(related.message for related in finding.related)]
            complaints += [f"Bad {number}: {c}" for text in texts for c in _style_of(text)]
            if finding.span.start >= finding.span.end:
                complaints.append(f"Bad {number}: the span of {finding.message!r} is empty")
            if finding.span.start.line < program.shift(path):
                complaints.append(f"Bad {number}: {finding.message!r} lies in the prelude")
            complaints += [
                f"Bad {number}: the title {proposal.title!r} is not a verb phrase without stop"
                for proposal in finding.proposals
                if not proposal.title[:1].isupper() or proposal.title.endswith(".")
            ]
    return complaints


def _style_of(message: str) -> Iterator[str]:
    if not message or message[0].isupper():
        yield f"{message!r} does not start in lower case or with code"
    if message.endswith((".", "!")):
        yield f"{message!r} ends with a stop"
    if len(message) > LONGEST_MESSAGE:
        yield f"{message!r} has {len(message)} characters, more than {LONGEST_MESSAGE}"
    if "\n" in message or "  " in message:
        yield f"{message!r} has stray white space"
    if message.count("`") % 2:
        yield f"{message!r} has an unpaired backtick"


def _findings(program: Program, example: Example, engine: Engine) -> Iterator[tuple[str, Finding]]:
    files = dict(program.files)
    for path, _ in program.files:
        for finding in engine.check(files, path, k2=K2 in example.flags):
            yield path, finding


def _listed(pins: Counter[Pin], messages: Mapping[Pin, str]) -> str:
    if not pins:
        return " nothing"
    return "".join(
        f"\n    {pin[0]}:{pin[1] + 1} {pin[2]}: [{pin[3]}] {messages.get(pin, '')}"
        for pin in sorted(pins.elements())
    )


def _lines(text: str, other: str) -> str:
    rest = Counter(text.splitlines()) - Counter(other.splitlines())
    return "".join(f"\n    {line}" for line in rest.elements()) or " nothing (the order differs)"


def _numbered(example: Example) -> str:
    return "\n".join(
        f"    {part.file}:{number} {line}"
        for part in example.files()
        for number, line in enumerate(part.code.splitlines(), 1)
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())

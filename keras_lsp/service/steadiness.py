"""Steadiness: what is shown of a document while somebody types in it.

Never finds anything and never learns of time: who knows that the hand rests says so.

Two things would flicker.  A statement that is half typed does not parse, and what was said
of it stays until it does.  A word that is half typed means something else for a moment
(``"ada"`` on the way to ``"adam"``): what is new about it waits until the hand is elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from keras_lsp.findings import Finding
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span, split_lines


def hand_after(edits: Sequence[Edit]) -> Position | None:
    """Where the cursor stands after an edit by hand; ``None`` after several at once."""
    if len(edits) != 1:
        return None
    (edit,) = edits
    start, lines = edit.span.start, split_lines(edit.content)
    if not lines:
        return start
    if lines[-1].endswith(("\n", "\r")):
        return Position(start.line + len(lines), 0)
    before = start.column if len(lines) == 1 else 0
    return Position(start.line + len(lines) - 1, before + len(lines[-1]))


def moved(findings: Iterable[Finding], edits: Sequence[Edit]) -> tuple[Finding, ...]:
    """Findings where their text is after an edit above them."""
    return tuple(_moved(f, edit) for f in findings for edit in edits[:1])


def _moved(finding: Finding, edit: Edit) -> Finding:
    delta = edit.content.count("\n") - (edit.span.end.line - edit.span.start.line)
    span = finding.span
    if not delta or span.start.line <= edit.span.start.line:
        return finding
    start = max(edit.span.start.line, span.start.line + delta)
    end = start + span.end.line - span.start.line
    moved = Span(Position(start, span.start.column), Position(end, span.end.column))
    return replace(finding, span=moved)


def half_typed(
    source: Source, found: Iterable[Finding], held: Iterable[Finding], hand: Position | None
) -> frozenset[Finding]:
    """Of what was found, what is new about the very word that the hand is at."""
    if hand is None or hand.line >= len(source.lines):
        return frozenset()
    known = {_key(finding) for finding in held}
    # Behind a word and a blank there may follow an ``=``, and all is different.
    before = len(source.lines[hand.line][: hand.column].rstrip())
    word = Position(hand.line, before)
    return frozenset(
        f for f in found if f.span.start <= hand and word <= f.span.end and _key(f) not in known
    )


def steady(
    source: Source, found: Iterable[Finding], held: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """In a statement that is being typed the last findings stay; elsewhere the new ones count."""
    broken = [
        (start, start + len(s.lines), {start + line for line in s.broken})
        for s, start in zip(source.statements, source.starts, strict=True)
        if s.broken
    ]
    if not broken:
        return tuple(found)

    def around(finding: Finding) -> tuple[int, int, set[int]] | None:
        line = finding.span.start.line
        return next((b for b in broken if b[0] <= line < b[1]), None)

    shown: list[Finding] = []
    frozen = [f for f in held if around(f) is not None]
    for finding in found:
        where = around(finding)
        if where is None or (finding.span.start.line not in where[2] and not held):
            shown.append(finding)
        elif any(_key(f) == _key(finding) for f in frozen):
            shown.append(finding)
            frozen = [f for f in frozen if _key(f) != _key(finding)]
    shown += [replace(f, proposals=()) for f in frozen if f.span.start.line < len(source.lines)]
    return tuple(sorted(shown, key=lambda f: (f.span, f.rule)))


def _key(finding: Finding) -> tuple[str, int]:
    return finding.rule, finding.span.start.line

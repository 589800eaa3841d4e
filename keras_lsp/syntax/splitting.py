"""Splitting: cuts a module into its top-level statements without parsing it.

Never learns what a statement means; strings, comments and brackets are all it reads.

A boundary carries no memory: what follows it is split the same whatever stands above,
unless something above is never closed.  Therefore an edit only needs splitting from the
statement it touches (or the first one left open above it) down to the first boundary
that was one before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_TOKEN = re.compile(
    r'''"""(?:[^"\\]+|\\.|"(?!""))*(?P<end1>"""|\Z)'''
    r"""|'''(?:[^'\\]+|\\.|'(?!''))*(?P<end2>'''|\Z)"""
    r"""|"(?:[^"\\\r\n]+|\\(?:\r\n|.))*(?:"|(?=[\r\n])|\Z)"""
    r"""|'(?:[^'\\\r\n]+|\\(?:\r\n|.))*(?:'|(?=[\r\n])|\Z)"""
    r"""|\#[^\r\n]*"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])"""
    r"""|\\(?:\r\n|\r|\n)"""
    r"""|(?P<line>(?:\r\n|\r|\n)(?=[^\s\#)\]}]))""",
    re.DOTALL,
)
_CLAUSE = re.compile(r"(?:else|elif|except|finally)\b")
_OFFSIDE = re.compile(r"(?:\r\n|\r|\n)(?=[A-Za-z_@])")

RESTARTS = 40
"""Unclosed brackets that are looked behind; in a text with more, each line stands alone."""


@dataclass(frozen=True, slots=True)
class Split:
    """Where statements begin, in order; ``open`` are those in which something never closes."""

    starts: tuple[int, ...]
    open: frozenset[int]
    stop: int | None
    """The first boundary that was ``known``: from there on nothing has changed."""


def boundaries(text: str, start: int = 0, known: Callable[[int], bool] = lambda at: False) -> Split:
    """Split ``text`` from the boundary ``start`` to its end, or to a ``known`` boundary."""
    found, unclosed = [start], set[int]()
    for _ in range(RESTARTS):
        cuts, stop, clean = _scan(text, found[-1], known)
        found += cuts
        if stop is not None or clean:
            return Split(tuple(found), frozenset(unclosed), stop)
        # Something is never closed: it must not swallow the statements below it.
        unclosed.add(found[-1])
        at = _offside(text, found[-1])
        if at is None or known(at):
            return Split(tuple(found), frozenset(unclosed), at)
        found.append(at)
    while (at := _offside(text, found[-1])) is not None:
        unclosed.add(found[-1])
        found.append(at)
    return Split(tuple(found), frozenset(unclosed), None)


def _scan(
    text: str, start: int, known: Callable[[int], bool]
) -> tuple[list[int], int | None, bool]:
    """Boundaries after ``start``, where to stop, and whether everything was closed."""
    cuts: list[int] = []
    depth, clean, decorated = 0, True, text.startswith("@", start)
    for token in _TOKEN.finditer(text, start):
        kind = token.lastgroup
        if kind is None:
            continue
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= depth > 0
        elif kind == "line":
            if depth:
                continue
            at = token.end()
            if decorated:
                decorated = text[at] == "@"
            elif not _CLAUSE.match(text, at):
                if known(at):
                    return cuts, at, True
                cuts.append(at)
                decorated = text[at] == "@"
        elif not token[kind]:
            clean = False
    return cuts, None, clean and not depth


def _offside(text: str, start: int) -> int | None:
    """The next line in column 0 that begins a statement of its own."""
    decorated = text.startswith("@", start)
    for token in _OFFSIDE.finditer(text, start):
        at = token.end()
        if decorated:
            decorated = text[at] == "@"
        elif not _CLAUSE.match(text, at):
            return at
    return None

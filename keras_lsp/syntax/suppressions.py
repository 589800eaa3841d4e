"""Suppressions: comments that silence findings.

Never learns which rules exist; it reads what the comments say.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from keras_lsp.text import Span, split_lines, without_end

_COMMENT = re.compile(r"#\s*keras-lsp:\s*(?P<kind>ignore-file|ignore)(?:\[(?P<rules>[^\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment: ``# keras-lsp: ignore[rule, rule]``."""

    span: Span
    """From the ``#`` to the end of what belongs to the suppression."""
    rules: frozenset[str] | None
    """The rules that it names; ``None`` for all."""
    whole_file: bool


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All the suppressions of one file."""

    all: tuple[Suppression, ...]

    def of_line(self, line: int) -> Iterator[Suppression]:
        """Those that silence findings on a zero-based line."""
        return (s for s in self.all if s.whole_file or s.span.start.line == line)


def read_suppressions(text: str) -> Suppressions:
    """The suppression comments of a file; those inside strings do not count."""
    if "keras-lsp:" not in text:
        return Suppressions(())
    strings = _lines_with_strings(text)
    found = []
    for number, line in enumerate(split_lines(text)):
        match = _COMMENT.search(line)
        if match is None or strings.get(number, -1) >= match.start():
            continue
        rules = match["rules"]
        named = frozenset(r.strip() for r in rules.split(",") if r.strip()) if rules else None
        found.append(
            Suppression(
                Span.of(number, match.start(), number, min(match.end(), len(without_end(line)))),
                named,
                match["kind"] == "ignore-file",
            )
        )
    return Suppressions(tuple(found))


def _lines_with_strings(text: str) -> dict[int, int]:
    """For each line, the column up to which it is the inside of a string."""
    inside: dict[int, int] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING:
                for line in range(token.start[0] - 1, token.end[0] - 1):
                    inside[line] = 1 << 30
                last = token.end[0] - 1
                inside[last] = max(inside.get(last, -1), token.end[1] - 1)
    except (tokenize.TokenError, SyntaxError, ValueError):
        # Half-typed: what was read so far has to do.
        pass
    return inside

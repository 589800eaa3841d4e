"""One line: an expression that is written on several, as a message or an edit tells it.

Never parses.
"""

from __future__ import annotations

from collections.abc import Sequence

_ONLY_PARSED = ("#", '"""', "'''", "\\")
"""Where one of these stands, a line end or a space may belong to a string or end a comment."""


def on_one_line(parts: Sequence[str]) -> str | None:
    """The stretches of an expression's lines as one text; None: only a parser can tell."""
    if any(hard in part for part in parts for hard in _ONLY_PARSED):
        return None
    told = ""
    for part in filter(None, map(str.strip, parts)):
        joint = "" if not told or told[-1] in "([{" or part[0] in ")]}" else " "
        told += joint + part
    return told

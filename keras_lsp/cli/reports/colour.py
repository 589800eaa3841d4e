"""Colours of a terminal; nothing where there is none."""

from __future__ import annotations

_CODES = {"error": "1;31", "warning": "1;33", "hint": "1;36", "bold": "1", "dim": "2", "blue": "34"}


def paint(text: str, style: str, colour: bool) -> str:
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if colour else text

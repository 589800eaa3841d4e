"""Lines: where a text breaks, as the language server protocol and Python see it.

Never uses ``str.splitlines``, which also breaks at form feeds and U+2028.
"""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def split_lines(text: str) -> list[str]:
    r"""The lines of a text with their ends; only ``\n``, ``\r\n`` and ``\r`` end one."""
    if "\r" not in text:
        lines = text.split("\n")
        last = lines.pop()
        lines = [line + "\n" for line in lines]
        return [*lines, last] if last else lines
    return _LINE.findall(text)


def line_count(text: str) -> int:
    """The number of line ends in a text."""
    if "\r" not in text:
        return text.count("\n")
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def without_end(line: str) -> str:
    return line.rstrip("\r\n")

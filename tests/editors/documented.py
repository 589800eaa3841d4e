"""What ``editors/README.md`` tells users to write into their settings, for tests to do it."""

from __future__ import annotations

import re

from tests.editors.installed import ROOT

_PAGE = (ROOT / "editors" / "README.md").read_text(encoding="utf-8")


def snippet(heading: str, language: str, number: int = 0) -> str:
    """One of the blocks of a language below a heading."""
    section = re.split(r"^## ", _PAGE.split(f"\n## {heading}\n", 1)[1], maxsplit=1, flags=re.M)[0]
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", section, re.M | re.S)
    return str(blocks[number])

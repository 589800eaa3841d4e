"""Outlines: what of a file decides where the names that others import from it are defined.

Never parses: a file may be long and have nothing to do with models.
"""

from __future__ import annotations

import re

from keras_lsp.syntax import Source, Statement

Outline = tuple[str, ...]

_DEFINITION = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_TARGETS = re.compile(r"([^=(\n]+?)(?:[ \t]*:[^=\n]*)?[ \t]*=(?!=)")
_COMPOUND = re.compile(r"(?:import|from|if|try|with|for|while|match|del|async[ \t]+(?:with|for))\b")


def outline(source: Source | None) -> Outline:
    """Equal for two texts between which no name has come, gone or moved elsewhere."""
    if source is None:
        return ()
    return tuple(part for s in source.statements if (part := _of(s)))


def _of(statement: Statement) -> str:
    known = statement.memo.get("outline")
    if not isinstance(known, str):
        known = statement.memo["outline"] = _part(statement.text)
    return known


def _part(text: str) -> str:
    if _COMPOUND.match(text) or text.startswith("__all__"):
        return text.rstrip()
    if text.startswith(("@", "def", "class", "async")):
        name = _DEFINITION.search(text)
        return name[1] if name else text
    targets = _TARGETS.match(text)
    return targets[1] if targets else ""

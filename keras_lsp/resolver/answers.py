"""Questions to the resolver and its answers, as plain data.

Never learns who asks or who answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from keras_lsp.catalog.names import KerasName, canonical


@dataclass(frozen=True, slots=True)
class Query:
    """A position in a file: zero-based line, code-point column."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name leads, through all imports on the way: to the top level of a module."""

    path: str
    line: int
    name: str
    kind: str
    """``function``, ``class``, ``statement``, ``param``, …"""
    column: int = 0
    keras: KerasName | None = None
    """The name of the Keras API that it is; the path is then one of the skeleton."""


def decoded(answer: Any, skeleton: str) -> Definition | None:
    """What the worker has found at one position; ``None`` unless it is one single thing."""
    if not isinstance(answer, list) or not answer:
        return None
    found = [_one(candidate, skeleton) for candidate in answer]
    first = found[0]
    # `try: from a import build` and `except ImportError: from b import build` is nobody's guess.
    return first if all(is_same(first, other) for other in found[1:]) else None


def is_same(one: Definition, other: Definition) -> bool:
    """Whether two answers are one."""
    if one.keras is not None and other.keras is not None:
        return one.keras.name == other.keras.name
    return (one.path, one.name) == (other.path, other.name)


def _one(candidate: Mapping[str, Any], skeleton: str) -> Definition:
    path = PurePath(candidate["path"])
    keras = None
    if path.is_relative_to(skeleton):
        below = [*path.relative_to(skeleton).parent.parts, candidate["name"]]
        keras = canonical(".".join(below))
    return Definition(**candidate, keras=keras)

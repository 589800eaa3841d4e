"""Signatures: the parameters of what the Keras API exports.

Never imports Keras; the parameters are kept as Python writes them.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from keras_lsp.catalog.tables import DATA


class Kind(Enum):
    """How an argument reaches a parameter."""

    POSITIONAL = "positional"
    NORMAL = "normal"
    KEYWORD = "keyword"
    REST = "*"
    REST_BY_KEYWORD = "**"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a class's constructor, a method (without ``self``) or a function."""

    name: str
    kind: Kind
    default: str | None = None
    """The default as it is written in Keras; ``None`` where an argument is needed."""


@cache
def signature(name: str) -> tuple[Parameter, ...] | None:
    """The parameters of a canonical name such as ``keras.Model.fit``; ``None``: not known."""
    text = _texts().get(name)
    return parsed(text) if text is not None else None


@cache
def parsed(text: str) -> tuple[Parameter, ...]:
    """The parameters that a text such as ``units, activation=None`` names."""
    return tuple(_parameters(text))


@cache
def parameters(name: str) -> tuple[str, ...] | None:
    """The names of the parameters; ``*`` and ``**`` stand for further arguments."""
    found = signature(name)
    if found is None:
        return None
    rest = (Kind.REST, Kind.REST_BY_KEYWORD)
    return tuple(p.kind.value if p.kind in rest else p.name for p in found)


@cache
def methods(name: str) -> tuple[str, ...]:
    """The public methods of ``keras.Model``, ``keras.Sequential`` or ``keras.Layer``."""
    prefix = f"{name}."
    found = (n[len(prefix) :] for n in _texts() if n.startswith(prefix))
    return tuple(sorted(n for n in found if "." not in n and n[0].islower()))


@cache
def _texts() -> Mapping[str, str]:
    text = (DATA / "signatures.json").read_text(encoding="utf-8")
    loaded: Mapping[str, str] = json.loads(text)
    return loaded


def _parameters(text: str) -> Iterator[Parameter]:
    (function,) = ast.parse(f"def f({text}): pass").body
    assert isinstance(function, ast.FunctionDef)
    arguments = function.args
    normal = [*arguments.posonlyargs, *arguments.args]
    needed = len(normal) - len(arguments.defaults)
    for index, argument in enumerate(normal):
        kind = Kind.POSITIONAL if index < len(arguments.posonlyargs) else Kind.NORMAL
        default = arguments.defaults[index - needed] if index >= needed else None
        yield Parameter(argument.arg, kind, ast.unparse(default) if default else None)
    if arguments.vararg:
        yield Parameter(arguments.vararg.arg, Kind.REST)
    for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield Parameter(argument.arg, Kind.KEYWORD, ast.unparse(value) if value else None)
    if arguments.kwarg:
        yield Parameter(arguments.kwarg.arg, Kind.REST_BY_KEYWORD)

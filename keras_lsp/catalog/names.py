"""Names: any dotted path of any Keras to the one public name that it means.

Never imports Keras; the table comes from its public API files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_ROOTS = (
    ("tensorflow.python.keras", "tf.keras"),
    ("tensorflow.compat.v1.keras", "tf.keras"),
    ("tensorflow.compat.v2.keras", "tf.keras"),
    ("tensorflow._api.v2.keras", "tf.keras"),
    ("tensorflow.keras", "tf.keras"),
    ("tf_keras", "tf_keras"),
    ("keras._tf_keras.keras", "tf.keras"),
    ("keras.api._v2.keras", "keras"),
    ("keras.api", "keras"),
    ("keras", "keras"),
)
"""Packages that are Keras, longest first where one contains another."""

_OLD_MODULES = ("keras.engine.", "keras.src.", "keras.layers.", "keras.models.", "keras.legacy.",
                "keras.optimizers.", "keras.callbacks.", "keras.applications.",
                "keras.preprocessing.",
                "keras.utils.", "keras.backend.", "keras.initializers.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class KerasName:
    """A name of the public API."""

    name: str
    """Its shortest public path, always below ``keras``."""
    api: str
    """The package it came by: ``keras``, ``tf.keras`` or ``tf_keras`` (Keras 2)."""
    kind: str
    """``module``, ``class``, ``function`` or ``unknown`` (another version may know it)."""


@cache
def table() -> Mapping[str, Any]:
    """The generated table: ``aliases``, ``kinds``, ``parameters``, ``keras`` (the version)."""
    text = files(__package__).joinpath("data/names.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


@cache
def canonical(dotted: str) -> KerasName | None:
    """What a dotted path means to Keras; ``None`` for a path outside of it."""
    for root, package in _ROOTS:
        if dotted == root or dotted.startswith(f"{root}."):
            name, api = "keras" + dotted[len(root) :], package
            break
    else:
        return None
    aliases, kinds = table()["aliases"], table()["kinds"]
    if name.startswith("keras.optimizers.legacy."):
        # Keras 2's own optimizers: to Keras 3 the name is only a warning.
        return KerasName(name, api, "class")
    public = aliases.get(name)
    if public is None and name.startswith(_OLD_MODULES):
        # Private and former homes keep the class's own name, which is unique enough.
        last = name.rpartition(".")[2]
        public = _by_last_name().get(last) if last[:1].isupper() else None
        area = name.split(".")[1]
        if (
            public
            and area in ("layers", "optimizers", "callbacks")
            and public.split(".")[1] != area
        ):
            public = None
    if public is not None:
        return KerasName(public, api, kinds[public])
    return KerasName(name, api, "module" if name in _modules() else "unknown")


@cache
def _by_last_name() -> Mapping[str, str]:
    """The public path of each class by its bare name, the shortest where there are several."""
    found: dict[str, str] = {}
    for public, kind in sorted(table()["kinds"].items(), key=lambda item: (len(item[0]), item[0])):
        if kind == "class":
            found.setdefault(public.rpartition(".")[2], public)
    return found


@cache
def _modules() -> frozenset[str]:
    modules = {"keras", "keras.engine", "keras.layers.experimental", "keras.optimizers.legacy"}
    for alias in table()["aliases"]:
        while "." in alias:
            alias = alias.rpartition(".")[0]
            modules.add(alias)
    return frozenset(modules)


def homes(simple: str) -> tuple[str, ...]:
    """The canonical public paths of a bare name such as ``Dense``; the shortest first."""
    found = {p for a, p in table()["aliases"].items() if a.rpartition(".")[2] == simple}
    return tuple(sorted(found, key=lambda p: (p.count("."), len(p), p)))


def exported_by(module: str) -> frozenset[str]:
    """The names that a star import of a Keras module brings."""
    found = canonical(module)
    if found is None:
        return frozenset()
    prefix = f"{found.name}."
    return frozenset(
        alias[len(prefix) :]
        for alias in table()["aliases"]
        if alias.startswith(prefix) and "." not in alias[len(prefix) :]
    )


def parameters(name: str) -> tuple[str, ...] | None:
    """The parameters of a class's constructor, a method or a function; ``None``: not known.

    A trailing ``*`` stands for further positional, ``**`` for further keyword arguments.
    """
    found = table()["parameters"].get(name)
    return tuple(found) if found is not None else None

"""Names: any dotted path of any Keras to the one public name that it means.

Never imports Keras; the tables come from the files of its public API.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from keras_lsp.catalog.former import ANYWHERE, AREAS
from keras_lsp.catalog.signatures import parameters as parameters
from keras_lsp.catalog.tables import DATA

_ROOTS = (
    ("tensorflow.python.keras.api._v1.keras", "tf.keras"),
    ("tensorflow.python.keras.api._v2.keras", "tf.keras"),
    ("tensorflow.python.keras", "tf.keras"),
    ("tensorflow.contrib.keras.python.keras", "tf.keras"),
    ("tensorflow.contrib.keras", "tf.keras"),
    ("tensorflow._api.v2.compat.v1.keras", "tf.keras"),
    ("tensorflow._api.v2.compat.v2.keras", "tf.keras"),
    ("tensorflow._api.v2.keras", "tf.keras"),
    ("tensorflow.compat.v1.keras", "tf.keras"),
    ("tensorflow.compat.v2.keras", "tf.keras"),
    ("tensorflow.keras", "tf.keras"),
    ("tf_keras.api._v1.keras", "tf_keras"),
    ("tf_keras.api._v2.keras", "tf_keras"),
    ("tf_keras.src", "tf_keras"),
    ("tf_keras", "tf_keras"),
    ("keras._tf_keras.keras", "tf.keras"),
    ("keras.api._tf_keras.keras", "tf.keras"),
    ("keras.api._v1.keras", "keras"),
    ("keras.api._v2.keras", "keras"),
    ("keras.api", "keras"),
    ("keras.src", "keras"),
    ("keras", "keras"),
)
"""Packages that are Keras, and the way it came; the innermost first."""


_PUBLIC = frozenset({"tensorflow.keras", "tensorflow.compat.v2.keras", "tf_keras", "keras"})
"""The packages that are meant to be imported."""


@dataclass(frozen=True, slots=True)
class KerasName:
    """A name of the public API."""

    name: str
    """Its canonical public path, always below ``keras``."""
    api: str
    """The package it came by: ``keras``, ``tf.keras`` or ``tf_keras`` (Keras 2)."""
    kind: str
    """``module``, ``class``, ``function`` or ``unknown`` (another version may know it)."""


@cache
def canonical(dotted: str) -> KerasName | None:
    """What a dotted path means to Keras; ``None`` for a path outside of it."""
    named = below_keras(dotted)
    if named is None:
        return None
    name, api = named
    names = _names()
    public = names.public.get(name)
    if public is None and name in names.modules:
        return KerasName(name, api, "module")
    if public is None:
        public = names.former(name)
    if public is None:
        return KerasName(names.shortened(name), api, "unknown")
    return KerasName(public, api, names.kind(public))


def below_keras(dotted: str) -> tuple[str, str] | None:
    """A dotted path as one below ``keras``, and the package that it came by."""
    for root, api in _ROOTS:
        if dotted == root or dotted.startswith(f"{root}."):
            return f"keras{dotted[len(root) :]}", api
    return None


def is_private(dotted: str) -> bool:
    """Whether a path leads through a package of Keras that is not meant to be imported."""
    roots = (r for r, _ in _ROOTS if dotted == r or dotted.startswith(f"{r}."))
    return next(roots, "keras") not in _PUBLIC


@cache
def homes(simple: str) -> tuple[str, ...]:
    """The public paths in Keras 3 of a bare name such as ``Dense``; the shortest first."""
    known = _names().keras
    found = {
        public
        for name, public in known.items()
        if name.rpartition(".")[2] == simple and not simple.startswith("_")
    }
    return tuple(sorted(found, key=lambda p: (".legacy." in p, p.count("."), len(p), p)))


@cache
def exported_by(module: str) -> frozenset[str]:
    """The names that a star import of a Keras module brings, in any version of Keras."""
    found = canonical(module)
    return _names().below(found.name) if found and found.kind == "module" else frozenset()


def family(name: str) -> str | None:
    """What a canonical name makes: ``layer``, ``optimizer``, ``callback``, …

    ``application`` and ``loader`` are functions that return a model.
    """
    return _names().families.get(name)


def members(family: str) -> frozenset[str]:
    """The canonical names of one family."""
    return frozenset(name for name, its in _names().families.items() if its == family)


@cache
def table() -> Mapping[str, Any]:
    """All at once: ``keras`` (the version), ``aliases`` and ``kinds``."""
    names = _names()
    kinds = {public: names.kind(public) for public in names.public.values()}
    return {"keras": names.version, "aliases": names.public, "kinds": kinds}


class _Names:
    """``data/names.json``, unfolded; later sections say only what earlier ones do not."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.version: str = data["keras"]
        self.keras = dict(_unfolded(data["keras-names"]))
        self.public = {
            **dict(_unfolded(data["former-names"])),
            **dict(_unfolded(data["tf.keras-names"])),
            **self.keras,
        }
        self._kinds: Mapping[str, str] = data["kinds"]
        self._homes: Mapping[str, str] = data["homes"]
        self._families: Mapping[str, str] = data["families"]

    def kind(self, public: str) -> str:
        spelt = "class" if public.rpartition(".")[2][:1].isupper() else "function"
        return self._kinds.get(public, spelt)

    @cached_property
    def modules(self) -> frozenset[str]:
        """Public modules, and the private ones of Keras 2 that programs import."""
        found = {"keras"}
        for name in (*self._homes, *self._public_modules):
            while name not in found:
                found.add(name)
                name = name.rpartition(".")[0]
        return frozenset(found)

    @cached_property
    def _public_modules(self) -> frozenset[str]:
        return frozenset(name.rpartition(".")[0] for name in self.public)

    @cached_property
    def families(self) -> Mapping[str, str]:
        return {n: family for family, names in self._families.items() for n in names.split()}

    @cached_property
    def _classes(self) -> Mapping[str, str]:
        """The canonical name of each class by its bare name, the shortest where there are more."""
        found: dict[str, str] = {}
        for public in sorted(self.public.values(), key=lambda p: (p.count("."), len(p), p)):
            if self.kind(public) == "class":
                found.setdefault(public.rpartition(".")[2], public)
        return found

    def former(self, name: str) -> str | None:
        """The public name of something that is imported from a private or former home."""
        module, _, last = name.rpartition(".")
        area = module.split(".")[1] if "." in module else ""
        if area in ANYWHERE:
            return self._classes.get(last)
        if module in self._public_modules:
            # A public module has what it has.
            return None
        if area in AREAS:
            module = ".".join(("keras", AREAS[area], *module.split(".")[2:]))
        while "." in module:
            found = self.public.get(f"{module}.{last}")
            if found is not None:
                return found
            module = module.rpartition(".")[0]
        return None

    def shortened(self, name: str) -> str:
        """``keras.models.Model.fit`` is ``keras.Model.fit``."""
        head, _, rest = name.rpartition(".")
        public = self.public.get(head) or self.former(head) if "." in head else None
        return f"{public}.{rest}" if public and self.kind(public) == "class" else name

    def below(self, module: str) -> frozenset[str]:
        prefix = f"{module}."
        found = {n[len(prefix) :].partition(".")[0] for n in self.public if n.startswith(prefix)}
        for home, names in self._homes.items():
            private = module not in self._public_modules
            if private and (home == module or home.startswith(prefix)):
                found.update(names.split())
        return frozenset(n for n in found if not n.startswith("_"))


@cache
def _names() -> _Names:
    text = (DATA / "names.json").read_text(encoding="utf-8")
    return _Names(json.loads(text))


def _unfolded(section: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """``"keras.layers": "Dense MaxPool2D=MaxPooling2D"`` as name and canonical name."""
    for module, entries in section.items():
        for entry in entries.split():
            name, _, public = entry.partition("=")
            own = f"{module}.{name}"
            yield own, own if not public else public if "." in public else f"{module}.{public}"

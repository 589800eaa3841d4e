"""Generates the data of the catalogue from an installed Keras 3 and tf_keras.

    python -m keras_lsp.catalog.generate [--check]

Never imports them: it reads the files of their public packages, and of the classes and
functions that these export, with the standard parser.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from keras_lsp.catalog import former
from keras_lsp.catalog.api_files import (
    Code,
    Definition,
    Export,
    exports,
    is_property,
    methods,
    parameters,
)
from keras_lsp.catalog.preference import preference
from keras_lsp.catalog.tables import DATA

FAMILIES = {
    "keras.Model": "model",
    "keras.Layer": "layer",
    "keras.optimizers.Optimizer": "optimizer",
    "keras.optimizers.legacy.Optimizer": "optimizer",
    "keras.optimizers.schedules.LearningRateSchedule": "schedule",
    "keras.callbacks.Callback": "callback",
    "keras.Loss": "loss",
    "keras.Metric": "metric",
    "keras.Initializer": "initializer",
    "keras.Regularizer": "regularizer",
    "keras.constraints.Constraint": "constraint",
}
"""A class belongs to the family of the nearest of these among its ancestors."""

METHODS = ("keras.Model", "keras.Sequential", "keras.Layer")
"""Classes of which the methods' parameters are kept too, inherited ones included."""


class NothingToRead(Exception):
    """A package that the data is read from is not installed."""


def generate() -> tuple[dict[str, Any], dict[str, str]]:
    """The content of ``names.json`` and of ``signatures.json``."""
    keras, keras2 = _package("keras"), _package("tf_keras")
    made = _Tables(Code(keras.parent), Code(keras2.parent))
    api = frozenset({"src", "_tf_keras"})
    made.add("keras", list(exports(keras, "keras.src", api)))
    made.add("tf.keras", list(exports(keras / "_tf_keras" / "keras", "keras.src", api)))
    hidden = frozenset({"__internal__"})
    former_exports = [
        export
        for version in ("_v2", "_v1")
        for export in exports(keras2 / "api" / version / "keras", "tf_keras.src", hidden)
    ]
    made.add("former", former_exports)
    made.add_former_names()
    names = {
        "keras": importlib.metadata.version("keras"),
        "tf_keras": importlib.metadata.version("tf_keras"),
        **made.sections(),
        "kinds": made.odd_kinds(),
        "families": made.families(),
        "homes": made.homes(former_exports),
    }
    return names, made.signatures()


class _Tables:
    def __init__(self, keras: Code, keras2: Code) -> None:
        self.codes = {"keras": keras, "tf.keras": keras, "former": keras2}
        self.public: dict[str, dict[str, str]] = {}
        """By section: public name to canonical name."""
        self.kinds: dict[str, str] = {}
        self.found: dict[str, tuple[Code, Definition]] = {}
        """The code behind a canonical name."""
        self.canonical: dict[str, str] = {}
        """The canonical name of a private path."""

    def add(self, section: str, exported: list[Export]) -> None:
        code = self.codes[section]
        known: dict[str, str] = {}
        for aliases in self.public.values():
            known.update(aliases)
        grouped: dict[str, list[Export]] = defaultdict(list)
        for export in exported:
            grouped[export.origin].append(export)
        section_names = self.public.setdefault(section, {})
        for origin, group in sorted(grouped.items()):
            definition = code.definition(origin)
            own = origin.rpartition(".")[2] if definition is None else definition.node.name
            for names in _same_thing(group):
                public = self.canonical.get(origin)
                if public is None or _is_legacy(next(iter(names))):
                    candidates = sorted({known[n] for n in names if n in known} or names)
                    public = min(candidates, key=lambda n: preference(n, own))
                self.kinds.setdefault(public, _kind(definition, public))
                section_names.update(dict.fromkeys(names - known.keys(), public))
                if definition is None or (_is_legacy(public) and section != "former"):
                    # To Keras 3 all legacy optimizers are one class that says so.
                    continue
                self.canonical.setdefault(origin, public)
                self.canonical.setdefault(definition.origin, public)
                self.found.setdefault(public, (code, definition))

    def add_former_names(self) -> None:
        known = {**self.public["keras"], **self.public["tf.keras"], **self.public["former"]}
        for name, meaning in former.NAMES.items():
            if name in known:
                continue
            public = meaning if "." in meaning else name
            self.public["former"][name] = public
            self.kinds.setdefault(public, meaning if public == name else "class")

    def sections(self) -> dict[str, dict[str, str]]:
        return {f"{section}-names": _by_module(names) for section, names in self.public.items()}

    def odd_kinds(self) -> dict[str, str]:
        """The kinds that do not follow from the case of the name's first letter."""
        return {n: k for n, k in sorted(self.kinds.items()) if k != kind_of_spelling(n)}

    def families(self) -> dict[str, str]:
        found: dict[str, list[str]] = defaultdict(list)
        for name, (code, definition) in self.found.items():
            for ancestor in code.ancestry(definition):
                family = FAMILIES.get(self.canonical.get(ancestor.origin, ""))
                if family is not None:
                    found[family].append(name)
                    break
        found["application"] = [
            n
            for n, kind in self.kinds.items()
            if n.startswith("keras.applications.") and kind == "function" and _capital(n)
        ]
        found["loader"] = [n for n in self.kinds if n in former.LOADERS]
        found["model"].append("keras.models.Functional")
        return {family: " ".join(sorted(set(names))) for family, names in sorted(found.items())}

    def signatures(self) -> dict[str, str]:
        """Of what Keras 3 exports: functions, constructors, the methods of a model."""
        made: dict[str, str] = {}
        current = {*self.public["keras"].values(), *self.public["tf.keras"].values()}
        for name in sorted(current & self.found.keys()):
            code, definition = self.found[name]
            if not isinstance(definition.node, ast.ClassDef):
                made[name] = parameters(definition.node)
                continue
            if _is_legacy(name):
                continue
            kept = METHODS if name in METHODS else ()
            for ancestor in code.ancestry(definition):
                for method in methods(ancestor):
                    if method.name == "__init__":
                        made.setdefault(name, parameters(method, bound=True))
                    elif kept and not method.name.startswith("_") and not is_property(method):
                        key = f"{name}.{method.name}"
                        if key not in made:
                            made[key] = parameters(method, bound=True)
            if code.knows_all_bases(definition):
                made.setdefault(name, "")
        return dict(sorted(made.items()))

    def homes(self, exported: Iterable[Export]) -> dict[str, str]:
        """The private modules of Keras 2 with the public names that programs import from them."""
        public = {name.rpartition(".")[0] for names in self.public.values() for name in names}
        found: dict[str, set[str]] = defaultdict(set)
        for export in exported:
            module, _, name = export.origin.removeprefix("tf_keras.src.").rpartition(".")
            if module and f"keras.{module}" not in public:
                found[f"keras.{module}"].add(name)
        return {module: " ".join(sorted(names)) for module, names in sorted(found.items())}


def _same_thing(group: list[Export]) -> list[set[str]]:
    """The public names of one origin; each legacy optimizer is a thing of its own."""
    names = {export.public for export in group}
    legacy = sorted(filter(_is_legacy, names))
    rest = names.difference(legacy)
    return [*({name} for name in legacy), *([rest] if rest else [])]


def _is_legacy(name: str) -> bool:
    return name.startswith("keras.optimizers.legacy.")


def _kind(definition: Definition | None, public: str) -> str:
    if definition is not None:
        return "class" if isinstance(definition.node, ast.ClassDef) else "function"
    name = public.rpartition(".")[2]
    return "unknown" if name.startswith("_") else kind_of_spelling(public)


def kind_of_spelling(name: str) -> str:
    return "class" if _capital(name) else "function"


def _capital(name: str) -> bool:
    return name.rpartition(".")[2][:1].isupper()


def _by_module(names: Mapping[str, str]) -> dict[str, str]:
    """``{"keras.layers": "Dense MaxPool2D=MaxPooling2D Input=keras.Input"}``."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, public in sorted(names.items()):
        module, _, last = name.rpartition(".")
        home, _, original = public.rpartition(".")
        if name == public:
            found[module].append(last)
        else:
            found[module].append(f"{last}={original if home == module else public}")
    return {module: " ".join(entries) for module, entries in sorted(found.items())}


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise NothingToRead(f"{name} is not installed: nothing to read")
    return Path(next(iter(spec.submodule_search_locations)))


def files() -> dict[Path, str]:
    """The data files as they should be."""
    names, signatures = generate()
    return {
        DATA / "names.json": json.dumps(names, indent=0) + "\n",
        DATA / "signatures.json": json.dumps(signatures, indent=0) + "\n",
    }


def main() -> int:
    try:
        made = files()
    except NothingToRead as problem:
        print(problem, file=sys.stderr)
        return 2
    stale = [
        path
        for path, text in made.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv:
        print("\n".join(f"{path.name} is out of date" for path in stale) or "up to date")
        return 1 if stale else 0
    for path in stale:
        path.write_text(made[path], encoding="utf-8", newline="\n")
    print("\n".join(f"{path.name}: {path.stat().st_size // 1000} kB" for path in made))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Generates ``data/names.json`` from the public API of the installed Keras.

    python -m keras_lsp.catalog.generate [--check]

Never imports Keras: it reads the files of its public packages, and of the classes that
they export, with the standard parser.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent / "data" / "names.json"

METHODS = ("keras.Model", "keras.Sequential", "keras.Layer")
"""Classes of which the methods' parameters are kept too."""


def generate(package: Path, version: str) -> dict[str, Any]:
    """The table for the Keras whose package folder is given."""
    homes: dict[str, list[str]] = {}
    for public, origin in _exports(package):
        homes.setdefault(origin, []).append(public)
    aliases: dict[str, str] = {}
    kinds: dict[str, str] = {}
    parameters: dict[str, list[str]] = {}
    reader = _Reader(package)
    for origin, names in sorted(homes.items()):
        public = min(names, key=_preference)
        node = reader.definition(origin)
        kinds[public] = _kind(node, public)
        aliases.update(dict.fromkeys(names, public))
        for name, found in reader.parameters(public, origin, node):
            parameters[name] = found
    return {
        "keras": version,
        "aliases": dict(sorted(aliases.items())),
        "kinds": dict(sorted(kinds.items())),
        "parameters": dict(sorted(parameters.items())),
    }


def _preference(name: str) -> tuple[bool, int, int, str]:
    """``keras.Sequential`` before ``keras.models.Sequential``; but a layer in ``layers``."""
    top = name in ("keras.Layer", "keras.Input", "keras.Model", "keras.Sequential")
    area = name.startswith(("keras.layers.", "keras.optimizers.", "keras.callbacks."))
    legacy = ".legacy." in name or "._legacy." in name
    return (not (top or area) or legacy, name.count("."), len(name), name)


def _exports(package: Path) -> Iterator[tuple[str, str]]:
    """``(public name, where it comes from)`` of every public package."""
    for file in sorted(package.rglob("__init__.py")):
        inside = file.relative_to(package).parent
        if {"src", "_tf_keras", "api"} & set(inside.parts):
            continue
        module = ".".join(("keras", *inside.parts))
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("keras.src"):
                for alias in node.names:
                    yield f"{module}.{alias.asname or alias.name}", f"{node.module}.{alias.name}"


def _kind(node: ast.AST | None, public: str) -> str:
    if isinstance(node, ast.ClassDef):
        return "class"
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return "function"
    return "class" if public.rpartition(".")[2][:1].isupper() else "function"


class _Reader:
    """Finds the definition behind an exported name, following imports inside Keras."""

    def __init__(self, package: Path) -> None:
        self.package = package
        self.trees: dict[str, ast.Module | None] = {}

    def definition(self, origin: str, depth: int = 4) -> ast.AST | None:
        module, _, name = origin.rpartition(".")
        tree = self._tree(module)
        for node in tree.body if tree else ():
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == name:
                return node
            if isinstance(node, ast.ImportFrom) and depth:
                for alias in node.names:
                    if (alias.asname or alias.name) == name and node.module:
                        return self.definition(f"{node.module}.{alias.name}", depth - 1)
        return None

    def _tree(self, module: str) -> ast.Module | None:
        if module not in self.trees:
            path = self.package.parent.joinpath(*module.split("."))
            file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            text = file.read_text(encoding="utf-8") if file.is_file() else None
            self.trees[module] = ast.parse(text) if text is not None else None
        return self.trees[module]

    def parameters(
        self, public: str, origin: str, node: ast.AST | None
    ) -> Iterator[tuple[str, list[str]]]:
        if isinstance(node, ast.FunctionDef):
            yield public, _names(node)
        elif isinstance(node, ast.ClassDef):
            init = next((m for m in _methods(node) if m.name == "__init__"), None)
            if init is not None:
                yield public, _names(init)[1:]
            if public in METHODS:
                for owner in (node, *self._bases(origin, node)):
                    for method in _methods(owner):
                        if not method.name.startswith("_"):
                            yield f"{public}.{method.name}", _names(method)[1:]

    def _bases(self, origin: str, node: ast.ClassDef) -> Iterator[ast.ClassDef]:
        module = origin.rpartition(".")[0]
        for base in node.bases:
            dotted = ast.unparse(base)
            name = dotted.rpartition(".")[2]
            for candidate in (f"{module}.{name}", f"keras.src.trainers.trainer.{name}"):
                found = self.definition(candidate)
                if name == "Trainer":
                    found = self.definition("keras.src.trainers.trainer.Trainer") or found
                if isinstance(found, ast.ClassDef):
                    yield found
                    break
        if node.name in ("Model", "Sequential"):
            tensorflow = self.definition("keras.src.backend.tensorflow.trainer.TensorFlowTrainer")
            if isinstance(tensorflow, ast.ClassDef):
                yield tensorflow


def _methods(node: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    return (m for m in node.body if isinstance(m, ast.FunctionDef))


def _names(node: ast.FunctionDef) -> list[str]:
    a = node.args
    names = [p.arg for p in (*a.posonlyargs, *a.args)]
    if a.vararg:
        names.append("*")
    names += [p.arg for p in a.kwonlyargs]
    return [*names, "**"] if a.kwarg else names


def main() -> int:
    spec = importlib.util.find_spec("keras")
    if spec is None or not spec.submodule_search_locations:
        print("keras is not installed: nothing to read", file=sys.stderr)
        return 2
    package = Path(next(iter(spec.submodule_search_locations)))
    made = generate(package, importlib.metadata.version("keras"))
    text = json.dumps(made, separators=(",", ":"), sort_keys=False) + "\n"
    if "--check" in sys.argv:
        current = TARGET.read_text(encoding="utf-8") == text
        print("up to date" if current else f"{TARGET.name} is out of date")
        return 0 if current else 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    print(f"{len(made['aliases'])} names of Keras {made['keras']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

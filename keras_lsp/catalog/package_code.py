"""The code of one released package: what each of its modules binds, imports followed.

Never runs what it reads, and never learns what Keras is.
"""

from __future__ import annotations

import ast
import tarfile
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

Function = ast.FunctionDef | ast.AsyncFunctionDef

_DEEPEST = 25
"""Imports that are followed into each other; old releases import in circles."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a name stands for in the end."""

    kind: str
    """``class``, ``function``, ``module``, ``constant`` or ``foreign``."""
    module: str
    name: str = ""
    node: ast.AST | None = None

    @property
    def origin(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


def texts(archive: Path, package: str) -> dict[str, str]:
    """The Python files of one package in a wheel or an sdist, by their path below it."""
    found: dict[str, str] = {}
    for name, data in _files(archive):
        parts = PurePosixPath(name).parts
        # An sdist puts the package into a folder of its own.
        start = 0 if parts[0] == package else 1
        if parts[start : start + 1] == (package,) and name.endswith(".py"):
            found["/".join(parts[start:])] = data.decode("utf-8", errors="replace")
    return found


def _files(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for entry in wheel.namelist():
                if entry.endswith(".py"):
                    yield entry, wheel.read(entry)
        return
    with tarfile.open(archive) as sdist:
        for member in sdist:
            file = sdist.extractfile(member) if member.name.endswith(".py") else None
            if file is not None:
                yield member.name, file.read()


class Module:
    """The top level of a file; of several bindings the one that comes into force counts."""

    def __init__(self, name: str, text: str, is_package: bool) -> None:
        self.name = name
        self.is_package = is_package
        self.bound: dict[str, ast.AST | tuple[str, str]] = {}
        """A name with its definition, with what it is assigned, or with its import."""
        self.stars: list[str] = []
        self.all: frozenset[str] | None = None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self.tree = ast.parse(text)
            except SyntaxError:
                # Python 2, in a file that the release does not import itself.
                self.tree = ast.parse("")
        self._read(self.tree.body)

    def _read(self, body: list[ast.stmt]) -> None:
        for node in body:
            match node:
                case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.bound[node.name] = node
                case ast.Import():
                    for alias in node.names:
                        root = alias.name.partition(".")[0]
                        self.bound[alias.asname or root] = (
                            alias.name if alias.asname else root,
                            "",
                        )
                case ast.ImportFrom():
                    self._import(node)
                case ast.Assign():
                    for target in node.targets:
                        self._assign(target, node.value)
                case ast.AnnAssign(value=ast.expr() as value):
                    self._assign(node.target, value)
                case ast.If():
                    # Keras asks for its backend in such branches, TensorFlow first.
                    self._read(node.orelse)
                    self._read(node.body)
                case ast.Try():
                    for handler in node.handlers:
                        self._read(handler.body)
                    self._read(node.body)
                case ast.With():
                    self._read(node.body)

    def _import(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parts = self.name.split(".")
            kept = len(parts) - node.level + self.is_package
            base = ".".join([*parts[:kept], *([base] if base else [])])
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(base)
            else:
                self.bound[alias.asname or alias.name] = (base, alias.name)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        for part in target.elts if isinstance(target, ast.Tuple) else [target]:
            if not isinstance(part, ast.Name):
                continue
            if part.id == "__all__" and isinstance(value, (ast.List, ast.Tuple)):
                literal = (e.value for e in value.elts if isinstance(e, ast.Constant))
                self.all = frozenset(str(e) for e in literal)
            else:
                self.bound[part.id] = value

    def is_exported(self, name: str) -> bool:
        return name in self.all if self.all is not None else not name.startswith("_")


class Package:
    """All modules of a release, parsed when somebody asks for them."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files: dict[str, tuple[str, bool]] = {}
        for path, text in files.items():
            parts = path.removesuffix(".py").split("/")
            is_package = parts[-1] == "__init__"
            self.files[".".join(parts[:-1] if is_package else parts)] = (text, is_package)
        self._modules: dict[str, Module] = {}

    def __contains__(self, module: str) -> bool:
        return module in self.files

    def module(self, name: str) -> Module | None:
        if name not in self._modules:
            if name not in self.files:
                return None
            self._modules[name] = Module(name, *self.files[name])
        return self._modules[name]

    def read_modules(self) -> list[Module]:
        return list(self._modules.values())

    def names(self, module: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """All that a module binds, through star imports too."""
        found = self.module(module)
        if found is None or module in seen:
            return frozenset()
        names = frozenset(found.bound)
        for star in found.stars:
            source = self.module(star)
            if source is not None:
                brought = self.names(star, seen | {module})
                names |= {name for name in brought if source.is_exported(name)}
        return names

    def resolve(self, module: str, name: str, depth: int = _DEEPEST) -> Thing | None:
        """What a name of a module stands for."""
        found = self.module(module)
        if found is None or not depth:
            return None
        bound = found.bound.get(name)
        if isinstance(bound, tuple):
            return self._imported(*bound, depth - 1)
        if isinstance(bound, ast.ClassDef):
            return Thing("class", module, name, bound)
        if isinstance(bound, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return Thing("function", module, name, bound)
        if isinstance(bound, ast.expr):
            return self.expression(module, bound, depth - 1) or Thing(
                "constant", module, name, bound
            )
        for star in found.stars:
            source = self.module(star)
            if source is not None and source.is_exported(name):
                thing = self.resolve(star, name, depth - 1)
                if thing is not None:
                    return thing
        below = f"{module}.{name}"
        return Thing("module", below) if below in self else None

    def _imported(self, module: str, name: str, depth: int) -> Thing:
        if not name:
            return Thing("module" if module in self else "foreign", module)
        below = f"{module}.{name}"
        found = self.resolve(module, name, depth)
        if found is not None:
            return found
        return Thing("module", below) if below in self else Thing("foreign", module, name)

    def expression(self, module: str, node: ast.expr, depth: int = _DEEPEST) -> Thing | None:
        """What ``layers.Layer`` means in a module; ``None`` for anything but names."""
        if isinstance(node, ast.Name):
            return self.resolve(module, node.id, depth)
        if isinstance(node, ast.Attribute):
            owner = self.expression(module, node.value, depth)
            if owner is not None and owner.kind == "module":
                return self.resolve(owner.module, node.attr, depth)
        return None

    def ancestry(self, made: Thing, depth: int = 12) -> list[Thing]:
        """A class and its bases in the order in which Python looks; foreign ones too."""
        found = [made]
        if isinstance(made.node, ast.ClassDef) and depth:
            for base in made.node.bases:
                thing = self.expression(made.module, base)
                if thing is None or thing.kind != "class":
                    if ast.unparse(base) != "object":
                        found.append(Thing("foreign", "", ast.unparse(base)))
                    continue
                inherited = self.ancestry(thing, depth - 1)
                origins = {i.origin for i in inherited}
                # What several bases have in common is looked at last.
                found = [f for f in found if f.origin not in origins or f.kind == "foreign"]
                found += inherited
        return found

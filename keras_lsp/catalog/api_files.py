"""The files of an installed Keras: what its public packages export, and the code behind it.

Never imports what it reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Export:
    """One name of a public module, and the private module and name behind it."""

    module: str
    name: str
    origin: str

    @property
    def public(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, eq=False, slots=True)
class Definition:
    """A class or function with the private path of its module."""

    module: str
    node: ast.ClassDef | Function

    @property
    def origin(self) -> str:
        return f"{self.module}.{self.node.name}"


def exports(folder: Path, private: str, leave: frozenset[str]) -> Iterator[Export]:
    """What the public packages below a folder export, as if the folder were ``keras``.

    ``private`` is the package that all code is in; packages of a name in ``leave`` are left out.
    """
    for file in sorted(folder.rglob("__init__.py"), key=lambda f: f.as_posix()):
        inside = file.relative_to(folder).parent.parts
        if leave & set(inside):
            continue
        module = ".".join(("keras", *inside))
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(private):
                for alias in node.names:
                    name = alias.asname or alias.name
                    yield Export(module, name, f"{node.module}.{alias.name}")


class Code:
    """Finds definitions in the files below one folder, following imports among them."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self._modules: dict[str, _Module | None] = {}

    def definition(self, origin: str, depth: int = 5) -> Definition | None:
        """The class or function of a dotted path; ``None`` for anything else."""
        name = origin.rpartition(".")[2]
        module = self._module(origin.rpartition(".")[0])
        if module is None or not depth:
            return None
        node = module.definitions.get(name)
        if node is not None:
            return Definition(module.name, node)
        imported = module.imports.get(name)
        return self.definition(imported, depth - 1) if imported else None

    @cache  # noqa: B019 (lives as long as one run of the generator)
    def ancestry(self, made: Definition) -> tuple[Definition, ...]:
        """A class, then its bases from left to right: the order in which Python looks.

        A base that several have in common is looked at last, as in Python's own order.
        """
        found: list[Definition] = []
        for base in self.bases(made):
            found = [d for d in found if d.node not in {o.node for o in self.ancestry(base)}]
            found.extend(self.ancestry(base))
        return (made, *found)

    def bases(self, made: Definition) -> Iterator[Definition]:
        if not isinstance(made.node, ast.ClassDef):
            return
        module = self._module(made.module)
        for base in made.node.bases:
            dotted = ast.unparse(base)
            head, _, rest = dotted.partition(".")
            local = f"{made.module}.{head}"
            target = module.imports.get(head, local) if module else local
            found = self.definition(f"{target}.{rest}" if rest else target)
            if found is not None and found.node is not made.node:
                yield found

    def knows_all_bases(self, made: Definition) -> bool:
        """Whether nothing of a class lies outside of these files."""
        return all(
            isinstance(d.node, ast.ClassDef)
            and not d.node.keywords
            and len(list(self.bases(d))) == len([b for b in d.node.bases if _is_named(b)])
            for d in self.ancestry(made)
        )

    def _module(self, name: str) -> _Module | None:
        if name not in self._modules:
            path = self.site.joinpath(*name.split("."))
            package = (path / "__init__.py").is_file()
            file = path / "__init__.py" if package else path.with_suffix(".py")
            text = file.read_text(encoding="utf-8") if file.is_file() else None
            self._modules[name] = _Module(name, ast.parse(text)) if text is not None else None
        return self._modules[name]


def _is_named(base: ast.expr) -> bool:
    return not (isinstance(base, ast.Name) and base.id == "object")


class _Module:
    """The top level of a file; where a name is bound in several branches, the first counts.

    Keras chooses its backend in such branches, TensorFlow first.
    """

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.definitions: dict[str, ast.ClassDef | Function] = {}
        self.imports: dict[str, str] = {}
        for node in _top_level(tree.body):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                if node.name not in self.imports:
                    self.definitions.setdefault(node.name, node)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    bound = alias.asname or alias.name
                    if bound not in self.definitions:
                        self.imports.setdefault(bound, f"{node.module}.{alias.name}")


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from _top_level([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            yield from _top_level([*node.body, *(s for h in node.handlers for s in h.body)])


def methods(made: Definition) -> Iterator[Function]:
    for node in made.node.body if isinstance(made.node, ast.ClassDef) else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def is_property(node: Function) -> bool:
    return any("property" in ast.unparse(d) or "setter" in ast.unparse(d)
               for d in node.decorator_list)  # fmt: skip


def parameters(node: Function, bound: bool = False) -> str:
    """The parameters as Python writes them, without annotations and, if ``bound``, ``self``."""
    arguments = node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        argument.annotation = None
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            rest.annotation = None
    static = any(ast.unparse(d) == "staticmethod" for d in node.decorator_list)
    skipped = 1 if bound and not static and (arguments.posonlyargs or arguments.args) else 0
    text = ast.unparse(arguments)
    return text.partition(", ")[2] if skipped else text

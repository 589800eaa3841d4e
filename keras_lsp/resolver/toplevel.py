"""What the top level of a module binds, as far as it can be told without running it.

Never follows an import, and never learns what a value is.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from keras_lsp.semantics.definitions import bound_by
from keras_lsp.syntax import Source
from keras_lsp.syntax.walk import children

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Bound:
    """One binding of a name: where it is, and what is imported there, if it is an import."""

    line: int
    kind: str
    """``function``, ``class``, ``import`` or ``statement``."""
    imported: str = ""
    """The dotted name, with dots in front where it is relative."""


@dataclass(frozen=True, slots=True)
class TopLevel:
    """The names of one module."""

    names: Mapping[str, tuple[Bound, ...]]
    """Every binding, those under a condition too."""
    stars: tuple[str, ...]
    """The modules that are imported with a star."""
    public: frozenset[str] | None
    """``__all__``, where it is a plain list; ``None`` where there is none."""
    certain: bool
    """Nothing makes names while the module runs: no ``__getattr__``, no ``globals()``."""

    def gives(self, name: str) -> bool | None:
        """Whether a star import brings a name of its own; ``None``: nobody knows."""
        if self.public is not None:
            return name in self.public
        return not name.startswith("_") if "__all__" not in self.names else None


def top_level(source: Source) -> TopLevel:
    """Read the top level of a module."""
    names: dict[str, list[Bound]] = defaultdict(list)
    stars: list[str] = []
    public: frozenset[str] | None = None
    for statement in source.statements:
        start = source.start_of(statement) - 1
        for node in _own(statement.body):
            if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
                stars.append(_module(node))
            for name, bound in _bound(node, start + getattr(node, "lineno", 1)):
                names[name].append(bound)
            if isinstance(node, ast.Assign) and public is None:
                public = _literal_names(node)
    several = len(names.get("__all__", ())) > 1
    certain = "__getattr__" not in names and "globals()" not in source.text
    return TopLevel(
        {name: tuple(found) for name, found in names.items()},
        tuple(stars),
        None if several else public,
        certain,
    )


def _own(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of the module's own scope."""
    pending: list[ast.AST] = list(reversed(body))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            pending += reversed(children(node))


def _bound(node: ast.AST, line: int) -> Iterator[tuple[str, Bound]]:
    if isinstance(node, FUNCTIONS):
        yield node.name, Bound(line, "function")
    elif isinstance(node, ast.ClassDef):
        yield node.name, Bound(line, "class")
    elif isinstance(node, ast.Import):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            dotted = alias.name if alias.asname else root
            yield alias.asname or root, Bound(line, "import", dotted)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if alias.name != "*":
                dotted = joined(_module(node), alias.name)
                yield alias.asname or alias.name, Bound(line, "import", dotted)
    else:
        for name in bound_by(node):
            yield name, Bound(line, "statement")


def _literal_names(node: ast.Assign) -> frozenset[str] | None:
    match node:
        case ast.Assign(
            targets=[ast.Name(id="__all__")], value=ast.List(elts=items) | ast.Tuple(elts=items)
        ):
            names = [item.value for item in items if isinstance(item, ast.Constant)]
            plain = [name for name in names if isinstance(name, str)]
            return frozenset(plain) if len(plain) == len(items) else None
    return None


def _module(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")


def joined(module: str, name: str) -> str:
    """``.`` and ``a`` are ``.a``; ``b`` and ``a`` are ``b.a``."""
    return f"{module}{name}" if module.endswith(".") else f"{module}.{name}"

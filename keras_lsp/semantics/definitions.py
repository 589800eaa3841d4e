"""Definitions: the program's own functions and classes, and which names they bind.

Never learns of values; it only reads syntax, once for each statement.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keras_lsp.syntax import Place, Statement
from keras_lsp.syntax.walk import NO_NAMES, children, walk

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

TRANSPARENT = frozenset(
    {
        "abstractmethod", "cache", "classmethod", "function", "jit", "lru_cache", "no_type_check",
        "override", "overload", "staticmethod", "final", "typechecked", "wraps", "deprecated",
        "register_keras_serializable",
    }
)  # fmt: skip
"""Decorators after which a call still runs the body and returns what it returns."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one function or class body."""

    locals: frozenset[str]
    globals: frozenset[str]
    nonlocals: frozenset[str]
    attributes: tuple[tuple[str, str, int], ...]
    """``(name, attribute, line)`` for each attribute read from a plain name."""
    first_binding: tuple[tuple[str, ast.AST], ...]
    yields: bool


class FunctionDefinition:
    """A ``def`` or ``lambda`` of the program; compared by identity."""

    qualname: str

    __slots__ = (
        "asynchronous", "decorators", "kind", "name", "node", "owner", "parent", "path",
        "qualname", "scope", "statement", "transparent",
    )  # fmt: skip

    def __init__(
        self,
        node: FunctionNode,
        statement: Statement,
        path: str,
        owner: ClassDefinition | None,
        parent: FunctionDefinition | None,
    ) -> None:
        self.node = node
        self.statement = statement
        self.path = path
        self.owner = owner
        self.parent = parent
        self.name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        outer = owner or parent
        self.qualname = f"{outer.qualname}.{self.name}" if outer else self.name
        self.decorators = (
            () if isinstance(node, ast.Lambda) else tuple(map(last_name, node.decorator_list))
        )
        self.asynchronous = isinstance(node, ast.AsyncFunctionDef)
        self.scope = function_scope(node)
        self.kind = self._kind()
        self.transparent = all(d in TRANSPARENT or d == "property" for d in self.decorators)

    def _kind(self) -> str:
        if self.owner is None:
            return "function"
        if "staticmethod" in self.decorators:
            return "static"
        if "classmethod" in self.decorators:
            return "class"
        if any(d.endswith("property") or d in ("setter", "getter") for d in self.decorators):
            return "property"
        return "method"

    @property
    def name_place(self) -> Place:
        return def_name(self.statement, self.node)

    @property
    def required_parameters(self) -> list[str]:
        """Those without a default, of a function that is no method."""
        a = self.node.args
        positional = [p.arg for p in (*a.posonlyargs, *a.args)]
        named = [p.arg for p, d in zip(a.kwonlyargs, a.kw_defaults, strict=True) if d is None]
        return positional[: len(positional) - len(a.defaults)] + named

    @property
    def parameters(self) -> list[str]:
        return parameters_of(self.node)


class ClassDefinition:
    """A ``class`` of the program; compared by identity."""

    qualname: str

    __slots__ = ("name", "node", "parent", "path", "qualname", "scope", "statement")

    def __init__(
        self,
        node: ast.ClassDef,
        statement: Statement,
        path: str,
        parent: FunctionDefinition | ClassDefinition | None,
    ) -> None:
        self.node = node
        self.statement = statement
        self.path = path
        self.parent = parent
        self.name = node.name
        self.qualname = f"{parent.qualname}.{node.name}" if parent else node.name
        self.scope = _scope(node.body, ())

    @property
    def name_place(self) -> Place:
        return def_name(self.statement, self.node)


def function_of(
    node: FunctionNode,
    statement: Statement,
    path: str,
    owner: ClassDefinition | None = None,
    parent: FunctionDefinition | None = None,
) -> FunctionDefinition:
    """The definition of a node: one and the same object however often it is asked for."""
    key = ("definition", node)
    found = statement.memo.get(key)
    if not isinstance(found, FunctionDefinition):
        found = statement.memo[key] = FunctionDefinition(node, statement, path, owner, parent)
    return found


def class_of(
    node: ast.ClassDef,
    statement: Statement,
    path: str,
    parent: FunctionDefinition | ClassDefinition | None = None,
) -> ClassDefinition:
    key = ("definition", node)
    found = statement.memo.get(key)
    if not isinstance(found, ClassDefinition):
        found = statement.memo[key] = ClassDefinition(node, statement, path, parent)
    return found


def last_name(node: ast.AST) -> str:
    """``function`` of ``@tf.function(jit_compile=True)``."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def def_name(statement: Statement, node: ast.AST) -> Place:
    """The name that a ``def`` or ``class`` statement binds."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        line = statement.lines[node.lineno - 1].encode()
        at = line.find(node.name.encode(), node.col_offset + 4)
        if at >= 0:
            size = len(node.name.encode())
            return Place(statement, node.lineno, at, node.lineno, at + size)
    return Place.of(statement, node)


def function_scope(node: FunctionNode) -> Scope:
    body: Iterable[ast.AST] = (node.body,) if isinstance(node, ast.Lambda) else node.body
    return _scope(body, parameters_of(node))


def parameters_of(node: FunctionNode) -> list[str]:
    """The names of all parameters."""
    a = node.args
    several = (p for p in (a.vararg, a.kwarg) if p)
    return [p.arg for p in (*a.posonlyargs, *a.args, *a.kwonlyargs, *several)]


def module_bindings(body: Iterable[ast.stmt]) -> Scope:
    """The names that top-level statements bind."""
    return _scope(body, ())


_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_BINDING_NOTHING = (ast.Call, ast.Constant, ast.keyword)
"""The most common kinds of nodes."""
_LEAVES = (ast.Constant, ast.Name)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _scope(body: Iterable[ast.AST], parameters: Iterable[str]) -> Scope:
    bound: dict[str, ast.AST] = {}
    globals_: set[str] = set()
    nonlocals: set[str] = set()
    attributes: list[tuple[str, str, int]] = []
    yields = False
    for node in _own(body):
        if isinstance(node, _BINDING_NOTHING):
            continue
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Load):
                attributes.append((node.value.id, node.attr, node.lineno))
        elif isinstance(node, ast.Global):
            globals_.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            nonlocals.update(node.names)
        elif isinstance(node, (ast.Yield, ast.YieldFrom)):
            yields = True
        else:
            for name in bound_by(node):
                bound.setdefault(name, node)
    elsewhere = globals_ | nonlocals
    return Scope(
        locals=frozenset(bound.keys() | set(parameters)) - elsewhere,
        globals=frozenset(globals_) or NO_NAMES,
        nonlocals=frozenset(nonlocals) or NO_NAMES,
        attributes=tuple(attributes),
        first_binding=tuple((n, at) for n, at in bound.items() if n not in elsewhere),
        yields=yields,
    )


def _own(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes that belong to this scope, in no particular order of depth."""
    pending = list(body)
    pending.reverse()
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, _LEAVES):
            continue
        if isinstance(node, _NESTED):
            pending.extend(_outside(node))
        elif isinstance(node, _COMPREHENSIONS):
            pending.extend(reversed(_in_comprehension(node)))
        else:
            pending.extend(reversed(children(node)))


def _outside(node: ast.AST) -> list[ast.AST]:
    """The parts of a nested definition that its surroundings evaluate."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
        return [*decorators, *defaults]
    return []


def _in_comprehension(node: ast.AST) -> list[ast.AST]:
    """A comprehension binds its targets in a scope of its own; ``:=`` inside binds here."""
    return [
        child
        for child in walk(node)
        if isinstance(child, (ast.NamedExpr, ast.Attribute)) and child is not node
    ]


def bound_by(node: ast.AST) -> Iterator[str]:
    """The names that one node binds in the scope that it stands in."""
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            if alias.name != "*":
                yield alias.asname or alias.name.partition(".")[0]
    elif (isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar))) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest


def bound_within(*nodes: ast.AST) -> frozenset[str]:
    """The names that anything in these nodes binds, in whichever scope."""
    return frozenset(name for node in nodes for part in walk(node) for name in bound_by(part))


def is_closed(definition: ClassDefinition) -> bool:
    """Whether the class body shows every attribute that its own code may set.

    Decorators, metaclasses, ``setattr``, ``__getattr__`` and ``__dict__`` hide some.
    """
    key = ("closed", definition.node)
    known = definition.statement.memo.get(key)
    if known is None:
        known = definition.statement.memo[key] = not _hides_attributes(definition.node)
    return bool(known)


_HIDING = frozenset(
    {"setattr", "__setattr__", "__getattr__", "__getattribute__", "__dict__", "vars", "__slots__",
     "load_state", "__setstate__", "add_attribute", "exec", "locals"}
)  # fmt: skip


def _hides_attributes(node: ast.ClassDef) -> bool:
    if node.decorator_list or node.keywords:
        return True
    for part in walk(node):
        if isinstance(part, ast.Name) and part.id in _HIDING:
            return True
        if isinstance(part, ast.Attribute) and part.attr in _HIDING:
            return True
        if isinstance(part, ast.FunctionDef) and part.name in _HIDING:
            return True
    return False

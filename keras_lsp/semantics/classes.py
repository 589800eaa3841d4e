"""Classes: which method sets an attribute of ``self``, which one needs it.

Never runs a method; what the methods' runs told is handed in as events.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from keras_lsp.semantics.definitions import ClassDefinition, is_closed
from keras_lsp.semantics.events import (
    AttributeBinding,
    AttributeRead,
    Binding,
    ClassSeen,
    Context,
    Event,
    FunctionSeen,
    LocalModel,
)
from keras_lsp.semantics.tested import is_test_file
from keras_lsp.semantics.values import Class, External, Value, only
from keras_lsp.syntax import Place, Statement
from keras_lsp.syntax.walk import walk

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def class_seen(
    made: Class, events: Iterable[Event], outside: frozenset[str], derived: bool
) -> ClassSeen:
    """The facts of one class, its bases in the program included."""
    definition = made.definition
    statement = definition.statement
    own = list(methods_of(definition.node))
    chain = chain_of(made)
    told = list(events)
    models = {
        (e.context.function, e.name)
        for e in told
        if isinstance(e, Binding) and e.models and e.name.startswith("self.")
    }
    return ClassSeen(
        place=definition.name_place,
        whole=Place.of(statement, definition.node),
        context=Context(
            path=definition.path,
            function="",
            calls=(),
            loops=(),
            guards=frozenset(),
            in_test=definition.name.startswith("Test") or is_test_file(definition.path),
            standalone=True,
            certain=True,
        ),
        name=definition.name,
        bases=made.bases,
        base_texts=tuple(ast.unparse(base) for base in definition.node.bases),
        closed=all(is_closed(d.definition) for d in chain) and _known_bases(chain),
        abstract=derived or is_abstract(definition),
        methods=tuple(m.name for m in own),
        reads=tuple(sorted((r for m in own for r in _reads(m, statement)), key=_in_order)),
        bindings=tuple(b for d in chain for b in _bindings(d.definition, models)),
        local_models=tuple(_local_models(definition, told)),
        set_from_outside=outside,
    )


def _in_order(read: AttributeRead) -> tuple[int, int]:
    return read.place.line, read.place.column


def is_abstract(definition: ClassDefinition) -> bool:
    """Its name or one of its methods says that somebody has to derive from it."""
    words = ("Abstract", "Base", "Mixin", "Interface")
    if any(definition.name.startswith(w) or definition.name.endswith(w) for w in words):
        return True
    return any(
        isinstance(n, ast.Name) and n.id in ("NotImplementedError", "abstractmethod", "ABC")
        for n in walk(definition.node)
    )


def chain_of(made: Class) -> list[Class]:
    """The class and its bases in the program."""
    found: list[Class] = []
    pending = [made]
    while pending and len(found) < 16:
        klass = pending.pop(0)
        found.append(klass)
        pending.extend(a for base in klass.bases for a in base if isinstance(a, Class))
    return found


def _known_bases(chain: list[Class]) -> bool:
    def known(base: Value) -> bool:
        atom = only(base)
        return isinstance(atom, Class) or (
            isinstance(atom, External) and atom.name in ("builtins.object", "abc.ABC")
        )

    return all(known(base) for klass in chain for base in klass.bases)


def methods_of(node: ast.ClassDef) -> list[FunctionNode]:
    """The functions of a class body, those under a condition included."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [part for part in _body(node) if isinstance(part, functions)]


def _body(node: ast.ClassDef) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    pending = list(node.body)
    while pending:
        part = pending.pop(0)
        found.append(part)
        if isinstance(part, (ast.If, ast.Try, ast.With)):
            pending.extend(c for c in ast.iter_child_nodes(part) if isinstance(c, ast.stmt))
    return found


def self_name(method: FunctionNode) -> str:
    """The name of the instance in a method, ``""`` in a static or class method."""
    for decorator in method.decorator_list:
        if isinstance(decorator, ast.Name) and decorator.id in ("staticmethod", "classmethod"):
            return ""
    parameters = [*method.args.posonlyargs, *method.args.args]
    return parameters[0].arg if parameters else ""


def _reads(method: FunctionNode, statement: Statement) -> Iterator[AttributeRead]:
    name = self_name(method)
    if not name:
        return
    attributes = [part for part in walk(method) if isinstance(part, ast.Attribute)]
    used = {part.value: part.attr for part in attributes}
    guarded = _guarded(method, name)
    for part in attributes:
        if (
            isinstance(part.ctx, ast.Load)
            and isinstance(part.value, ast.Name)
            and part.value.id == name
        ):
            yield AttributeRead(
                name=part.attr,
                place=Place.of(statement, part),
                method=method.name,
                used_as=used.get(part, ""),
                guarded=part.attr in guarded,
            )


def _guarded(method: FunctionNode, name: str) -> frozenset[str]:
    """Attributes that a condition of the method tests, or ``hasattr``, or ``except``."""
    found: set[str] = set()
    for part in walk(method):
        if isinstance(part, (ast.If, ast.While, ast.IfExp, ast.Assert)):
            for inner in walk(part.test):
                if isinstance(inner, ast.Attribute):
                    found.add(inner.attr)
                elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    found.add(inner.value)
        elif isinstance(part, ast.Try):
            for body in part.body:
                found.update(n.attr for n in walk(body) if isinstance(n, ast.Attribute))
    return frozenset(found)


def _bindings(
    definition: ClassDefinition, models: set[tuple[str, str]]
) -> Iterator[AttributeBinding]:
    statement = definition.statement
    node = definition.node
    for part in _body(node):
        if isinstance(part, (ast.Assign, ast.AnnAssign)):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    none = isinstance(part.value, ast.Constant) and part.value.value is None
                    declared = part.value is None
                    yield AttributeBinding(
                        target.id, Place.of(statement, target), "", none or declared, False
                    )
        elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield AttributeBinding(part.name, Place.of(statement, part), "", False, False)
    for method in methods_of(node):
        name, to_none = self_name(method), _bound_to_none(method)
        for inner in walk(method):
            if (
                isinstance(inner, ast.Attribute)
                and not isinstance(inner.ctx, ast.Load)
                and isinstance(inner.value, ast.Name)
                and inner.value.id in (name, "cls", node.name)
            ):
                qualname = f"{definition.qualname}.{method.name}"
                yield AttributeBinding(
                    name=inner.attr,
                    place=Place.of(statement, inner),
                    method=method.name,
                    none=inner in to_none,
                    model=(qualname, f"self.{inner.attr}") in models,
                )


def _bound_to_none(method: FunctionNode) -> set[ast.AST]:
    """The targets of a method that get a literal ``None``, or only a type."""
    found: set[ast.AST] = set()
    for part in walk(method):
        if isinstance(part, (ast.Assign, ast.AnnAssign)):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            value = part.value
            if value is None or (isinstance(value, ast.Constant) and value.value is None):
                found.update(targets)
    return found


def _local_models(definition: ClassDefinition, events: list[Event]) -> Iterator[LocalModel]:
    prefix = f"{definition.qualname}."
    seen = {e.name: e for e in events if isinstance(e, FunctionSeen)}
    told: set[Place] = set()
    for event in events:
        if (
            isinstance(event, Binding)
            and event.models
            and "." not in event.name
            and not event.context.calls
            and event.context.function.startswith(prefix)
            and event.context.standalone
            and event.place not in told
        ):
            method = event.context.function.removeprefix(prefix)
            if "." in method:
                continue
            told.add(event.place)
            whole = seen.get(event.context.function)
            names = {n for n, _, _ in whole.local_models} if whole else set()
            yield LocalModel(
                method=method,
                name=event.name,
                place=event.place,
                statement=event.statement,
                stored=bool(whole and event.name in whole.kept),
                returned=bool(whole and whole.returns_model and event.name in names),
            )


def attributes_set_outside(statement: Statement) -> frozenset[str]:
    """Attributes that a statement assigns on anything: ``trainer.model = …``."""
    known = statement.memo.get("attributes set")
    if not isinstance(known, frozenset):
        known = statement.memo["attributes set"] = frozenset(
            n.attr
            for part in statement.body
            for n in walk(part)
            if isinstance(n, ast.Attribute)
            and not isinstance(n.ctx, ast.Load)
            and not (isinstance(n.value, ast.Name) and n.value.id in ("self", "cls"))
        )
    return known

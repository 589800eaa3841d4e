"""Attribute types: that ``self.model`` is a model of Keras, by all that its class assigns to it.

Never runs a method: what the text tells of a type is enough, and the life of the model is unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Many
from typing import cast

from keras_lsp.semantics.classes import chain_of, methods_of, self_name
from keras_lsp.semantics.definitions import ClassDefinition, parameters_of
from keras_lsp.semantics.reading import Reading
from keras_lsp.semantics.symbols import MODEL_METHODS, makes_model
from keras_lsp.semantics.typed import Typed
from keras_lsp.semantics.values import (
    NONE,
    UNKNOWN,
    Class,
    Function,
    Ref,
    Symbol,
    Value,
    is_none,
    is_unknown,
    one,
    only,
)
from keras_lsp.semantics.varying import own_nodes
from keras_lsp.syntax.walk import walk

_DEPTH = 4
_SEQUENTIAL = "keras.Sequential"

Assigned = Mapping[str, Many[tuple[ast.FunctionDef, ast.expr | None]]]


class AttributeTypes(Reading):
    """Knows the type of an attribute where a method that is looked at for itself reads it."""

    def as_typed(self, called: ast.expr, receiver: Value) -> Value:
        """What a method is called on, as far as its type where nothing else is known of it."""
        if not self.standalone or self.calls or not (is_unknown(receiver) or is_none(receiver)):
            return receiver
        known = self._typed(called)
        return one(known) if known is not None else receiver

    def _typed(self, called: ast.expr) -> Typed | None:
        """The model on which ``self.model.fit`` is called, if it certainly is one of Keras's."""
        running = self.activation
        if not (isinstance(called, ast.Attribute) and called.attr in MODEL_METHODS):
            # Of other methods no rule asks: what follows is not cheap.
            return None
        node = called.value
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            return None
        if node.value.id != running.self_name or self.state is None:
            return None
        owner = self._class_of(self.state.get(running.key, running.self_name))
        if owner is None or not self.closed(owner):
            return None
        inherited = self.class_attribute(owner, node.attr)
        if inherited is not None and not is_none(inherited):
            return None
        types: list[Value] = []
        for klass in chain_of(owner):
            # What another module's names stand for, nobody has looked up here.
            here = klass.definition.path == self.path
            for method, value in _assigned(klass.definition).get(node.attr, ()):
                types.append(self._type(value, method, klass, _DEPTH) if here else UNKNOWN)
        return _one_type(types)

    def _class_of(self, value: Value | None) -> Class | None:
        atom = only(value) if value else None
        thing = self.object(atom) if isinstance(atom, Ref) else None
        origin = only(thing.origin) if thing is not None else None
        return origin if isinstance(origin, Class) else None

    def _type(
        self, node: ast.expr | None, within: ast.FunctionDef, owner: Class | None, depth: int
    ) -> Value:
        """A ``Typed``, ``None``, or unknown: what an expression in a function gives."""
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Name(id=name) if depth:
                values = _bound(within, name)
                types = [self._type(value, within, owner, depth - 1) for value in values]
                known = _one_type(types)
                return one(known) if known is not None else UNKNOWN
            case ast.Call(func=func) if depth:
                return self._called(func, within, owner, depth)
        return UNKNOWN

    def _called(
        self, func: ast.expr, within: ast.FunctionDef, owner: Class | None, depth: int
    ) -> Value:
        callee: Value | None = None
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            if owner is not None and func.value.id == self_name(within):
                callee = self.class_attribute(owner, func.attr)
        atom = only(callee if callee is not None else self._resolved(func, within))
        if isinstance(atom, Symbol) and makes_model(atom.name):
            type = _SEQUENTIAL if atom.name == _SEQUENTIAL else "keras.Model"
            return one(Typed(type, atom.api))
        if not isinstance(atom, Function) or atom.definition.path != self.path:
            return UNKNOWN
        definition = atom.definition
        plain = not definition.scope.yields and not definition.asynchronous
        if not plain or set(definition.decorators) - {"staticmethod"}:
            return UNKNOWN
        inside = cast(ast.FunctionDef, definition.node)
        if isinstance(inside, ast.Lambda):
            return UNKNOWN
        own = owner if definition.owner is not None else None
        types = [self._type(v, inside, own, depth - 1) for v in _returned(inside)]
        known = _one_type(types)
        return one(known) if known is not None else UNKNOWN

    def _resolved(self, node: ast.expr, within: ast.FunctionDef) -> Value:
        """What a dotted name of the module stands for; nothing is told of who reads it."""
        if isinstance(node, ast.Name):
            hidden = node.id in parameters_of(within) or any(True for _ in _stores(within, node.id))
            found = self.state.get(self.path, node.id) if self.state and not hidden else None
            return found if found is not None else UNKNOWN
        if isinstance(node, ast.Attribute):
            atom = only(self._resolved(node.value, within))
            return self._attribute_of(atom, node) if atom is not None else UNKNOWN
        return UNKNOWN


def _one_type(types: list[Value]) -> Typed | None:
    """The type of all of them, those left out that are ``None``."""
    found = [only(value) for value in types if not is_none(value)]
    known = [atom for atom in found if isinstance(atom, Typed)]
    if not known or len(known) < len(found) or len({atom.api for atom in known}) > 1:
        return None
    return known[0] if len(set(known)) == 1 else Typed("keras.Model", known[0].api)


def _assigned(definition: ClassDefinition) -> Assigned:
    """What the methods of a class assign to attributes of ``self``; ``None``: not by itself."""
    key = ("assigned to self", definition.node)
    known = definition.statement.memo.get(key)
    if known is None:
        known = definition.statement.memo[key] = _assignments(definition.node)
    return cast(Assigned, known)


def _assignments(node: ast.ClassDef) -> Assigned:
    found: dict[str, list[tuple[ast.FunctionDef, ast.expr | None]]] = {}
    for method in methods_of(node):
        name = self_name(method)
        values = dict(_values(method))
        for part in walk(method):
            if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                if isinstance(part.value, ast.Name) and part.value.id == name:
                    within = cast(ast.FunctionDef, method)
                    found.setdefault(part.attr, []).append((within, values.get(part)))
    return found


def _bound(within: ast.FunctionDef, name: str) -> list[ast.expr | None]:
    """What a function assigns to one of its names; ``None`` for what is bound otherwise."""
    if name in parameters_of(within):
        return [None]
    values = dict(_values(within))
    return [values.get(target) for target in _stores(within, name)]


def _values(within: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Targets that are assigned by themselves, with what they are assigned."""
    for part in walk(within):
        if isinstance(part, ast.Assign):
            yield from ((target, part.value) for target in part.targets)
        elif isinstance(part, ast.AnnAssign) and part.value is not None:
            yield part.target, part.value


def _stores(within: ast.FunctionDef, name: str) -> Iterator[ast.Name]:
    for part in walk(within):
        if isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Store):
            yield part


def _returned(within: ast.FunctionDef) -> list[ast.expr | None]:
    return [part.value for part in own_nodes(within.body) if isinstance(part, ast.Return)]

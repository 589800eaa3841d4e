"""Optimizers: which one a model has after ``compile``, and the one that a callback reaches.

Never learns what it does to the model.
"""

from __future__ import annotations

import ast

from keras_lsp.semantics.definitions import ClassDefinition
from keras_lsp.semantics.machine import Machine
from keras_lsp.semantics.owners import OF_A_NAME
from keras_lsp.semantics.phases import Compilation, Family, Object
from keras_lsp.semantics.values import (
    UNKNOWN,
    Class,
    ObjectId,
    Ref,
    Symbol,
    Value,
    constant,
    one,
    only,
)
from keras_lsp.syntax import Place
from keras_lsp.syntax.walk import walk


def compiled_with(machine: Machine, compilation: Compilation, api: str) -> Value:
    """What ``model.optimizer`` is: the object that was given, or the one made of its name."""
    given = compilation.optimizer
    if not isinstance(constant(given), str):
        return given if isinstance(only(given), Ref) else UNKNOWN
    return _some_optimizer(machine, compilation.place, api)


def reached(machine: Machine, node: ast.Attribute) -> Value:
    """What ``self.model.optimizer`` is in a callback: ``set_model`` gave it a compiled model."""
    model = node.value
    if not isinstance(model, ast.Attribute) or (model.attr, node.attr) != ("model", "optimizer"):
        return UNKNOWN
    holder = only(machine.lookup(model.value.id)) if isinstance(model.value, ast.Name) else None
    thing = machine.object(holder) if isinstance(holder, Ref) else None
    if thing is None or thing.family is not Family.CALLBACK or thing.attribute("model"):
        return UNKNOWN
    origin = only(thing.origin)
    api = _watches(origin) if isinstance(origin, Class) else None
    return _some_optimizer(machine, machine.place(node), api) if api else UNKNOWN


def _some_optimizer(machine: Machine, place: Place, api: str) -> Value:
    """An optimizer of Keras of which nobody knows the class."""
    if machine.state is None:
        return UNKNOWN
    made = Ref(ObjectId(place, machine.calls))
    if machine.state.object(made) is None:
        machine.state.store(made, Object(Family.OPTIMIZER, OF_A_NAME, api=api))
    return one(made)


def _watches(origin: Class, depth: int = 6) -> str | None:
    """The package of the callback that a class derives from, where it has the model from there."""
    if not depth or _has_its_own(origin.definition, "model"):
        return None
    found: str | None = None
    for base in origin.bases:
        parent = only(base)
        if isinstance(parent, Class):
            found = found or _watches(parent, depth - 1)
        elif isinstance(parent, Symbol):
            found = found or parent.api
        else:
            return None
    return found


def _has_its_own(definition: ClassDefinition, name: str) -> bool:
    """Whether a class binds an attribute, on an instance or for all."""
    return name in definition.scope.locals or any(
        isinstance(part, ast.Attribute) and part.attr == name and isinstance(part.ctx, ast.Store)
        for part in walk(definition.node)
    )

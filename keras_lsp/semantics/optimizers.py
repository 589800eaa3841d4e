"""Optimizers: which one a model has after ``compile``.

Never learns what it does to the model.
"""

from __future__ import annotations

from keras_lsp.semantics.machine import Machine
from keras_lsp.semantics.phases import Compilation, Family, Object
from keras_lsp.semantics.values import UNKNOWN, ObjectId, Ref, Value, constant, one, only


def compiled_with(machine: Machine, compilation: Compilation, api: str) -> Value:
    """What ``model.optimizer`` is: the object that was given, or the one made of its name."""
    given = compilation.optimizer
    if not isinstance(constant(given), str) or machine.state is None:
        return given if isinstance(only(given), Ref) else UNKNOWN
    made = Ref(ObjectId(compilation.place, machine.calls))
    if machine.state.object(made) is None:
        machine.state.store(made, Object(Family.OPTIMIZER, "keras.Optimizer", api=api))
    return one(made)

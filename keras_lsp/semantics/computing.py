"""Computing: which calls surely do nothing but compute a tensor of what they are given.

Never computes anything, and never looks into functions of the program.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from keras_lsp.semantics.phases import Family
from keras_lsp.semantics.values import Atom, External, Ref, Symbol

if TYPE_CHECKING:
    from keras_lsp.semantics.machine import Machine

_ACTING = frozenset({"config", "data", "distribute", "function", "io", "numpy_function", "print",
                     "py_function", "saved_model", "summary", "train", "profiler"})  # fmt: skip
"""What of TensorFlow writes, runs or hands on what it is given."""


def computes(machine: Machine, node: ast.expr, models: bool = True) -> bool:
    """Whether evaluating an expression surely computes a new tensor.

    Without ``models``: by what has no weights.
    """
    if isinstance(node, (ast.BinOp, ast.UnaryOp)):
        return True
    if not isinstance(node, ast.Call):
        return False
    # ``MeanSquaredError()(y, predicted)`` computes what ``MeanSquaredError`` is made for.
    func = node.func.func if isinstance(node.func, ast.Call) else node.func
    if not _is_dotted(func):
        return False
    with machine.quietly():
        callee = machine.evaluate(func)
    return bool(callee) and all(_is_computation(machine, atom, models) for atom in callee)


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _is_computation(machine: Machine, atom: Atom, models: bool) -> bool:
    if isinstance(atom, Symbol):
        return atom.name.startswith(("keras.losses.", "keras.ops."))
    if isinstance(atom, External):
        _, *path = atom.name.split(".")
        return atom.name.startswith("tensorflow.") and path[-1].islower() and path[0] not in _ACTING
    thing = machine.object(atom) if isinstance(atom, Ref) else None
    if thing is None:
        return False
    return thing.type.startswith("keras.losses.") or (
        models and thing.family in (Family.MODEL, Family.LAYER)
    )

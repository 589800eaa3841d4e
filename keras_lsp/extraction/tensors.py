"""Tensors: what a program can reckon with of a symbolic tensor, once its shape is known.

Never asks for a shape itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from keras_lsp.extraction.values import NONE, Const, KerasTensor, Tup, Value, const
from keras_lsp.networks import UNKNOWN
from keras_lsp.replies import Outputs, TensorSpec

ATTRIBUTES = frozenset({"dtype", "ndim", "rank", "shape"})
SHAPES = frozenset({"keras.backend.int_shape", "keras.backend.shape", "keras.ops.shape"})
SHAPES_OF_OTHERS = frozenset({"tensorflow.shape", "numpy.shape"})
RANKS = frozenset({"keras.backend.ndim", "keras.ops.ndim"})
RANKS_OF_OTHERS = frozenset({"tensorflow.rank", "numpy.ndim"})


def attribute(outputs: Outputs, name: str) -> Value:
    """``x.shape`` and the like; a dimension that Keras leaves open is None, as it is there."""
    if not isinstance(outputs, TensorSpec):
        return UNKNOWN
    if name == "shape":
        return shape(outputs.shape)
    return const(outputs.dtype if name == "dtype" else len(outputs.shape))


def shape(dimensions: Sequence[int | None]) -> Tup:
    return Tup(tuple(const(each) for each in dimensions))


def several(outputs: Outputs, tensor: KerasTensor) -> tuple[KerasTensor, ...] | None:
    """Each of the tensors that a node gives; None if it gives one, or nobody knows."""
    if not isinstance(outputs, tuple):
        return None
    return tuple(KerasTensor(tensor.node, (*tensor.path, n)) for n in range(len(outputs)))


def of_shape(whole: Tup, name: str) -> Value | None:
    """An attribute of a shape, or what a method of it gives; None where it has none."""
    if name in ("rank", "ndims"):
        return const(len(whole.items))
    if name == "num_elements" and all(isinstance(each, Const) for each in whole.items):
        product = 1
        for each in whole.items:
            if not isinstance(each, Const) or type(each.value) is not int:
                return NONE
            product *= each.value
        return const(product)
    return None


def dimensions(value: Value) -> tuple[int | None, ...] | None:
    """A shape that a program has put together, if all of it is known."""
    if not isinstance(value, Tup):
        return None
    found: list[int | None] = []
    for each in value.items:
        known = isinstance(each, Const) and (each.value is None or type(each.value) is int)
        if not known or not isinstance(each, Const):
            return None
        found.append(each.value)
    return tuple(found)

"""Operations: the functions of TensorFlow and of Keras 2's backend by the ``keras.ops`` they are.

Never calls one.  Only inside a layer's ``call`` or a ``Lambda`` do they take what Keras hands on;
outside, Keras refuses a symbolic tensor to most of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from keras_lsp.extraction.values import Array, Value
from keras_lsp.networks import UNKNOWN

PACKAGES = (
    "tensorflow.math.", "tensorflow.nn.", "tensorflow.linalg.", "tensorflow.", "keras.backend.",
    "keras.activations.", "keras.ops.",
)  # fmt: skip
_SAME = """
abs ceil cos cosh elu erf exp expm1 floor gelu leaky_relu log log1p log_softmax negative relu
relu6 round rsqrt selu sigmoid sign silu sin sinh softmax softplus softsign sqrt square
stop_gradient swish tan tanh zeros_like ones_like
"""
SAME = frozenset(_SAME.split())
"""One tensor in, one of the same shape out, whatever else they are told."""
_UNCHANGED = """
clip clip_by_value clip_by_norm dropout ensure_shape hard_sigmoid identity is_nan l2_normalize
local_response_normalization lrn
"""
UNCHANGED = frozenset(_UNCHANGED.split())
"""The same, but ``keras.ops`` has none of this name, or takes other arguments."""
_TWO = """
add divide equal floor_divide greater greater_equal less less_equal logical_and logical_or maximum
minimum multiply not_equal subtract matmul
"""
TWO = frozenset(_TWO.split())
_REDUCED = """
reduce_mean reduce_sum reduce_max reduce_min reduce_prod reduce_any
"""
REDUCED = frozenset(_REDUCED.split())
LIKE_IT = frozenset(["max", "mean", "min", "prod", "std", "sum", "var"])
"""Of the backend, ``(x, axis, keepdims)``."""
RENAMED: Mapping[str, str] = {
    "batch_flatten": "",
    "concat": "concatenate",
    "concatenate": "concatenate",
    "cast": "cast",
    "einsum": "einsum",
    "expand_dims": "expand_dims",
    "argmax": "argmax",
    "permute_dimensions": "transpose",
    "repeat_elements": "repeat",
    "reshape": "reshape",
    "reverse": "flip",
    "squeeze": "squeeze",
    "stack": "stack",
    "tile": "tile",
    "transpose": "transpose",
    "pow": "power",
}
KEYWORDS: Mapping[str, str] = {
    "a": "x", "input": "x", "input_tensor": "x", "keep_dims": "keepdims", "multiples": "repeats",
    "n": "repeats", "newshape": "newshape", "pattern": "axes", "perm": "axes", "tensor": "x",
    "tensors": "xs", "values": "xs",
}  # fmt: skip
STACKED = {"concatenate": "xs"}
FRESH: Mapping[str, str] = {
    "keras.backend.random_normal": "shape",
    "keras.backend.random_uniform": "shape",
    "keras.ops.ones": "shape",
    "keras.ops.zeros": "shape",
    "keras.random.normal": "shape",
    "keras.random.truncated_normal": "shape",
    "keras.random.uniform": "shape",
    "tensorflow.ones": "shape",
    "tensorflow.random.normal": "shape",
    "tensorflow.random.truncated_normal": "shape",
    "tensorflow.random.uniform": "shape",
    "tensorflow.zeros": "shape",
}
"""They make a tensor of the shape that they are given first."""
COUNTS = frozenset({"keras.ops.arange", "tensorflow.range"})
"""They make a row of numbers."""


def named(dotted: str) -> str | None:
    """The name of the ``keras.ops`` that does the same; None: nobody knows."""
    package = next((each for each in PACKAGES if dotted.startswith(each)), None)
    if package is None:
        return None
    name = dotted.removeprefix(package)
    if name in SAME or name in TWO:
        return f"keras.ops.{name}"
    if name in UNCHANGED:
        return "keras.activations.linear"
    if name in REDUCED:
        return f"keras.ops.{name.removeprefix('reduce_')}"
    if name in LIKE_IT:
        return f"keras.ops.{name}" if package in ("keras.backend.", "keras.ops.") else None
    known = RENAMED.get(name)
    return f"keras.ops.{known}" if known else None


def arguments(
    operation: str, args: tuple[Value, ...], keywords: tuple[tuple[str, Value], ...]
) -> tuple[tuple[Value, ...], tuple[tuple[str, Value], ...]]:
    """What ``keras.ops`` is given for what the other function was given."""
    short = operation.rpartition(".")[2]
    if short in SAME or short == "linear":
        first = args[:1] or tuple(value for _, value in keywords[:1])
        return first, ()
    told = tuple((KEYWORDS.get(key, key), value) for key, value in keywords if key != "name")
    if short in ("stack", "repeat", "reshape", "flip"):
        # The first argument alone has other names elsewhere.
        told = tuple(("x" if key == "xs" else key, value) for key, value in told)
    return args, told


def of_shape(shape: tuple[int | None, ...] | None) -> Value:
    return UNKNOWN if shape is None else Array(shape)

"""Operations: what functions of TensorFlow are called in ``keras.ops``.

Never holds one whose result differs; tests compare them under TensorFlow and Keras.
"""

from __future__ import annotations

_ARITHMETIC = (
    "abs", "add", "cos", "divide", "equal", "exp", "floor", "greater", "greater_equal", "less",
    "less_equal", "logical_and", "logical_not", "logical_or", "maximum", "minimum", "multiply",
    "negative", "not_equal", "round", "sigmoid", "sign", "sin", "sqrt", "square", "subtract", "tan",
    "tanh", "cosh", "sinh",
)  # fmt: skip
"""In TensorFlow itself and in ``tf.math``."""
_SHAPES = (
    "argsort", "broadcast_to", "cast", "einsum", "expand_dims", "matmul", "norm", "one_hot",
    "ones_like", "pad", "repeat", "reshape", "roll", "sort", "squeeze", "stack", "stop_gradient",
    "tensordot", "tile", "transpose", "where", "zeros_like",
)  # fmt: skip
_REDUCED = {
    "reduce_all": "all",
    "reduce_any": "any",
    "reduce_logsumexp": "logsumexp",
    "reduce_max": "max",
    "reduce_mean": "mean",
    "reduce_min": "min",
    "reduce_prod": "prod",
    "reduce_sum": "sum",
    "pow": "power",
}
_ARCS = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atan2": "arctan2", "atanh": "arctanh",
}  # fmt: skip
_MATH = {
    **{n: n for n in ("ceil", "erf", "expm1", "log", "log1p", "logical_xor", "reciprocal")},
    **{n: n for n in ("cumprod", "cumsum", "rsqrt", "softplus")},
    "floordiv": "floor_divide",
    "floormod": "mod",
    "is_finite": "isfinite",
    "is_inf": "isinf",
    "is_nan": "isnan",
    "l2_normalize": "normalize",
    "reduce_std": "std",
    "reduce_variance": "var",
}
_NN = ("elu", "leaky_relu", "log_softmax", "relu", "relu6", "selu", "sigmoid", "silu", "softmax",
       "softplus", "softsign", "tanh")  # fmt: skip

OPERATIONS = {
    **{name: name for name in (*_ARITHMETIC, *_SHAPES)},
    **_REDUCED,
    **_ARCS,
    **{f"math.{name}": name for name in _ARITHMETIC},
    **{f"math.{name}": new for name, new in (_REDUCED | _ARCS | _MATH).items()},
    **{f"nn.{name}": name for name in _NN},
    "nn.bias_add": "add",
    "nn.l2_normalize": "normalize",
    "nn.swish": "silu",
    "clip_by_value": "clip",
    "concat": "concatenate",
    "cumsum": "cumsum",
    "gather": "take",
    "linalg.matmul": "matmul",
    "linalg.norm": "norm",
    "reverse": "flip",
}
"""A function below ``tensorflow``, and the one below ``keras.ops`` that does the same."""


def is_operation(dotted: str) -> bool:
    """Whether ``tensorflow.reduce_mean`` gives a tensor, and a layer can take its place."""
    name = dotted.removeprefix("tensorflow.")
    return name in OPERATIONS or name in IN_TRAINING


KEYWORDS = frozenset({"axis", "dtype", "keepdims"})
"""The parameters that are called the same on both sides."""

LEADING = {
    **dict.fromkeys(("elu", "norm", "round", "silu"), 1),
    **dict.fromkeys(("add", "argsort", "broadcast_to", "cumprod", "cumsum", "flip", "matmul"), 2),
    **dict.fromkeys(("normalize", "one_hot", "pad", "sort", "take", "transpose"), 2),
    "einsum": 9,
}
"""How many parameters are the same at the same positions, where it is not all that are in use."""

AXIS_STATED = frozenset({"cumprod", "cumsum", "take"})
"""Those that go along another axis than TensorFlow's where none is named."""

IN_TRAINING = {"nn.dropout": "Dropout"}
"""A function below ``tensorflow``, and the layer that does the same, but in training only."""

"""Operations: what functions of TensorFlow are called in ``keras.ops``.

Never holds one whose result differs; tests compare them under TensorFlow and Keras.
"""

from __future__ import annotations

_ARITHMETIC = (
    "abs", "add", "cos", "divide", "equal", "exp", "floor", "greater", "greater_equal", "less",
    "less_equal", "logical_and", "logical_not", "logical_or", "maximum", "minimum", "multiply",
    "not_equal", "round", "sigmoid", "sign", "sin", "sqrt", "square", "subtract", "tanh",
)  # fmt: skip
"""In TensorFlow itself and in ``tf.math``."""
_SHAPES = (
    "cast", "expand_dims", "matmul", "ones_like", "reshape", "squeeze", "stack", "tile",
    "transpose", "where", "zeros_like",
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
_NN = ("elu", "leaky_relu", "log_softmax", "relu", "relu6", "selu", "sigmoid", "silu", "softmax",
       "softplus", "softsign", "tanh")  # fmt: skip

OPERATIONS = {
    **{name: name for name in (*_ARITHMETIC, *_SHAPES)},
    **_REDUCED,
    **{f"math.{name}": name for name in (*_ARITHMETIC, "ceil", "log", "rsqrt", "softplus")},
    **{f"math.{name}": new for name, new in _REDUCED.items()},
    "math.reduce_std": "std",
    "math.reduce_variance": "var",
    **{f"nn.{name}": name for name in _NN},
    "nn.swish": "silu",
    "clip_by_value": "clip",
    "concat": "concatenate",
    "linalg.matmul": "matmul",
}
"""A function below ``tensorflow``, and the one below ``keras.ops`` that does the same."""


def is_operation(dotted: str) -> bool:
    """Whether ``tensorflow.reduce_mean`` is one of these."""
    return dotted.removeprefix("tensorflow.") in OPERATIONS


KEYWORDS = frozenset({"axis", "dtype", "keepdims"})
"""The parameters that are called the same on both sides."""

LEADING = {"elu": 1, "matmul": 2, "round": 1, "silu": 1, "transpose": 2}
"""How many parameters are the same at the same positions, where it is not all that are in use."""

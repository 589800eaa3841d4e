"""The whitelist: what of Keras may be made in the probe, and with which arguments.

Never makes anything, and knows of no other way to name something than its public name.
"""

from __future__ import annotations

import inspect
from typing import Any


class Refused(Exception):
    """Nothing that the probe is willing or able to work out: unknown, and no fault."""


LONGEST_TEXT = 4096
LONGEST_LIST = 4096
LARGEST_NUMBER = 1 << 40
DEEPEST = 12
"""How far arguments may be nested in each other."""

RUN_CODE = frozenset(
    (
        "FlaxLayer", "InputLayer", "JaxLayer", "Lambda", "Layer", "TFSMLayer",
        "TorchModuleWrapper", "Wrapper",
    )
)  # fmt: skip
"""Layers that run what they are given, or are no more than a base."""
REFUSED_ARGUMENTS = frozenset(
    (
        "call_fn", "custom_objects", "filepath", "fn", "function", "init_fn", "init_params",
        "mask_fn", "module", "output_shape_fn", "params", "quantization_config", "state",
        "weights",
    )
)  # fmt: skip
"""Arguments that are code, files, arrays or serialised configurations."""
FILE_IF_TEXT = frozenset(("vocabulary", "idf_weights"))
"""Arguments that are lists here; a text would be the path of a file."""
BASES = {
    "initializers": "Initializer",
    "regularizers": "Regularizer",
    "constraints": "Constraint",
    "losses": "Loss",
    "dtype_policies": "DTypePolicy",
    "layers": "Layer",
}
"""Modules of ``keras`` whose classes may be instantiated, and what these are classes of."""
FUNCTIONS = ("activations", "initializers", "losses")
"""Modules of ``keras`` whose functions and classes may be handed over as themselves."""
NO_FUNCTIONS = frozenset(("deserialize", "get", "serialize"))
APPLICATIONS = "applications"
WEIGHTS = (None, "imagenet")
"""The only ``weights`` of an application; they are not loaded."""

_OPERATIONS = """
abs absolute add all amax amin any arccos arcsin arctan arctan2 argmax argmin argsort average
average_pool batch_normalization broadcast_to cast ceil celu clip concatenate conv
conv_transpose cos cosh count_nonzero cross cumprod cumsum depthwise_conv diagonal divide
divide_no_nan dot dot_product_attention dstack einsum elu equal erf exp expand_dims expm1 flip
floor floor_divide full_like gelu get_item glu greater greater_equal hard_shrink hard_sigmoid
hard_silu hard_swish hard_tanh hstack inner isfinite isinf isnan layer_normalization leaky_relu
less less_equal log log10 log1p log2 log_sigmoid log_softmax logaddexp logical_and logical_not
logical_or logical_xor logsumexp matmul max max_pool maximum mean median min minimum mod moments
moveaxis multi_hot multiply nan_to_num negative norm normalize not_equal one_hot ones_like outer
pad power prod quantile ravel reciprocal relu relu6 repeat reshape rms_normalization roll round
rsqrt selu separable_conv sigmoid sign silu sin sinh soft_shrink softmax softplus softsign sort
sparsemax split sqrt square squareplus squeeze stack std stop_gradient subtract sum swapaxes
swish take take_along_axis tan tanh tanh_shrink tensordot threshold tile top_k trace transpose
tril triu true_divide unstack var vdot vstack where zeros_like
"""
OPERATIONS = frozenset(_OPERATIONS.split())
"""The functions of ``keras.ops`` that may be called, on tensors only."""
MERGES = frozenset(
    (
        "add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract",
    )
)  # fmt: skip
"""The functions of ``keras.layers`` that are the layers of the same name."""
SLICE, ELLIPSIS = "slice", "Ellipsis"
"""What may stand in ``tensor[…]`` beside numbers and None."""


ONE_TENSOR = frozenset(("keras.layers.Pipeline",))
"""Layers that stack a list of tensors, which the null backend does not see."""


def part(name: str) -> tuple[str, str]:
    """``keras.layers.Dense`` → ``layers``, ``Dense``; anything else is refused."""
    words = name.split(".")
    if len(words) != 3 or words[0] != "keras" or not all(w.isidentifier() for w in words):
        raise Refused(name)
    if words[2].startswith("_"):
        raise Refused(name)
    return words[1], words[2]


def class_named(keras: Any, name: str) -> Any:
    """The class of a layer, an initializer and the like that may be instantiated."""
    module, short = part(
        "keras.dtype_policies.DTypePolicy" if name == "keras.DTypePolicy" else name
    )
    base = BASES.get(module)
    if base is None or short in RUN_CODE:
        raise Refused(name)
    space = getattr(keras, module, None)
    found = getattr(space, short, None) if short in dir(space) else None
    parent = getattr(space, base, None)
    if parent is None or not isinstance(found, type) or not issubclass(found, parent):
        raise Refused(name)
    if found.__name__ in RUN_CODE or (found is parent and module != "dtype_policies"):
        raise Refused(name)
    return found


def application_named(keras: Any, name: str) -> Any:
    module, short = part(name)
    space = getattr(keras, APPLICATIONS, None)
    found = getattr(space, short, None) if short in dir(space) else None
    if module != APPLICATIONS or not inspect.isfunction(found):
        raise Refused(name)
    return found


def function_named(keras: Any, name: str) -> Any:
    """A function or class that is an argument itself, such as ``keras.activations.relu``."""
    if name == ELLIPSIS:
        return ...
    module, short = part(name)
    if module == "ops" and short in OPERATIONS and hasattr(keras.ops, short):
        return getattr(keras.ops, short)
    space = getattr(keras, module, None)
    if module not in FUNCTIONS or short in NO_FUNCTIONS or short not in dir(space):
        raise Refused(name)
    found = getattr(space, short)
    if not (inspect.isfunction(found) or isinstance(found, type)):
        raise Refused(name)
    return found


def operation_named(keras: Any, name: str) -> Any:
    """A function that is called on tensors."""
    module, short = part(name)
    allowed = {"ops": OPERATIONS, "layers": MERGES}.get(module, frozenset())
    if module == "activations":
        return function_named(keras, name)
    found = getattr(getattr(keras, module, None), short, None) if short in allowed else None
    if found is None:
        raise Refused(name)
    return found


def literal(value: Any) -> Any:
    """A number, a text, a truth value or None within the limits."""
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_NUMBER:
            raise Refused("a number is too large")
        return value
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise Refused("a text is too long")
        return value
    raise Refused(f"an argument is of {type(value).__name__}")


def argument(name: str | None, value: Any) -> None:
    """Refuse what may not be given to a parameter of this name."""
    if name in REFUSED_ARGUMENTS:
        raise Refused(f"the argument `{name}`")
    if name in FILE_IF_TEXT and isinstance(value, str):
        raise Refused(f"the argument `{name}` names a file")


def parameter_names(callee: Any) -> list[str | None]:
    """The names that positional arguments go to, so that these can be refused by name too."""
    try:
        parameters = list(inspect.signature(callee).parameters.values())
    except (TypeError, ValueError) as problem:
        raise Refused("a callable without signature") from problem
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in parameters if p.kind in positional]

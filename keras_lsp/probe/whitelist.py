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
abs add all any argmax argmin argsort average average_pool batch_normalization broadcast_to cast
ceil clip concatenate conv cos cumsum depthwise_conv divide dot einsum elu equal exp expand_dims
flip floor floor_divide gelu greater greater_equal hard_sigmoid hard_silu hard_swish
l2_normalize leaky_relu less less_equal log log1p log_softmax logical_and logical_not logical_or
logsumexp matmul max max_pool maximum mean min minimum mod moveaxis multiply negative normalize
norm not_equal one_hot ones_like pad power prod ravel reciprocal relu relu6 repeat reshape roll
round rsqrt selu sigmoid sign silu sin softmax softplus softsign sort split sqrt square squeeze
stack std subtract sum swapaxes swish take take_along_axis tan tanh tensordot tile top_k
transpose true_divide unstack var where zeros_like
"""
OPERATIONS = frozenset(_OPERATIONS.split())
"""The functions of ``keras.ops`` that may be called, on tensors only."""


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
    module, short = part(name)
    if module == "ops" and short in OPERATIONS:
        return getattr(keras.ops, short)
    space = getattr(keras, module, None)
    if module not in FUNCTIONS or short in NO_FUNCTIONS or short not in dir(space):
        raise Refused(name)
    found = getattr(space, short)
    if not (inspect.isfunction(found) or isinstance(found, type)):
        raise Refused(name)
    return found


def operation_named(keras: Any, name: str) -> Any:
    module, short = part(name)
    found = getattr(keras.ops, short, None) if short in OPERATIONS else None
    if module != "ops" or found is None:
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

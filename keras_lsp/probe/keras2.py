"""Keras 2 as the probe needs it: over TensorFlow, in graphs, so that no weight is allocated.

Never imported where Keras 3 is asked.

In a graph of TensorFlow 1 a variable is a node like any other, and a layer is called on
placeholders.  What Keras 3 has under another name is put together here under that name.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

MODULES = ("activations", "applications", "constraints", "initializers", "layers", "losses",
           "regularizers", "utils")  # fmt: skip
NAMES = ("Input", "Model", "Sequential", "__version__")
FILES = ("src.utils.data_utils", "utils.data_utils", "src.utils.file_utils")
"""Where the function is that would download weights, below ``keras`` or ``tf_keras``."""
_SAME = """
abs add argmax argmin ceil cos cosh divide_no_nan equal erf exp expm1 floor greater greater_equal
less less_equal log log1p log_sigmoid logical_and logical_not logical_or maximum minimum mod
multiply negative not_equal pow reciprocal round rsqrt sigmoid sign sin sinh softplus sqrt square
subtract tan tanh
"""
SAME_IN_MATH = _SAME.split()
REDUCTIONS = ("all", "any", "logsumexp", "max", "mean", "min", "prod", "std", "sum", "variance")


def import_keras(package: str, on_step: Callable[[], None]) -> Any:
    """``keras`` or ``tf_keras`` with the names of Keras 3; raises `ImportError`."""
    keras = importlib.import_module(package)
    if int(str(keras.__version__).partition(".")[0]) != 2:
        raise ImportError(f"{package} {keras.__version__} is not Keras 2")
    tensorflow = importlib.import_module("tensorflow")
    on_step()
    _load_nothing(package, keras)
    found: dict[str, Any] = {name: getattr(keras, name) for name in (*MODULES, *NAMES)}
    return SimpleNamespace(
        **found,
        KerasTensor=_tensor_of(keras),
        config=_config(keras),
        graph=tensorflow.Graph,
        is_keras2=True,
        ops=_operations(tensorflow),
    )


@contextlib.contextmanager
def graph(keras: Any) -> Iterator[None]:
    """A graph of its own for what is asked next."""
    with keras.graph().as_default():
        yield


def _tensor_of(keras: Any) -> Callable[..., Any]:
    def tensor(shape: tuple[int | None, ...], dtype: str = "float32", sparse: bool = False) -> Any:
        return keras.Input(batch_shape=shape, dtype=dtype, sparse=sparse)

    return tensor


def _config(keras: Any) -> Any:
    backend, policies = keras.backend, keras.mixed_precision
    return SimpleNamespace(
        dtype_policy=lambda: policies.global_policy().name,
        floatx=backend.floatx,
        image_data_format=backend.image_data_format,
        set_dtype_policy=policies.set_global_policy,
        set_floatx=backend.set_floatx,
        set_image_data_format=backend.set_image_data_format,
    )


def _operations(tf: Any) -> Any:
    """The functions of ``keras.ops`` that operators and the like stand for."""
    found = {name: getattr(tf.math, name) for name in SAME_IN_MATH}
    for name in REDUCTIONS:
        found["var" if name == "variance" else name] = getattr(tf.math, f"reduce_{name}")
    found.update(
        cast=tf.cast,
        concatenate=tf.concat,
        expand_dims=tf.expand_dims,
        floor_divide=tf.math.floordiv,
        get_item=lambda x, key: x[key],
        gelu=tf.nn.gelu,
        matmul=tf.matmul,
        ones_like=tf.ones_like,
        power=tf.math.pow,
        relu=tf.nn.relu,
        reshape=tf.reshape,
        softmax=tf.nn.softmax,
        squeeze=tf.squeeze,
        stack=tf.stack,
        transpose=tf.transpose,
        true_divide=tf.math.truediv,
        divide=tf.math.truediv,
        zeros_like=tf.zeros_like,
    )
    return SimpleNamespace(**found)


def _load_nothing(package: str, keras: Any) -> None:
    """Applications check their arguments and then neither download nor read a file."""
    for name in FILES:
        module = sys.modules.get(f"{package}.{name}")
        if module is not None and hasattr(module, "get_file"):
            vars(module)["get_file"] = lambda *args, **keywords: ""
    keras.Model.load_weights = lambda self, *args, **keywords: None

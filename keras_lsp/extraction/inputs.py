"""Inputs: what the arguments of a first layer say of what goes into its model.

Never looks at more than one layer.
"""

from __future__ import annotations

from keras_lsp.networks import Argument, Listed, Made
from keras_lsp.replies import TensorSpec


def input_arguments(made: Made) -> Made | None:
    """``Dense(3, input_shape=(8,))`` says what its Input is."""
    keywords = dict(made.keywords)
    found: tuple[str, Argument] | None = None
    if "batch_input_shape" in keywords:
        found = "batch_shape", keywords["batch_input_shape"]
    elif "input_shape" in keywords:
        found = "shape", keywords["input_shape"]
    elif "input_dim" in keywords and made.name != "keras.layers.Embedding":
        found = "shape", (keywords["input_dim"],)
    if found is None or found[1] is None:
        return None
    name, shape = found
    if isinstance(shape, Listed):
        shape = shape.items
    dtype = tuple((key, value) for key, value in made.keywords if key == "dtype")
    return Made("keras.Input", (), ((name, shape), *dtype), made.namespace)


def input_of(spec: TensorSpec) -> Made:
    """The ``keras.Input`` that gives such a tensor."""
    return Made("keras.Input", (), (("batch_shape", spec.shape), ("dtype", spec.dtype)))

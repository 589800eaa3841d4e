"""Written out: small functions that Keras 2 lent to everybody and keeps to itself now.

Never holds code of Keras: each is written from what it does, and a test compares what both give.
"""

from __future__ import annotations

_NORMALIZE_TUPLE = """
# A tuple of `n` integers, from one integer or from `n` of them.
def normalize_tuple(value, n, name):
    values = (value,) * n if isinstance(value, int) else tuple(value)
    if len(values) != n:
        raise ValueError(f"`{name}` must be {n} integers, not {value!r}")
    return tuple(int(size) for size in values)
"""

_NORMALIZE_PADDING = """
# The padding in lower case.
def normalize_padding(value):
    if isinstance(value, (list, tuple)):
        return value
    padding = value.lower()
    if padding not in ("valid", "same", "causal"):
        raise ValueError(f"`padding` must be 'valid', 'same' or 'causal', not {value!r}")
    return padding
"""

_NORMALIZE_DATA_FORMAT = """
# The data format in lower case; `None` means the one that Keras is set to.
def normalize_data_format(value):
    from {keras}.backend import image_data_format

    data_format = (value or image_data_format()).lower()
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(f"unknown `data_format`: {value!r}")
    return data_format
"""

_CONV_OUTPUT_LENGTH = """
# The length that a convolution gives along one dimension.
def conv_output_length(input_length, filter_size, padding, stride, dilation=1):
    if input_length is None:
        return None
    reach = (filter_size - 1) * dilation
    grown = {"same": 0, "causal": 0, "valid": -reach, "full": reach}[padding]
    return (input_length + grown + stride - 1) // stride
"""

_CONV_INPUT_LENGTH = """
# The length that a convolution took along one dimension.
def conv_input_length(output_length, filter_size, padding, stride):
    if output_length is None:
        return None
    padded = {"same": filter_size // 2, "valid": 0, "full": filter_size - 1}[padding]
    return (output_length - 1) * stride - 2 * padded + filter_size
"""

_CONVERT_KERNEL = """
# The kernel turned around in space: Theano's order for TensorFlow's, and back.
def convert_kernel(kernel):
    import numpy

    return numpy.flip(kernel, tuple(range(numpy.ndim(kernel) - 2))).copy()
"""

_HAS_ARG = """
# Whether a function takes an argument of this name.
def has_arg(fn, name, accept_all=False):
    import inspect

    taken = inspect.getfullargspec(fn)
    if accept_all and taken.varkw is not None:
        return True
    return name in taken.args or name in taken.kwonlyargs
"""

_MODEL_FROM_CONFIG = """
# A new model, from the name of its class and what its `get_config` gave.
def model_from_config(config, custom_objects=None):
    from {keras}.models import Model, Sequential

    known = {"Sequential": Sequential, "Functional": Model, "Model": Model}
    model = {**known, **(custom_objects or {})}[config["class_name"]]
    return model.from_config(config["config"], custom_objects=custom_objects)
"""

FUNCTIONS = {
    # keras/utils/conv_utils.py of 2.0 to 2.15: arithmetic, and checks of arguments.
    "keras.utils.conv_utils.normalize_tuple": _NORMALIZE_TUPLE,
    "keras.utils.conv_utils.normalize_padding": _NORMALIZE_PADDING,
    "keras.utils.conv_utils.normalize_data_format": _NORMALIZE_DATA_FORMAT,
    "keras.utils.conv_utils.conv_output_length": _CONV_OUTPUT_LENGTH,
    "keras.utils.conv_utils.conv_input_length": _CONV_INPUT_LENGTH,
    "keras.utils.conv_utils.convert_kernel": _CONVERT_KERNEL,
    # keras/backend/common.py of 2.2 and 2.3 had this one as well.
    "keras.backend.common.normalize_data_format": _NORMALIZE_DATA_FORMAT,
    # keras/utils/np_utils.py of 1.2.
    "keras.utils.np_utils.convert_kernel": _CONVERT_KERNEL,
    # keras/utils/generic_utils.py of 2.0 to 2.15.
    "keras.utils.generic_utils.has_arg": _HAS_ARG,
    # keras/models.py of 1.2 to 2.3: the config is `{"class_name": …, "config": …}`.
    "keras.models.model_from_config": _MODEL_FROM_CONFIG,
}
"""The text of a function by the path of what it does again.

``{keras}`` in a text stands for the package that the program imports.
"""


def text(path: str, keras: str) -> str | None:
    """A function that does what one of Keras 2 did, ``None`` where none is written out."""
    found = FUNCTIONS.get(path)
    return found.strip().replace("{keras}", keras) if found is not None else None

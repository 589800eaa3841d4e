"""Settings: what a program sets for all layers, set for the time of one question.

Never leaves Keras as it was not before.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from keras_lsp.probe.whitelist import Refused

NAMES = ("dtype_policy", "floatx", "image_data_format")
LONGEST = 40


@contextlib.contextmanager
def set_to(keras: Any, wanted: dict[str, Any]) -> Iterator[None]:
    """``{"dtype_policy": "mixed_float16"}``; what Keras does not know is refused."""
    for name, value in wanted.items():
        if name not in NAMES or not isinstance(value, str) or len(value) > LONGEST:
            raise Refused(f"the setting `{name}`")
    if "floatx" in wanted:
        # The first layer of a program takes its policy from it, and here was one before.
        wanted = {"dtype_policy": wanted["floatx"], **wanted}
    before = {name: getattr(keras.config, name)() for name in wanted}
    try:
        for name, value in wanted.items():
            getattr(keras.config, f"set_{name}")(value)
        yield
    except (AttributeError, TypeError, ValueError) as problem:
        raise Refused(f"a setting: {problem}") from problem
    finally:
        for name, value in before.items():
            getattr(keras.config, f"set_{name}")(value)

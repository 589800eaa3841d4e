"""Tensors and weights of Keras as plain data, and symbolic tensors made of it.

Never reads a value; there is none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from keras_lsp.probe.whitelist import Refused

BITS = re.compile(r"\d+")


def structure(keras: Any, outputs: Any) -> Any:
    """New symbolic tensors in the place of what is told of them."""
    if isinstance(outputs, list):
        return [structure(keras, item) for item in outputs]
    if isinstance(outputs, dict):
        if "tuple" in outputs:
            return tuple(structure(keras, item) for item in outputs["tuple"])
        sparse = {"sparse": True} if outputs.get("sparse") else {}
        tensor = keras.KerasTensor(tuple(outputs["shape"]), dtype=outputs["dtype"], **sparse)
        if "mask" in outputs:
            tensor._keras_mask = keras.KerasTensor(tuple(outputs["mask"]), dtype="bool")
        return tensor
    return None


def told(outputs: Any) -> Any:
    """What a call gave, as plain data."""
    if outputs is None:
        return None
    if isinstance(outputs, tuple):
        return {"tuple": [told(item) for item in outputs]}
    if isinstance(outputs, list):
        return [told(item) for item in outputs]
    shape, dtype = getattr(outputs, "shape", None), getattr(outputs, "dtype", None)
    if shape is None or dtype is None or isinstance(outputs, dict):
        raise Refused(f"it gives a {type(outputs).__name__}")
    tensor: dict[str, Any] = {
        "shape": [None if d is None else int(d) for d in shape],
        "dtype": name_of(dtype),
    }
    mask = getattr(outputs, "_keras_mask", None)
    if mask is not None:
        tensor["mask"] = [None if d is None else int(d) for d in mask.shape]
    if getattr(outputs, "sparse", False):
        tensor["sparse"] = True
    return tensor


def counted(layer: Any) -> list[int]:
    """Trainable weights, their bytes, the other weights, their bytes; each weight once."""
    trainable = {id(w): w for w in layer.trainable_weights}
    others = {id(w): w for w in layer.weights if id(w) not in trainable}
    return [*_sizes(trainable.values()), *_sizes(others.values())]


def _sizes(weights: Iterable[Any]) -> tuple[int, int]:
    sizes = [(math.prod(int(d) for d in w.shape), bits(name_of(w.dtype))) for w in weights]
    return sum(n for n, _ in sizes), sum(-(-n * b // 8) for n, b in sizes)


def name_of(dtype: Any) -> str:
    return dtype if isinstance(dtype, str) else str(getattr(dtype, "name", dtype))


def bits(dtype: str) -> int:
    """``float32`` → 32."""
    found = BITS.search(dtype)
    return int(found.group()) if found else 8

"""Layers that look texts up: what they give is told by a table, for they need TensorFlow itself.

Never makes such a layer.  Arguments that the table does not know make the answer unknown.
"""

from __future__ import annotations

from typing import Any

from keras_lsp.probe.whitelist import Refused, argument

KNOWN = {
    "StringLookup": {
        "mask_token", "max_tokens", "name", "num_oov_indices", "oov_token", "output_mode",
        "pad_to_max_tokens", "vocabulary",
    },
    "IntegerLookup": {
        "mask_token", "max_tokens", "name", "num_oov_indices", "oov_token", "output_mode",
        "pad_to_max_tokens", "vocabulary",
    },
    "TextVectorization": {
        "max_tokens", "name", "output_mode", "output_sequence_length", "pad_to_max_tokens",
        "standardize", "vocabulary",
    },
    "Hashing": {"name", "num_bins", "output_mode", "salt"},
    "HashedCrossing": {"name", "num_bins", "output_mode"},
}  # fmt: skip
"""The arguments that the table knows."""
FIRST = {"Hashing": "num_bins", "HashedCrossing": "num_bins"}
"""What a positional argument is."""
COUNTED = ("count", "multi_hot", "tf_idf")


def is_lookup(layer: Any) -> bool:
    return isinstance(layer, dict) and name_of(layer) in KNOWN


def name_of(layer: dict[str, Any]) -> str:
    module, _, name = str(layer.get("made", "")).rpartition(".")
    return name if module == "keras.layers" else ""


def looked_up(layer: dict[str, Any], inputs: list[Any], floatx: str) -> dict[str, Any]:
    """The one tensor that the layer gives for these, as the wire tells it."""
    name = name_of(layer)
    given = dict(layer["keywords"])
    if layer["args"] and (name not in FIRST or len(layer["args"]) > 1):
        raise Refused("positional arguments of a layer that looks up")
    if layer["args"]:
        given[FIRST[name]] = layer["args"][0]
    if not set(given) <= KNOWN[name]:
        raise Refused("an argument that the table does not know")
    for key, value in given.items():
        argument(key, value)
    shape = _crossed(inputs) if name == "HashedCrossing" else _only(inputs)
    mode = given.get("output_mode", "int")
    words = given.get("vocabulary")
    marks = [given.get("mask_token"), given.get("oov_token")]
    if isinstance(words, list) and any(mark in words for mark in marks if mark is not None):
        raise Refused("a vocabulary with marks of its own")
    if mode != "int" and "output_sequence_length" in given:
        raise Refused("a length of what has none")
    if name == "TextVectorization":
        if mode == "int":
            shape = [*shape[:1], given.get("output_sequence_length")]
        else:
            shape = [*shape, None]
    if mode == "int":
        return _tensor(shape, "int64")
    return _tensor(_encoded(shape, mode, _depth(name, given)), floatx)


def _only(inputs: list[Any]) -> list[int | None]:
    if len(inputs) != 1 or not isinstance(inputs[0], dict) or not inputs[0].get("shape"):
        raise Refused("not one tensor")
    shape: list[int | None] = inputs[0]["shape"]
    return shape


def _crossed(inputs: list[Any]) -> list[int | None]:
    pair = inputs[0] if len(inputs) == 1 else None
    items = pair.get("tuple") if isinstance(pair, dict) else pair
    if not isinstance(items, list) or len(items) != 2:
        raise Refused("not two tensors")
    shapes = [_only([item]) for item in items]
    if any(shape != shapes[0] for shape in shapes):
        raise Refused("tensors of several shapes")
    return shapes[0]


def _depth(name: str, given: dict[str, Any]) -> int:
    """How many numbers stand for one text."""
    if name in FIRST:
        depth = given.get("num_bins")
    elif given.get("pad_to_max_tokens"):
        depth = given.get("max_tokens")
    else:
        words = given.get("vocabulary")
        if not isinstance(words, list) or {"max_tokens", "mask_token", "oov_token"} & set(given):
            raise Refused("a vocabulary that is not known")
        if words[:1] in (["[UNK]"], [-1], [""]):
            raise Refused("a vocabulary with marks of its own")
        depth = len(words) + given.get("num_oov_indices", 1)
    if isinstance(depth, bool) or not isinstance(depth, int) or depth < 1:
        raise Refused("a vocabulary that is not known")
    return depth


def _encoded(shape: list[int | None], mode: str, depth: int) -> list[int | None]:
    if mode in COUNTED:
        return [*shape[:-1], depth]
    if mode == "one_hot" and len(shape) == 2 and shape[-1] == 1:
        return [shape[0], depth]
    raise Refused("a way of encoding that the table does not know")


def _tensor(shape: list[int | None], dtype: str) -> dict[str, Any]:
    return {"shape": shape, "dtype": dtype}

"""Arrays: the shapes of the data that a program makes, loads and cuts.

Never computes a number of them, and never learns of networks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from keras_lsp.extraction.values import (
    NONE,
    Array,
    Bound,
    Const,
    External,
    Product,
    Slice,
    Tup,
    Value,
    WordCount,
    const,
)
from keras_lsp.networks import UNKNOWN

Shape = tuple[int | None, ...]
Items = Callable[[Value], tuple[Value, ...] | None]
"""The elements of a list or a tuple, if they are known."""

LOADED: Mapping[str, tuple[tuple[Shape, Shape], tuple[Shape, Shape]]] = {
    "boston_housing": (((404, 13), (404,)), ((102, 13), (102,))),
    "cifar10": (((50000, 32, 32, 3), (50000, 1)), ((10000, 32, 32, 3), (10000, 1))),
    "cifar100": (((50000, 32, 32, 3), (50000, 1)), ((10000, 32, 32, 3), (10000, 1))),
    "fashion_mnist": (((60000, 28, 28), (60000,)), ((10000, 28, 28), (10000,))),
    "mnist": (((60000, 28, 28), (60000,)), ((10000, 28, 28), (10000,))),
}
"""What ``keras.datasets.….load_data()`` gives, told by its documentation."""

FILLED = frozenset({"empty", "full", "ones", "random.normal", "random.random",
                    "random.random_sample", "random.uniform", "zeros"})  # fmt: skip
BY_DIMENSIONS = frozenset({"random.rand", "random.randn"})
SAME = frozenset(
    {"abs", "array", "asarray", "ascontiguousarray", "clip", "copy", "cos", "exp", "float32",
     "float64", "log", "log1p", "nan_to_num", "ones_like", "round", "sin", "sqrt", "square", "tanh",
     "zeros_like"}
)  # fmt: skip
SAME_METHODS = frozenset({"astype", "clip", "copy", "round"})
SIZE_AT: Mapping[str, int] = {
    "random.normal": 2, "random.uniform": 2, "random.randint": 2, "random.poisson": 1,
}  # fmt: skip
"""Where ``size`` stands, if it is not the first argument."""
MOST = 1 << 40
TOKENIZER = "keras.preprocessing.text.Tokenizer"


class Given:
    """The arguments of a call."""

    def __init__(self, args: Sequence[Value], keywords: Iterable[tuple[str, Value]]) -> None:
        self.args = tuple(args)
        self.keywords = dict(keywords)

    def get(self, name: str, index: int) -> Value | None:
        return self.keywords.get(name, self.args[index] if index < len(self.args) else None)


def external(dotted: str, given: Given, items: Items) -> Value:
    """What a function of another package gives."""
    if dotted == "sklearn.model_selection.train_test_split":
        return split(given.args)
    if dotted == "builtins.len" and len(given.args) == 1:
        words = given.args[0]
        if isinstance(words, Bound) and words.name == "word_index" and _knows_all(words.receiver):
            return WordCount()
        return length(words)
    return made(dotted[6:], given, items) if dotted.startswith("numpy.") else UNKNOWN


def _knows_all(value: Value) -> bool:
    """Whether it is a ``Tokenizer`` that leaves no word out."""
    if not isinstance(value, Product) or value.made.name != TOKENIZER:
        return False
    return not value.made.args and "num_words" not in dict(value.made.keywords)


def made(name: str, given: Given, items: Items) -> Value:
    """What a function of numpy gives."""
    first = given.args[0] if given.args else given.keywords.get("a")
    if name in BY_DIMENSIONS and given.args:
        return _array(tuple(_number(each) for each in given.args))
    if name in SIZE_AT:
        size = given.get("size", SIZE_AT[name])
        return UNKNOWN if size is None else of_shape(size, items)
    if name in FILLED:
        size = given.keywords.get("shape", given.keywords.get("size", first))
        return UNKNOWN if size is None else of_shape(size, items)
    if name == "arange" and len(given.args) == 1:
        return _array((_number(given.args[0]),))
    if name == "linspace":
        count = given.get("num", 2)
        return Array((50,)) if count is None else _array((_number(count),))
    if name in SAME:
        return first if isinstance(first, Array) else _listed(first, items)
    if isinstance(first, Array):
        rest = Given(given.args[1:], given.keywords.items())
        return of_method(first, name, rest, items)
    return UNKNOWN


def of_method(array: Array, name: str, given: Given, items: Items) -> Value:
    """What a method of an array gives; also numpy's function of that name."""
    shape = array.shape
    if name in SAME_METHODS:
        return array
    if name in ("flatten", "ravel"):
        return Array((_product(shape),))
    if name == "reshape":
        return _reshaped(array, given, items)
    if name == "expand_dims":
        axis = _number(given.get("axis", 0))
        if axis is None or not -len(shape) - 1 <= axis <= len(shape):
            return UNKNOWN
        at = axis if axis >= 0 else len(shape) + 1 + axis
        return Array((*shape[:at], 1, *shape[at:]))
    if name in ("argmax", "argmin", "mean", "sum", "max", "min", "std"):
        axis = _number(given.get("axis", 0))
        if axis is None or "keepdims" in given.keywords or not -len(shape) <= axis < len(shape):
            return UNKNOWN
        at = axis % len(shape)
        return Array((*shape[:at], *shape[at + 1 :]))
    return UNKNOWN


def attribute(array: Array, name: str) -> Value:
    if name == "shape":
        return Tup(tuple(UNKNOWN if each is None else const(each) for each in array.shape))
    if name == "ndim":
        return const(len(array.shape))
    if name == "T":
        return Array(array.shape[::-1])
    return UNKNOWN


def length(array: Value) -> Value:
    first = array.shape[0] if isinstance(array, Array) and array.shape else None
    return UNKNOWN if first is None else const(first)


def counted(left: Value, right: Value) -> Value:
    """A number of words and something more."""
    words, other = (left, right) if isinstance(left, WordCount) else (right, left)
    more = _number(other)
    known = isinstance(words, WordCount) and more is not None
    return WordCount(words.more + more) if known else UNKNOWN  # type: ignore[union-attr,operator]


def combined(left: Value, right: Value) -> Value:
    """What an operator gives, where that is certain."""
    if isinstance(left, Array) and isinstance(right, Array):
        return left if left == right and None not in left.shape else UNKNOWN
    array, other = (left, right) if isinstance(left, Array) else (right, left)
    return array if _is_number(other) else UNKNOWN


def element(array: Array, index: Value) -> Value:
    """``x[index]``."""
    parts = index.items if isinstance(index, Tup) else (index,)
    spread = [n for n, part in enumerate(parts) if isinstance(part, Const) and part.value is ...]
    taken = sum(not _is_new(part) for part in parts) - len(spread)
    if len(spread) > 1 or taken > len(array.shape):
        return UNKNOWN
    left = list(array.shape)
    found: list[int | None] = []
    for number, part in enumerate(parts):
        if spread == [number]:
            keep = len(array.shape) - taken
            found += left[:keep]
            del left[:keep]
        elif _is_new(part):
            found.append(1)
        elif isinstance(part, Slice):
            found.append(_cut(left.pop(0), part))
        elif isinstance(part, Const) and type(part.value) is int:
            left.pop(0)
        else:
            return UNKNOWN
    return Array((*found, *left))


def loaded(name: str) -> Value:
    """What the ``load_data`` of a data set gives."""
    parts = LOADED.get(name)
    if parts is None:
        return UNKNOWN
    return Tup(tuple(Tup(tuple(map(Array, pair))) for pair in parts))


def one_hot(labels: Value | None, classes: Value | None) -> Value:
    """What ``to_categorical`` gives: a last dimension of 1 is lost."""
    if not isinstance(labels, Array):
        return UNKNOWN
    shape = labels.shape
    if len(shape) > 1 and shape[-1] is None:
        return UNKNOWN
    shape = shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape
    return Array((*shape, _number(classes)))


def padded(length: Value | None) -> Value:
    """What ``pad_sequences`` gives."""
    number = _number(length)
    return UNKNOWN if number is None else Array((None, number))


def split(arrays: Sequence[Value]) -> Value:
    """What ``train_test_split`` gives: two of each, of lengths that nobody knows."""
    if not all(isinstance(each, Array) and each.shape for each in arrays):
        return UNKNOWN
    halves = [Array((None, *each.shape[1:])) for each in arrays if isinstance(each, Array)]
    return Tup(tuple(half for half in halves for _ in range(2)))


def of_shape(size: Value, items: Items) -> Value:
    parts = items(size)
    if parts is not None:
        return _array(tuple(_number(each) for each in parts))
    number = _number(size)
    return UNKNOWN if number is None else _array((number,))


def _array(shape: Shape) -> Value:
    known = [each for each in shape if each is not None]
    return Array(shape) if all(0 <= each < MOST for each in known) else UNKNOWN


def _number(value: Value | None) -> int | None:
    return value.value if isinstance(value, Const) and type(value.value) is int else None


def _is_number(value: Value) -> bool:
    return isinstance(value, Const) and isinstance(value.value, (bool, int, float))


def _product(shape: Shape) -> int | None:
    known = [each for each in shape if each is not None]
    return math.prod(known) if len(known) == len(shape) else None


def _is_new(part: Value) -> bool:
    return part == NONE or (isinstance(part, External) and part.dotted == "numpy.newaxis")


def _cut(size: int | None, part: Slice) -> int | None:
    bounds: list[Any] = [each.value for each in part.parts if isinstance(each, Const)]
    if bounds == [None, None, None]:
        return size
    if size is None or len(bounds) < 3:
        return None
    try:
        return len(range(*slice(*bounds).indices(size)))
    except (TypeError, ValueError):
        return None


def _reshaped(array: Array, given: Given, items: Items) -> Value:
    wanted = given.keywords.get("shape", given.keywords.get("newshape"))
    parts = given.args if wanted is None else (wanted,)
    if len(parts) == 1 and (listed := items(parts[0])) is not None:
        parts = listed
    if not parts or "order" in given.keywords:
        return UNKNOWN
    shape = [_number(part) for part in parts]
    if -1 in shape:
        others = [each for each in shape if each != -1]
        whole, rest = _product(array.shape), _product(tuple(others))
        fits = whole is not None and rest and whole % rest == 0
        shape[shape.index(-1)] = whole // rest if fits and whole is not None and rest else None
    return _array(tuple(shape))


def _listed(value: Value | None, items: Items, depth: int = 0) -> Value:
    """The array that lists of numbers make."""
    parts = None if value is None else items(value)
    if not parts or depth > 4:
        return UNKNOWN
    if all(map(_is_number, parts)):
        return Array((len(parts),))
    inner = {_listed(part, items, depth + 1) for part in parts}
    only = inner.pop()
    return Array((len(parts), *only.shape)) if not inner and isinstance(only, Array) else UNKNOWN

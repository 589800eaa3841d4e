"""Values: what a program's names hold while networks are being looked for.

Never learns how they came about.

Values are immutable and compared by what they are; what can change lives in the memory under a
number, and a :class:`Ref` is that number.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from keras_lsp.networks import UNKNOWN, Made, Nested, Unknown
from keras_lsp.records import record
from keras_lsp.syntax.source import Place, Statement


@record(frozen=True, slots=True)
class Const:
    """None, a truth value, a number, a text or the ellipsis."""

    value: Any = field(compare=False)
    written: str = ""
    """Its type and digits: ``1``, ``1.0`` and ``True`` are three."""


NUMPY = "numpy"
"""Of a number of numpy's own type, which layers refuse; ``int(…)`` makes one of Python's of it."""


def const(value: Any) -> Const:
    return Const(value, f"{type(value).__name__} {value!r}")


NONE = const(None)


@record(frozen=True, slots=True)
class Tup:
    items: tuple[Value, ...]


@record(frozen=True, slots=True)
class Ref:
    """Something that can change: its number in the memory."""

    id: int


@record(frozen=True, slots=True)
class Sym:
    """A name of Keras."""

    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class External:
    """A name of another module, or of Python itself (``builtins.len``)."""

    dotted: str
    path: str = ""
    """The file that imports it, if it begins in the project of that file."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the program, with the frame in which it was defined."""

    node: ast.FunctionDef | ast.Lambda
    statement: Statement
    frame: int
    defaults: tuple[tuple[str, Value], ...] = ()
    owner: ast.ClassDef | None = None
    is_plain: bool = True
    """Nothing is wrapped around it that could do something else."""


@dataclass(frozen=True, slots=True)
class Class:
    node: ast.ClassDef
    statement: Statement
    frame: int
    bases: tuple[Value, ...]
    methods: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A method that was looked up and not yet called."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class Super:
    instance: Value
    after: Class


@record(frozen=True, slots=True)
class KerasTensor:
    """What a node gives."""

    node: int
    path: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """An initializer, a regularizer, an optimizer: made by Keras and never looked into."""

    made: Made


@dataclass(frozen=True, slots=True)
class Slice:
    parts: tuple[Value, Value, Value]


@dataclass(frozen=True, slots=True)
class PartOf:
    """Something inside a model whose inside is not known, as ``base.layers[3]``."""

    whole: Ref


@dataclass(frozen=True, slots=True)
class Array:
    """Numbers that the program computes with, as numpy keeps them."""

    shape: tuple[int | None, ...]
    """None where nobody knows how many."""


@dataclass(frozen=True, slots=True)
class WordCount:
    """How many words a ``Tokenizer`` knows, and so many more."""

    more: int = 0


Value = (
    Array | Const | Tup | Ref | Sym | External | Function | Class | Bound | Super | KerasTensor
    | Product | Slice | PartOf | Unknown | WordCount
)  # fmt: skip


# What lives in the memory: replaced as a whole, never changed.


@record(frozen=True, slots=True)
class ListObject:
    items: tuple[Value, ...] | None
    """None: not known, and never again."""


@dataclass(frozen=True, slots=True)
class DictObject:
    items: tuple[tuple[Const, Value], ...] | None


@dataclass(frozen=True, slots=True)
class LambdaBody:
    """What a ``Lambda`` is made of."""

    function: Value
    output_shape: Value | None
    arguments: Value | None
    node: ast.Call
    statement: Statement


@record(frozen=True, slots=True)
class LayerObject:
    made: Made | Nested | Unknown
    place: Place
    trainable: bool | Unknown | None = None
    settings: tuple[tuple[str, Value], ...] = ()
    body: LambdaBody | None = None


@record(frozen=True, slots=True)
class Item:
    """An element of a ``Sequential``: a layer, an Input (a node), or something unknown."""

    value: Value
    place: Place


@record(frozen=True, slots=True)
class SequentialObject:
    items: tuple[Item, ...]
    place: Place
    is_closed: bool = False
    """Somebody else may have changed it: nothing more is known of its end."""
    built: Made | None = None
    """The Input that ``build`` has told of."""
    trainable: bool | Unknown | None = None


@dataclass(frozen=True, slots=True)
class FunctionalObject:
    inputs: Value
    outputs: Value
    place: Place
    trainable: bool | Unknown | None = None


@dataclass(frozen=True, slots=True)
class InstanceObject:
    """An object of a class of the program."""

    made_of: Class
    attributes: tuple[tuple[str, Value], ...]
    place: Place
    trainable: bool | Unknown | None = None

    def get(self, name: str) -> Value | None:
        return dict(self.attributes).get(name)

    def having(self, name: str, value: Value) -> InstanceObject:
        attributes = {**dict(self.attributes), name: value}
        return InstanceObject(self.made_of, tuple(attributes.items()), self.place, self.trainable)


Object = (
    ListObject | DictObject | LayerObject | SequentialObject | FunctionalObject | InstanceObject
)
MODELS = (SequentialObject, FunctionalObject)
WEIGHTLESS = (
    "Activation", "Add", "Average", "Concatenate", "Cropping", "Dropout", "Flatten", "GlobalAv",
    "GlobalMax", "LeakyReLU", "MaxPool", "Maximum", "Minimum", "Multiply", "Permute", "ReLU",
    "RepeatVector", "Reshape", "Softmax", "Subtract", "UpSampling", "ZeroPadding",
)  # fmt: skip
"""Beginnings of the names of layers without weights."""


def joined(one: Value, other: Value) -> Value:
    if isinstance(one, Sym) and isinstance(other, Sym) and one.name == other.name:
        # ``try: from keras import layers``, ``except ImportError: from tensorflow.keras import …``
        return other if one.namespace == "tf_keras" else one
    return one if one == other else UNKNOWN


def joined_objects(one: Object, other: Object) -> Object:
    """What is true of an object after either of two ways through the program."""
    if one == other:
        return one
    if isinstance(one, ListObject):
        return ListObject(None)
    if isinstance(one, DictObject):
        return DictObject(None)
    if isinstance(one, SequentialObject) and isinstance(other, SequentialObject):
        common = 0
        for mine, theirs in zip(one.items, other.items, strict=False):
            if mine != theirs:
                break
            common += 1
        same = len(one.items) == len(other.items) == common
        return SequentialObject(
            one.items[:common],
            one.place,
            one.is_closed or other.is_closed or not same,
            one.built if one.built == other.built else None,
            _either(one.trainable, other.trainable),
        )
    if isinstance(one, LayerObject) and isinstance(other, LayerObject):
        made = one.made if one.made == other.made else UNKNOWN
        trainable = _either(one.trainable, other.trainable)
        body = one.body if one.body == other.body else None
        return LayerObject(made, one.place, trainable, one.settings, body)
    if isinstance(one, FunctionalObject) and isinstance(other, FunctionalObject):
        trainable = _either(one.trainable, other.trainable)
        return FunctionalObject(one.inputs, one.outputs, one.place, trainable)
    if isinstance(one, InstanceObject) and isinstance(other, InstanceObject):
        mine_, theirs_ = dict(one.attributes), dict(other.attributes)
        attributes = {
            name: joined(mine_.get(name, UNKNOWN), theirs_.get(name, UNKNOWN))
            for name in {**mine_, **theirs_}
        }
        return InstanceObject(
            one.made_of,
            tuple(attributes.items()),
            one.place,
            _either(one.trainable, other.trainable),
        )
    return one


def _either(one: bool | Unknown | None, other: bool | Unknown | None) -> bool | Unknown | None:
    return one if one is other else UNKNOWN

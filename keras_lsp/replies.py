"""Replies: what Keras says of a call, as plain data.

Never holds JSON, and never learns how the reply came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A symbolic tensor."""

    shape: tuple[int | None, ...]
    dtype: str = "float32"
    mask: tuple[int | None, ...] | None = None
    sparse: bool = False
    names: tuple[str, ...] = ()
    """Of the dimensions that only the callers of a function know, ``?`` if they have none; ``""``
    of all others.  Where there are such names, None is no answer of Keras."""

    def __str__(self) -> str:
        names = self.names or ("",) * len(self.shape)
        told = [name or str(size) for name, size in zip(names, self.shape, strict=True)]
        return f"({', '.join(told)}{',' if len(told) == 1 else ''})"


Outputs = TensorSpec | None | tuple["Outputs", ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """How many numbers, and the memory that they take."""

    count: int = 0
    bytes: int = 0

    def __add__(self, other: Weights) -> Weights:
        return Weights(self.count + other.count, self.bytes + other.bytes)


@dataclass(frozen=True, slots=True)
class NodeShape:
    """What a call gives; of a shared layer all its weights are told with each call."""

    outputs: Outputs
    trainable: Weights = Weights()
    non_trainable: Weights = Weights()
    warnings: tuple[str, ...] = ()
    is_counted: bool = True
    """False: how many weights there are is not known."""

    @property
    def tensors(self) -> tuple[TensorSpec, ...]:
        return tuple(flat(self.outputs))

    @property
    def dtypes(self) -> tuple[str, ...]:
        return tuple(tensor.dtype for tensor in self.tensors)


@dataclass(frozen=True, slots=True)
class NodeError:
    """What Keras raises, with all that went in known for certain."""

    type: str
    message: str
    phase: str
    """``init``, ``build`` or ``call``."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing can be said, for something before it is an error."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Unknown: never a fault of the program."""

    reason: str


@dataclass(frozen=True, slots=True)
class InnerLayer:
    """One layer of an application or of a nested model."""

    name: str
    kind: str
    outputs: Outputs
    trainable: Weights
    non_trainable: Weights
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inside:
    """The layers of a model, in the order in which it was built."""

    layers: tuple[InnerLayer, ...]


Reply = NodeShape | NodeError | Blocked | Rejected

NOT_KNOWN = Rejected("a part of it is not known")


def flat(outputs: Outputs) -> Iterator[TensorSpec]:
    if isinstance(outputs, TensorSpec):
        yield outputs
    elif outputs is not None:
        for item in outputs:
            yield from flat(item)


def at(outputs: Outputs, path: tuple[int, ...]) -> Outputs:
    """One of several outputs; None where there is no such one."""
    for index in path:
        if not isinstance(outputs, tuple) or not -1 < index < len(outputs):
            return None
        outputs = outputs[index]
    return outputs

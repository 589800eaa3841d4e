"""The core: the memory, the names and the nodes, and how ways part and meet.

Never evaluates syntax itself.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from keras_lsp.catalog.names import canonical
from keras_lsp.extraction.memory import Memory, joined_memories
from keras_lsp.extraction.values import (
    NUMPY,
    Array,
    Const,
    DictObject,
    External,
    InstanceObject,
    KerasTensor,
    LayerObject,
    ListObject,
    Object,
    Product,
    Ref,
    Slice,
    Sym,
    Tup,
    Value,
    const,
)
from keras_lsp.networks import (
    UNKNOWN,
    Argument,
    Compilation,
    Data,
    Listed,
    Made,
    Named,
    SlipKind,
    Tensor,
    Unknown,
)
from keras_lsp.records import record
from keras_lsp.replies import Outputs
from keras_lsp.syntax.source import Place, Statement

DTYPES = frozenset(
    f"{package}.{dtype}"
    for package in ("numpy", "tensorflow")
    for dtype in ("bool", "float16", "float32", "float64", "int8", "int32", "int64", "uint8")
)
"""Types of numbers, which Keras takes by their names, too."""
MOST_STEPS = 50_000
MOST_UNROLLED = 512
DEEPEST = 40
ROOTS = {"keras": "keras", "tf.keras": "tensorflow.keras", "tf_keras": "tf_keras"}
YIELDING = 64
"""Steps after which other threads are let in, and it is seen whether to go on."""


class Exhausted(Exception):
    """More work than one file is worth."""


class CalledOff(Exception):
    """Nobody wants to know it any more."""


@record(frozen=True, slots=True)
class InputNode:
    made: Made | Unknown
    place: Place


@record(frozen=True, slots=True)
class CallNode:
    layer: int
    """Its number in the memory."""
    args: tuple[Argument, ...]
    keywords: tuple[tuple[str, Argument], ...]
    place: Place


@record(frozen=True, slots=True)
class OperationNode:
    name: str
    args: tuple[Argument, ...]
    keywords: tuple[tuple[str, Argument], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model meets data; how many layers it had then."""

    method: str
    place: Place
    x: Data | None
    y: Data | None
    layers: int
    name: tuple[int, str, int] | None
    """The name that holds ``x``: its frame, itself, and how often it was bound."""


GraphNode = InputNode | CallNode | OperationNode


class Core:
    def __init__(self) -> None:
        self.memory = Memory()
        self.nodes: list[GraphNode] = []
        """Of all graphs; grows only. A ``Tensor`` among their arguments counts in this list."""
        self.models: list[tuple[Ref, str]] = []
        self.named_in: dict[int, int] = {}
        """The frames in which models got their names."""
        self.frames: list[int] = [-1]
        """Each frame's outer one; the first is the module's."""
        self.declared: dict[tuple[int, str], int] = {}
        """Names that ``global`` or ``nonlocal`` sends to another frame."""
        self.frame = 0
        self.depth = 0
        self.steps = 0
        self.most_steps = MOST_STEPS
        self.statement = Statement("")
        self.guarded = 0
        """How many things around reckon that what is made here may fail."""
        self.reckoned_with: set[Place] = set()
        """The places at which something was made meanwhile."""
        self.compiled: dict[int, list[Compilation]] = {}
        self.fitted: dict[int, list[Fitted]] = {}
        """What was done with each model, by its number in the memory."""
        self.bindings: Counter[tuple[int, str]] = Counter()
        """How often each name has been bound."""
        self.stand_ins: dict[int, KerasTensor] = {}
        """What goes into a layer of the program's own, by the node that stands for it inside."""
        self.slips: dict[tuple[SlipKind, Place, str], None] = {}
        """What was mixed up where nobody reckons with a failure."""
        self.inside = 0
        """How many layers of the program's own are being followed."""
        self.short: dict[Place, Place] = {}
        """The calls that make an ``Embedding`` with too few rows, and where their number is."""
        self.whole_shapes: dict[Place, tuple[tuple[int, str, int], Place]] = {}
        """The calls that are told the shape of all of an array, which, and where."""
        self._last_id = 0
        self._works: dict[type[ast.AST], Callable[..., Any] | None] = {}
        self.pause: Callable[[], None] = lambda: None
        """Called now and then; raises `CalledOff`."""
        self._pauses = YIELDING

    @contextmanager
    def guarding(self, guarded: bool) -> Iterator[None]:
        self.guarded += guarded
        try:
            yield
        finally:
            self.guarded -= guarded

    def work_for(self, node: ast.AST) -> Callable[..., Any] | None:
        """The method for a kind of node, looked up once."""
        if (kind := type(node)) not in self._works:
            self._works[kind] = getattr(self, f"_{kind.__name__}", None)
        return self._works[kind]

    def tick(self, cost: int = 1) -> None:
        self.steps += cost
        if self.steps > self._pauses:
            if self.steps > self.most_steps:
                raise Exhausted
            self._pauses = self.steps + YIELDING
            self.pause()

    def place(self, node: ast.AST) -> Place:
        found = Place.of(self.statement, node)
        if self.guarded:
            self.reckoned_with.add(found)
        return found

    # Names

    def lookup(self, name: str) -> Value:
        frame = self.declared.get((self.frame, name), self.frame)
        while frame >= 0:
            found = self.memory.names.get((frame, name))
            if found is not None:
                return found
            frame = self.frames[frame]
        if name == "__name__":
            return const("__main__")
        return External(f"builtins.{name}") if hasattr(builtins, name) else UNKNOWN

    def holder(self, name: str) -> tuple[int, str, int]:
        """What tells whether a name holds the same as before."""
        frame = self.declared.get((self.frame, name), self.frame)
        while frame > 0 and (frame, name) not in self.memory.names:
            frame = self.frames[frame]
        return frame, name, self.bindings[frame, name]

    def bind(self, name: str, value: Value) -> None:
        frame = self.declared.get((self.frame, name), self.frame)
        self.bindings[frame, name] += 1
        self.memory.names[frame, name] = value

    def named(self, dotted: str) -> Value:
        found = canonical(dotted)
        return External(dotted) if found is None else Sym(found.name, found.api)

    def below(self, symbol: Sym, name: str) -> Value:
        return self.named(f"{ROOTS.get(symbol.namespace, 'keras')}{symbol.name[5:]}.{name}")

    # Objects

    def new(self, thing: Object) -> Ref:
        self._last_id += 1
        self.memory.objects[self._last_id] = thing
        return Ref(self._last_id)

    def list_of(self, items: tuple[Value, ...] | None) -> Ref:
        return self.new(ListObject(items))

    def node(self, node: GraphNode) -> KerasTensor:
        self.nodes.append(node)
        return KerasTensor(len(self.nodes) - 1)

    def outputs_of(self, tensor: KerasTensor) -> Outputs:
        """What Keras says of a tensor; None where that is not known."""
        raise NotImplementedError

    def setting(self, name: str) -> str | None:
        """What Keras has set before the program does."""
        raise NotImplementedError

    def slip(self, kind: SlipKind, node: ast.AST, layer: str) -> None:
        if not self.guarded and not self.inside:
            self.slips[kind, self.place(node), layer.rpartition(".")[2]] = None

    def fresh(self, shape: tuple[int | None, ...]) -> KerasTensor:
        """A tensor that comes from nowhere: a weight, random numbers, what is computed."""
        made = Made("keras.Input", (), (("batch_shape", shape),))
        return self.node(InputNode(made, self.place_of_nothing))

    @property
    def place_of_nothing(self) -> Place:
        return Place(self.statement, 1, 0, 1, 0)

    def tensors_of(self, values: Sequence[Value]) -> list[KerasTensor]:
        """The tensors among values, those in lists too."""
        found: list[KerasTensor] = []
        for value in values:
            if isinstance(value, KerasTensor):
                found.append(value)
            else:
                found += self.tensors_of(self.memory.items(value) or ())
        return found

    def has_tensor(self, value: Value) -> bool:
        if isinstance(value, KerasTensor):
            return True
        items = self.memory.items(value)
        return items is not None and any(self.has_tensor(item) for item in items[:64])

    # Ways

    def either(self, one: Callable[[], Value], other: Callable[[], Value]) -> Value:
        """One of two expressions is evaluated, nobody knows which."""
        before = self.memory
        self.tick(len(before) // 128)
        self.memory = before.copy()
        first = one()
        after, self.memory = self.memory, before.copy()
        second = other()
        self.memory = joined_memories([after, self.memory]) or before
        return first if first == second else UNKNOWN

    def truth(self, value: Value) -> bool | None:
        if isinstance(value, Const):
            return bool(value.value)
        if isinstance(value, Ref):
            thing = self.memory.object(value)
            if isinstance(thing, (ListObject, DictObject)):
                return None if thing.items is None else bool(thing.items)
            return None if isinstance(thing, InstanceObject) else True
        if isinstance(value, Tup):
            return bool(value.items)
        return True if isinstance(value, Sym) else None

    # What leaves the program for the network

    def argument(self, value: Value, depth: int = 0) -> Argument:
        """A value as plain data; tensors are still numbered as here."""
        if depth > 16:
            return UNKNOWN
        if isinstance(value, Const):
            if value.value is ...:
                return Named("Ellipsis")
            if value.written == NUMPY:
                return UNKNOWN
            found: Argument = value.value
            return found if isinstance(found, (type(None), bool, int, float, str)) else UNKNOWN
        if isinstance(value, Tup):
            return tuple(self.argument(item, depth + 1) for item in value.items)
        if isinstance(value, Sym):
            return Named(value.name)
        if isinstance(value, External) and value.dotted in DTYPES:
            return value.dotted.rpartition(".")[2]
        if isinstance(value, Array) and self.inside:
            value = self.fresh(value.shape)
        if isinstance(value, KerasTensor):
            return Tensor(value.node, value.path)
        if isinstance(value, Product):
            return value.made
        if isinstance(value, Slice):
            return Made("slice", tuple(self.argument(part, depth + 1) for part in value.parts))
        if isinstance(value, Ref):
            thing = self.memory.object(value)
            if isinstance(thing, ListObject) and thing.items is not None:
                return Listed(tuple(self.argument(item, depth + 1) for item in thing.items))
            if isinstance(thing, LayerObject):
                return thing.made
            return self.nested_argument(value)
        return UNKNOWN

    def nested_argument(self, value: Ref) -> Argument:
        raise NotImplementedError

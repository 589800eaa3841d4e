"""The memory: what the names and objects of a program are at one point of one way through it.

Never evaluates anything.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import is_not
from typing import TypeVar

from keras_lsp.extraction.values import (
    Bound,
    DictObject,
    Function,
    FunctionalObject,
    InstanceObject,
    LayerObject,
    ListObject,
    Object,
    PartOf,
    Ref,
    SequentialObject,
    Tup,
    Value,
    joined,
    joined_objects,
)
from keras_lsp.networks import UNKNOWN
from keras_lsp.syntax.walk import walk

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Memory:
    """Copied where ways part, joined where they meet."""

    names: dict[tuple[int, str], Value] = field(default_factory=dict)
    objects: dict[int, Object] = field(default_factory=dict)
    settings: dict[str, Value] = field(default_factory=dict)
    modules: dict[int, Module] = field(default_factory=dict)
    """The other files that have been run, by their frames."""

    def copy(self) -> Memory:
        return Memory(dict(self.names), dict(self.objects), dict(self.settings), dict(self.modules))

    def enter(self, frame: int, module: Module) -> None:
        """Make another file known, as it is at its end; it is run once only."""
        if frame in self.modules:
            return
        for other, needed in module.modules.items():
            self.enter(other, needed)
        self.modules[frame] = module
        self.names.update(module.names)
        self.objects.update(module.objects)
        self.settings.update(module.settings)

    def forget(self, frame: int) -> None:
        """The names of a function that has been left."""
        for key in [key for key in self.names if key[0] == frame]:
            del self.names[key]

    def __len__(self) -> int:
        return len(self.names) + len(self.objects)

    def object(self, value: Value) -> Object | None:
        return self.objects.get(value.id) if isinstance(value, Ref) else None

    def items(self, value: Value) -> tuple[Value, ...] | None:
        """The elements of a list or a tuple."""
        if isinstance(value, Tup):
            return value.items
        found = self.object(value)
        return found.items if isinstance(found, ListObject) else None

    def blur(self, value: Value) -> None:
        """Somebody unknown gets it and may do with it whatever it wants."""
        pending, seen = [value], set[int]()
        while pending:
            each = pending.pop()
            if isinstance(each, Tup):
                pending += each.items
            elif isinstance(each, Function) and id(each.node) not in seen:
                seen.add(id(each.node))
                pending += self._called_by_others(each)
            elif isinstance(each, Bound):
                pending.append(each.receiver)
            elif isinstance(each, PartOf):
                pending.append(each.whole)
            elif isinstance(each, Ref) and each.id not in seen:
                seen.add(each.id)
                pending += self._blurred(each.id)

    def _called_by_others(self, function: Function) -> list[Value]:
        """What a function changes that somebody may call at any time is not known any more."""
        found: list[Value] = []
        for each in walk(function.node):
            if isinstance(each, (ast.Global, ast.Nonlocal)):
                for name in each.names:
                    for frame in (0, function.frame, *self.modules):
                        if (frame, name) in self.names:
                            self.names[frame, name] = UNKNOWN
            elif isinstance(each, ast.Name):
                frames = (0, function.frame, *self.modules)
                keys = ((frame, each.id) for frame in frames)
                found += [self.names[key] for key in keys if key in self.names]
        return found

    def _blurred(self, id: int) -> list[Value]:
        found = self.objects.get(id)
        if isinstance(found, ListObject):
            self.objects[id] = ListObject(None)
            return list(found.items or ())
        if isinstance(found, DictObject):
            self.objects[id] = DictObject(None)
            return [value for _, value in found.items or ()]
        if isinstance(found, SequentialObject):
            self.objects[id] = replace(found, is_closed=True, trainable=UNKNOWN)
            return [item.value for item in found.items]
        if isinstance(found, (LayerObject, FunctionalObject)):
            self.objects[id] = replace(found, trainable=UNKNOWN)
        if isinstance(found, InstanceObject):
            unknown = tuple((name, UNKNOWN) for name, _ in found.attributes)
            self.objects[id] = replace(found, attributes=unknown, trainable=UNKNOWN)
            return [value for _, value in found.attributes]
        return []


@dataclass(frozen=True, slots=True)
class Module:
    """What another file is at its end."""

    names: dict[tuple[int, str], Value]
    objects: dict[int, Object]
    settings: dict[str, Value]
    """Those that it has set."""
    modules: dict[int, Module]
    """The files that it has run itself."""

    @classmethod
    def at_rest(cls, memory: Memory, settings: dict[str, Value]) -> Module:
        """``settings`` are those that were there before."""
        for other in memory.modules.values():
            # What it has changed in others it may have changed at another time.
            for key, value in other.names.items():
                if memory.names.get(key) != value:
                    memory.names[key] = UNKNOWN
            for id, thing in other.objects.items():
                if memory.objects.get(id) != thing:
                    memory.blur(Ref(id))
        old = memory.modules.values()
        names = {
            key: value
            for key, value in memory.names.items()
            if not any(other.names.get(key) is value for other in old)
        }
        objects = {
            id: thing
            for id, thing in memory.objects.items()
            if not any(other.objects.get(id) is thing for other in old)
        }
        changed = {k: v for k, v in memory.settings.items() if settings.get(k) != v}
        return cls(names, objects, changed, memory.modules)


def joined_memories(ways: list[Memory]) -> Memory | None:
    """What is true after any of several ways; what only one of them made stays as it is."""
    if not ways:
        return None
    first = ways[0]
    for way in ways[1:]:
        # Another file may have been run on one of them only: it is there on all of them.
        for frame, module in way.modules.items():
            first.enter(frame, module)
    for other in ways[1:]:
        for frame, module in first.modules.items():
            other.enter(frame, module)
        names = {**other.names, **first.names}
        for key in unlike(first.names, other.names):
            theirs = other.names.get(key)
            if theirs is not None:
                names[key] = joined(first.names[key], theirs)
            elif hasattr(builtins, key[1]):
                names[key] = UNKNOWN
        if len(names) > len(first.names):
            # Whoever reads what only one way binds has come along that way.
            for key in other.names:
                if key not in first.names and hasattr(builtins, key[1]):
                    names[key] = UNKNOWN
        objects = {**other.objects, **first.objects}
        for id in unlike(first.objects, other.objects):
            another = other.objects.get(id)
            if another is not None:
                objects[id] = joined_objects(first.objects[id], another)
        settings = {
            name: joined(first.settings.get(name, UNKNOWN), other.settings.get(name, UNKNOWN))
            for name in {**first.settings, **other.settings}
        }
        first = Memory(names, objects, settings, first.modules)
    return first


def unlike(one: Mapping[K, V], other: Mapping[K, V]) -> list[K]:
    """The keys of one mapping under which the other has another object, or none.

    Most are the very same on both ways: no line of Python is run for each.
    """
    return list(compress(one, map(is_not, map(other.get, one), one.values())))

"""Touching: what a stretch of the program looked at or changed in the state around it.

Never runs anything.  Where a text above has changed, a stretch that touched nothing of what is
another state now does what it did before: what it wrote is carried over.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from collections.abc import Sequence as Many
from typing import TYPE_CHECKING, TypeVar

from keras_lsp.semantics.values import reachable

if TYPE_CHECKING:
    from keras_lsp.semantics.phases import Object
    from keras_lsp.semantics.state import State
    from keras_lsp.semantics.values import ObjectId, Value

K = TypeVar("K")
V = TypeVar("V")


class Touched:
    """Names of one frame, other frames as a whole, and objects; read or written, it is the same."""

    __slots__ = ("every_name", "every_object", "frame", "frames", "held", "names", "objects")

    def __init__(self, frame: object) -> None:
        self.frame = frame
        self.names: set[str] = set()
        self.frames: set[object] = set()
        self.objects: set[ObjectId] = set()
        self.held: set[ObjectId] = set()
        """Objects of which somebody wanted to know who holds them."""
        self.every_name = False
        self.every_object = False

    def seal(self) -> Touched:
        """No more will be told: what is empty takes no room."""
        self.names, self.frames = self.names or _NO_NAMES, self.frames or _NO_FRAMES
        self.objects, self.held = self.objects or _NO_OBJECTS, self.held or _NO_OBJECTS
        return self

    def name(self, frame: object, name: str) -> None:
        if frame == self.frame:
            self.names.add(name)
        else:
            self.frames.add(frame)

    def meets(self, difference: Touched) -> bool:
        """Whether anything that differs was touched."""
        if (self.every_name and difference.names) or (self.every_object and difference.objects):
            return True
        return not (
            self.names.isdisjoint(difference.names)
            and self.objects.isdisjoint(difference.objects)
            and self.frames.isdisjoint(difference.frames)
            and self.held.isdisjoint(difference.held)
        )

    def __bool__(self) -> bool:
        return bool(self.names or self.frames or self.objects)


_NO_NAMES: set[str] = set()
_NO_FRAMES: set[object] = set()
_NO_OBJECTS: set[ObjectId] = set()


def difference(one: State, other: State, frame: object) -> Touched:
    """In what two states differ."""
    found = Touched(frame)
    found.names = _differing(one.frames.get(frame, {}), other.frames.get(frame, {}))
    found.frames = _differing(one.frames, other.frames) - {frame}
    found.objects = _differing(one.heap, other.heap)
    _tell_held(found, one, other)
    return found


def difference_after(before: Touched, touched: Many[Touched], one: State, other: State) -> Touched:
    """In what two states differ that came of states that differ in ``before``.

    ``touched`` is what led from the former to these: nothing else needs to be looked at.
    """
    frame = before.frame
    found = Touched(frame)
    names, others = one.frames.get(frame, {}), other.frames.get(frame, {})
    found.names = _differing(names, others, before.names.union(*(t.names for t in touched)))
    frames = before.frames.union(*(t.frames for t in touched))
    found.frames = _differing(one.frames, other.frames, frames - {frame})
    objects = before.objects.union(*(t.objects for t in touched))
    found.objects = _differing(one.heap, other.heap, objects)
    _tell_held(found, one, other)
    return found


def _tell_held(found: Touched, one: State, other: State) -> None:
    """The objects that are held by what differs."""
    frame = found.frame
    for state in (one, other):
        values = [state.frames.get(frame, {}).get(name) for name in found.names]
        for key in found.frames:
            values += state.frames.get(key, {}).values()
        for id in found.objects:
            if (thing := state.heap.get(id)) is not None:
                values += (value for _, value in thing.attributes)
        found.held.update(ref.id for value in values if value for ref in reachable(value))


def _differing(one: Mapping[K, V], other: Mapping[K, V], among: Set[K] | None = None) -> set[K]:
    """The keys, all or only these, under which not the same is found."""
    if one is other:
        return set()
    keys = one.keys() | other.keys() if among is None else among
    return {
        key
        for key in keys
        if (here := one.get(key)) is not (there := other.get(key)) and here != there
    }


def carried(touched: Touched, before: State, after: State, state: State) -> State:
    """``state`` after a stretch that made ``after`` of ``before`` and does the same to it."""
    if not touched:
        return state
    result = state.fork()
    for name in touched.names:
        new: Value | None = after.get(touched.frame, name)
        if new is None:
            result.unbind(touched.frame, name)
        elif new is not before.get(touched.frame, name):
            result.bind(touched.frame, name, new)
    for key in touched.frames:
        names = after.frames.get(key)
        if names is None:
            result.close_frame(key)
        elif names is not before.frames.get(key):
            result.open_frame(key, dict(names))
    for id in touched.objects:
        thing: Object | None = after.heap.get(id)
        if thing is not None and thing is not before.heap.get(id):
            result.put(id, thing)
    return result

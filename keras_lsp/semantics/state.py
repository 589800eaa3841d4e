"""State: what every name and every object is at one point of the program.

Never learns of syntax.  Forks are cheap: dictionaries are shared until written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from keras_lsp.semantics.phases import Family, Object
from keras_lsp.semantics.touching import Touched
from keras_lsp.semantics.values import (
    UNDEFINED,
    UNKNOWN,
    Atom,
    Cause,
    ObjectId,
    Ref,
    Undefined,
    Value,
    Weights,
    join,
    one,
    reachable,
)

Frame = dict[str, Value]


class State:
    """Frames of names by key, and the heap of objects by allocation site."""

    __slots__ = ("_own_frames", "_own_heap", "frames", "heap", "touched")

    def __init__(self) -> None:
        self.frames: dict[object, Frame] = {}
        self.heap: dict[ObjectId, Object] = {}
        self._own_frames: set[object] = set()
        self._own_heap = True
        self.touched: Touched | None = None
        """Told of all that is read or written, if somebody wants to know; shared by forks.

        Whoever reads ``frames`` or ``heap`` has to tell it what.
        """

    def fork(self) -> State:
        """A copy; both sides copy a dictionary only when they write to it."""
        copy = State.__new__(State)
        copy.frames = dict(self.frames)
        copy.heap = self.heap
        copy._own_frames = set()
        copy._own_heap = False
        copy.touched = self.touched
        self._own_frames = set()
        self._own_heap = False
        return copy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.frames == other.frames and self.heap == other.heap

    __hash__ = None  # type: ignore[assignment]

    # Names

    def open_frame(self, key: object, names: Frame) -> None:
        if self.touched is not None:
            self.touched.frames.add(key)
        self.frames[key] = names
        self._own_frames.add(key)

    def close_frame(self, key: object) -> None:
        if self.touched is not None:
            self.touched.frames.add(key)
        self.frames.pop(key, None)
        self._own_frames.discard(key)

    def has_frame(self, key: object) -> bool:
        if self.touched is not None:
            self.touched.frames.add(key)
        return key in self.frames

    def names(self, key: object) -> Mapping[str, Value]:
        """All names of the frame of a call or a class."""
        if self.touched is not None:
            self.touched.frames.add(key)
            self.touched.every_name |= key == self.touched.frame
        return self.frames.get(key, {})

    def get(self, frame: object, name: str) -> Value | None:
        if self.touched is not None:
            self.touched.name(frame, name)
        names = self.frames.get(frame)
        return None if names is None else names.get(name)

    def bind(self, frame: object, name: str, value: Value) -> None:
        if self.touched is not None:
            self.touched.name(frame, name)
        self._own_names(frame)[name] = value

    def unbind(self, frame: object, name: str) -> None:
        if self.touched is not None:
            self.touched.name(frame, name)
        if name in self.frames.get(frame, ()):
            del self._own_names(frame)[name]

    def _own_names(self, frame: object) -> Frame:
        if frame not in self._own_frames:
            self.frames[frame] = dict(self.frames.get(frame, ()))
            self._own_frames.add(frame)
        return self.frames[frame]

    # Objects

    def object(self, ref: Ref) -> Object | None:
        return self.at(ref.id)

    def at(self, id: ObjectId) -> Object | None:
        if self.touched is not None:
            self.touched.objects.add(id)
        return self.heap.get(id)

    def objects(self) -> list[tuple[ObjectId, Object]]:
        """All there are, as they are now."""
        if self.touched is not None:
            self.touched.every_object = True
        return list(self.heap.items())

    def store(self, ref: Ref, new: Object) -> None:
        self.put(ref.id, new)

    def put(self, id: ObjectId, new: Object) -> None:
        if self.at(id) is new:
            return
        if not self._own_heap:
            self.heap = dict(self.heap)
            self._own_heap = True
        self.heap[id] = new

    def allocate(self, id: ObjectId, new: Object) -> Ref:
        """A fresh object; an earlier one of the same site becomes an ``old`` one."""
        if self.at(id) is not None:
            self._age(id)
        self.store(Ref(id), new)
        return Ref(id)

    def _age(self, id: ObjectId) -> None:
        young, old = Ref(id), Ref(ObjectId(id.site, id.context, old=True))
        before = self.at(old.id)
        now = self.heap[id]
        self.store(old, before.join(now, UNKNOWN) if before else now)

        def now_old(atom: Atom) -> Atom:
            if isinstance(atom, Weights) and young in atom.models:
                return Weights(atom.models - {young} | {old})
            return old if atom == young else atom

        def aged(value: Value) -> Value:
            if young in value or any(isinstance(a, Weights) and young in a.models for a in value):
                return frozenset(map(now_old, value))
            return value

        for key, names in list(self.frames.items()):
            for name, value in list(names.items()):
                renamed = aged(value)
                if renamed is not value:
                    self.bind(key, name, renamed)
        for other, thing in list(self.heap.items()):
            if any(aged(value) is not value for _, value in thing.attributes):
                attributes = tuple((name, aged(value)) for name, value in thing.attributes)
                thing = replace(thing, attributes=attributes)
                self.store(Ref(other), thing)
            if id in thing.parts:
                parts = thing.parts - {id} | {old.id}
                self.store(Ref(other), replace(thing, parts=parts, head=aged(thing.head)))

    def change(self, value: Value, how: Callable[[Object], Object]) -> None:
        """Apply ``how`` to the objects of a value: strongly where it is certain which."""
        targets = [a for a in value if isinstance(a, Ref)]
        certain = len(targets) == 1 and len(value) == 1 and not targets[0].id.old
        for ref in targets:
            thing = self.at(ref.id)
            if thing is not None:
                new = how(thing)
                self.store(ref, new if certain else thing.join(new, UNKNOWN))

    def blur(self, value: Value, *, keep: bool = True) -> None:
        """Somebody unknown gets ``value``: forget the phases of all it can reach.

        With ``keep`` that somebody may also keep it and come back to it later.
        """
        pending, seen = list(reachable(value)), set()
        while pending:
            ref = pending.pop()
            thing = self.at(ref.id)
            if ref.id in seen or thing is None:
                continue
            seen.add(ref.id)
            self.store(ref, blurred(thing, keep))
            for _, held in (*thing.attributes, *thing.arguments):
                pending.extend(reachable(held))

    def blur_escaped(self) -> None:
        """An unknown call was made: whoever holds an escaped object may have used it."""
        for id, thing in self.objects():
            if thing.escaped:
                self.put(id, blurred(thing, True))

    # Joins

    def join(self, other: State, cause: Cause | None = None) -> State:
        """The least upper bound; ``cause`` explains names that one side does not bind."""
        if self is other:
            return self
        result = self.fork()
        missing = UNDEFINED if cause is None else one(Undefined(cause))
        for key, theirs in other.frames.items():
            mine = self.frames.get(key)
            if mine is theirs:
                continue
            if mine is None:
                result.open_frame(key, dict(theirs))
                continue
            for name, value in theirs.items():
                known = mine.get(name)
                if known is value:
                    continue
                joined = join(missing if known is None else known, value)
                if joined is not known:
                    result.bind(key, name, joined)
            for name, value in mine.items():
                if name not in theirs:
                    result.bind(key, name, join(value, missing))
        if other.heap is not self.heap:
            for id, theirs_object in other.heap.items():
                mine_object = self.heap.get(id)
                if mine_object is theirs_object:
                    continue
                result.store(
                    Ref(id),
                    theirs_object
                    if mine_object is None
                    else mine_object.join(theirs_object, UNDEFINED),
                )
        return result


def blurred(thing: Object, keep: bool) -> Object:
    """The object after somebody unknown had it in hand; the very same where nothing is lost."""
    attributes = thing.attributes
    if thing.family in (Family.INSTANCE, Family.MODEL, Family.HISTORY):
        if not all(value >= UNKNOWN for _, value in attributes):
            attributes = tuple((name, join(value, UNKNOWN)) for name, value in attributes)
    phase = thing.phase.blurred() if thing.phase else None
    told = thing.closed or (keep and not thing.escaped)
    if not told and attributes is thing.attributes and phase == thing.phase:
        return thing
    return replace(
        thing,
        phase=phase,
        attributes=attributes,
        closed=False,
        escaped=thing.escaped or keep,
    )


def joined(left: State | None, right: State | None, cause: Cause | None = None) -> State | None:
    """The join of two states; ``None`` is the state of a place never reached."""
    if left is None:
        return right
    if right is None:
        return left
    return left.join(right, cause)

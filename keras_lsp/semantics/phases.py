"""Phases: how far a model has come in its life, as a lattice.

Never learns which statement did it to the model; ``at`` only remembers the places.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from keras_lsp.records import record
from keras_lsp.semantics.values import EMPTY, UNKNOWN, Class, ObjectId, Value, join
from keras_lsp.syntax import Place


class Tri(Enum):
    """Kleene's three values; ``MAYBE`` is the join of the other two."""

    NO = "no"
    YES = "yes"
    MAYBE = "maybe"

    def join(self, other: Tri) -> Tri:
        return self if self is other else Tri.MAYBE

    @classmethod
    def of(cls, truth: bool) -> Tri:
        return cls.YES if truth else cls.NO


NO, YES, MAYBE = Tri.NO, Tri.YES, Tri.MAYBE


@dataclass(frozen=True, slots=True)
class Compilation:
    """What the last ``compile`` was given; each value ``EMPTY`` where not given."""

    place: Place
    optimizer: Value
    loss: Value
    metrics: Value
    forwarded: bool = False
    """It was given ``*args`` or ``**kwargs``: absent arguments may be there."""


@record(frozen=True, slots=True)
class Phase:
    """The state of one model object."""

    kind: str = "unknown"
    """``sequential``, ``functional``, ``subclass``, ``loaded``, ``application``, ``unknown``."""
    built: Tri = MAYBE
    compiled: Tri = MAYBE
    compilation: Compilation | None = None
    """The last ``compile``, where it is one and the same on all paths."""
    traced: Tri = MAYBE
    """A training step exists: ``fit`` or ``train_on_batch`` has run."""
    traced_frozen: Tri = MAYBE
    """Whether something was frozen when the training step was traced."""
    trained: Tri = MAYBE
    stale: Tri = MAYBE
    """``trainable`` was changed since the training step was traced."""
    frozen: Tri = MAYBE
    saved: Tri = MAYBE
    used: Tri = MAYBE
    """Somebody looked at the model since it was last trained."""
    empty: Tri = MAYBE
    """A ``Sequential`` without any layer yet."""
    at: tuple[tuple[str, Place], ...] = ()
    """Where each thing last happened: ``("compiled", place)``."""

    def place_of(self, what: str) -> Place | None:
        return next((place for name, place in self.at if name == what), None)

    def happened(self, what: str, place: Place) -> tuple[tuple[str, Place], ...]:
        return (*((n, p) for n, p in self.at if n != what), (what, place))

    def join(self, other: Phase) -> Phase:
        """The least upper bound, field by field (``at`` is a note and joins by union)."""
        if self == other:
            return self
        seen = {name for name, _ in self.at}
        return Phase(
            kind=self.kind if self.kind == other.kind else "unknown",
            built=self.built.join(other.built),
            compiled=self.compiled.join(other.compiled),
            compilation=self.compilation if self.compilation == other.compilation else None,
            traced=self.traced.join(other.traced),
            traced_frozen=self.traced_frozen.join(other.traced_frozen),
            trained=self.trained.join(other.trained),
            stale=self.stale.join(other.stale),
            frozen=self.frozen.join(other.frozen),
            saved=self.saved.join(other.saved),
            used=self.used.join(other.used),
            empty=self.empty.join(other.empty),
            at=(*self.at, *((n, p) for n, p in other.at if n not in seen)),
        )

    def blurred(self) -> Phase:
        """After somebody unknown had the model in hand: anything may have happened."""
        return Phase(kind=self.kind, built=YES if self.built is YES else MAYBE, at=self.at)


def fresh(kind: str, *, built: Tri, place: Place, empty: Tri = NO) -> Phase:
    """A model that has just been constructed."""
    return Phase(
        kind=kind,
        built=built,
        compiled=NO,
        traced=NO,
        trained=NO,
        stale=NO,
        frozen=NO,
        saved=NO,
        used=NO,
        empty=empty,
        at=(("defined", place),),
    )


class Family(Enum):
    """What an object on the heap is to Keras."""

    MODEL = "model"
    LAYER = "layer"
    OPTIMIZER = "optimizer"
    CALLBACK = "callback"
    HISTORY = "history"
    KERAS = "keras"
    """Another object of the Keras API: a loss, a metric, a regularizer."""
    INSTANCE = "instance"
    """An instance of a class of the program that is no Keras class."""


@record(frozen=True, slots=True)
class Object:
    """What is known of one object of the heap."""

    family: Family
    type: str
    """Canonical Keras name, or the name of the program's class."""
    origin: Value = UNKNOWN
    """The class atom of an instance of the program's own class."""
    phase: Phase | None = None
    attributes: tuple[tuple[str, Value], ...] = ()
    closed: bool = False
    """Every attribute that is not listed is certainly not set on the instance."""
    escaped: bool = False
    """Somebody unknown may hold it: any unknown call may change it."""
    loops: tuple[Place, ...] = ()
    """The loops that were running when it was made."""
    api: str = "keras"
    """The Keras it belongs to: ``keras``, ``tf.keras`` or ``tf_keras``."""
    parts: frozenset[ObjectId] = frozenset()
    """The layers and models that it is made of, as far as they are known."""
    reset_in: frozenset[Place] = frozenset()
    """Loops in which its weights are put back."""
    head: Value = EMPTY
    """The last layer of a ``Sequential``, where it is known."""
    arguments: tuple[tuple[str, Value], ...] = ()
    """The arguments it was made with: ``0``, ``1`` … by position, else by keyword."""

    def reset(self, loops: tuple[Place, ...]) -> Object:
        return replace(self, reset_in=self.reset_in | frozenset(loops))

    @property
    def origin_class(self) -> bool:
        """It is an instance of a class of the program."""
        return any(isinstance(atom, Class) for atom in self.origin)

    def attribute(self, name: str) -> Value | None:
        return next((value for key, value in self.attributes if key == name), None)

    def argument(self, name: str, position: int | None = None) -> Value | None:
        wanted = (name,) if position is None else (name, str(position))
        return next((value for key, value in self.arguments if key in wanted), None)

    def with_attribute(self, name: str, value: Value) -> Object:
        rest = tuple((k, v) for k, v in self.attributes if k != name)
        return replace(self, attributes=tuple(sorted((*rest, (name, value)), key=_by_name)))

    def with_phase(self, phase: Phase) -> Object:
        return self if phase == self.phase else replace(self, phase=phase)

    def join(self, other: Object, missing: Value) -> Object:
        """The least upper bound; an attribute that one side lacks may be ``missing``."""
        if self == other:
            return self
        mine, theirs = dict(self.attributes), dict(other.attributes)
        attributes = tuple(
            (name, join(mine.get(name, missing), theirs.get(name, missing)))
            for name in sorted(mine.keys() | theirs.keys())
        )
        phase = self.phase.join(other.phase) if self.phase and other.phase else None
        return replace(
            self,
            phase=phase,
            attributes=attributes,
            origin=join(self.origin, other.origin),
            closed=self.closed and other.closed,
            parts=self.parts | other.parts,
            head=join(self.head, other.head),
            reset_in=self.reset_in | other.reset_in,
            escaped=self.escaped or other.escaped,
        )


def _by_name(item: tuple[str, Value]) -> str:
    return item[0]


def described(thing: Object) -> str:
    """An object in words: its kind and, for a model, what has happened to it."""
    phase = thing.phase
    if phase is None:
        return thing.type.rpartition(".")[2]
    kind = phase.kind if phase.kind != "unknown" else "model"
    states = (("built", phase.built), ("compiled", phase.compiled), ("trained", phase.trained),
              ("frozen", phase.frozen), ("saved", phase.saved))  # fmt: skip
    words = [name if tri is YES else f"maybe {name}" for name, tri in states if tri is not NO]
    return ", ".join([kind, *words])

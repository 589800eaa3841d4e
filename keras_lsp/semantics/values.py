"""Values: what a name may hold at one point of the program.

Never learns how a value came about; that is the interpreter's business.

A value is a set of atoms, read as "one of these".  ``Unknown`` among them means
"or anything else": it silences rules and never raises one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keras_lsp.records import record
from keras_lsp.syntax import Place

if TYPE_CHECKING:
    from keras_lsp.semantics.definitions import ClassDefinition, FunctionDefinition


class Atom:
    """One thing that a value may be."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unknown(Atom):
    """Anything at all."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a name may be undefined: the fork at which one path did not bind it."""

    kind: str
    """``no-else``, ``swallowed``, ``empty-loop``, ``no-case`` or ``deleted``."""
    place: Place
    names: frozenset[str] = frozenset()
    """Names that decide about the path: a later test of one of them may exclude it."""


@dataclass(frozen=True, slots=True)
class Undefined(Atom):
    """Not bound, or bound no longer."""

    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Nothing(Atom):
    """Python's ``None``, and where it came from."""

    origin: str = "literal"
    """``literal``, ``method`` (returned by a Keras method), ``function`` (falls off the end)."""
    name: str = ""
    place: Place | None = None
    local: str = ""
    """The local model that the function forgot to return, where there is just one."""
    builder: Place | None = None
    """The name of that function at its ``def``."""


@record(frozen=True, slots=True)
class Constant(Atom):
    """A literal; the type keeps ``1``, ``1.0`` and ``True`` apart."""

    value: object
    type: str

    @classmethod
    def of(cls, value: object) -> Constant:
        return cls(value, type(value).__name__)


@record(frozen=True, slots=True)
class Symbol(Atom):
    """A name of the Keras API: a module, class or function, under its canonical name."""

    name: str
    api: str = "keras"
    """``keras``, ``tf.keras`` or ``tf_keras`` (Keras 2)."""


@record(frozen=True, slots=True)
class External(Atom):
    """A name imported from elsewhere, or a builtin: ``numpy.random.rand``, ``builtins.print``."""

    name: str
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Result(Atom):
    """What a call of something external gave: ``sklearn.model_selection.KFold()``."""

    name: str


@dataclass(frozen=True, slots=True)
class Sequence(Atom):
    """A list or tuple display; ``items`` is ``None`` when its content is not known."""

    kind: str
    items: tuple[Value, ...] | None


@dataclass(frozen=True, slots=True)
class Mapping(Atom):
    """A dict display with literal keys; ``items`` is ``None`` when not known."""

    items: tuple[tuple[object, Value], ...] | None


class ObjectId:
    """An allocation site with the calls that led to it.

    In a loop the object of the present iteration and those of earlier ones are
    kept apart (the recency abstraction): ``old`` stands for all the earlier ones.
    """

    __slots__ = ("_hash", "context", "old", "site")

    def __init__(self, site: Place, context: tuple[Place, ...], old: bool = False) -> None:
        self.site = site
        self.context = context
        self.old = old
        self._hash = hash((site, context, old))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, ObjectId)
            and self._hash == other._hash
            and self.old == other.old
            and self.site == other.site
            and self.context == other.context
        )

    def __repr__(self) -> str:
        """Enough to put objects in an order that does not change from run to run."""
        return f"ObjectId({self.site}, {self.context}{', old' if self.old else ''})"

    @property
    def outermost(self) -> Place:
        """Where the program asked for it: the first call that led to the site."""
        return self.context[0] if self.context else self.site


@record(frozen=True, slots=True)
class Ref(Atom):
    """An object on the heap."""

    id: ObjectId


@dataclass(frozen=True, slots=True)
class Part(Atom):
    """Some layer of a model: an element of ``model.layers``."""

    model: Ref


@record(frozen=True, slots=True)
class Weights(Atom):
    """All the weights of models that training changes, alone or each with its gradient."""

    models: frozenset[Ref]


@record(frozen=True, slots=True)
class Tensor(Atom):
    """What a layer or a model returns when it is called, and what it was computed by."""

    sources: frozenset[ObjectId] = frozenset()
    symbolic: bool = False
    """It comes from a ``keras.Input`` of Keras 3, and holds no numbers."""
    one: bool = False
    """It is one tensor, and comes from inputs by Keras's own layers alone."""


@dataclass(frozen=True, slots=True)
class Function(Atom):
    """A function of the program; ``receiver`` is what a bound method is bound to."""

    definition: FunctionDefinition
    frame: object
    """Key of the frame in which it was defined (its closure)."""
    receiver: Ref | None = None


@dataclass(frozen=True, slots=True)
class Class(Atom):
    """A class of the program, with what its body bound."""

    definition: ClassDefinition
    bases: tuple[Value, ...]
    namespace: tuple[tuple[str, Value], ...]
    frame: object


@record(frozen=True, slots=True)
class BoundMethod(Atom):
    """A method of a Keras object or of something external, not called yet."""

    receiver: Atom
    name: str


@dataclass(frozen=True, slots=True)
class Super(Atom):
    """``super()`` inside a method."""

    instance: Ref | None
    owner: ClassDefinition


Value = frozenset[Atom]

UNKNOWN: Value = frozenset({Unknown()})
NONE: Value = frozenset({Nothing()})
UNDEFINED: Value = frozenset({Undefined()})
EMPTY: Value = frozenset()
WIDEST = 8
"""More plain atoms than this say nothing useful: together they become unknown."""


def one(atom: Atom) -> Value:
    return frozenset((atom,))


def join(left: Value, right: Value) -> Value:
    """The least upper bound: commutative, associative, idempotent.

    ``Unknown`` absorbs plain atoms.  It never absorbs ``Undefined`` and ``None``,
    which rules ask for, nor objects, whose state a call may still change.
    """
    if left is right or right <= left:
        return left
    if left <= right:
        return right
    both = left | right
    plain = sum(not isinstance(atom, _KEPT) for atom in both)
    if plain > WIDEST or (plain and both >= UNKNOWN):
        return frozenset((Unknown(), *(atom for atom in both if isinstance(atom, _KEPT))))
    return both


_KEPT = (Unknown, Undefined, Nothing, Ref)


def join_all(values: Iterable[Value]) -> Value:
    result = EMPTY
    for value in values:
        result = join(result, value)
    return result


def only(value: Value) -> Atom | None:
    """The one atom of a value that is certain, else ``None``."""
    if len(value) == 1:
        (atom,) = value
        return atom
    return None


def is_unknown(value: Value) -> bool:
    return value >= UNKNOWN


def is_undefined(value: Value) -> bool:
    """Certainly undefined, on every path."""
    return bool(value) and all(isinstance(atom, Undefined) for atom in value)


def may_be_undefined(value: Value) -> bool:
    return Undefined in map(type, value)


def is_none(value: Value) -> bool:
    """Certainly ``None``."""
    return bool(value) and all(isinstance(atom, Nothing) for atom in value)


def defined(value: Value) -> Value:
    """The value on the paths on which it is defined."""
    if may_be_undefined(value):
        return frozenset(a for a in value if not isinstance(a, Undefined))
    return value


def constant(value: Value) -> object | None:
    """The literal that a value certainly is, else ``None``."""
    atom = only(value)
    return atom.value if isinstance(atom, Constant) else None


def symbols(value: Value) -> frozenset[str]:
    """The Keras names that a value may be; empty unless every atom is one."""
    names = frozenset(a.name for a in value if isinstance(a, Symbol))
    return names if value and all(isinstance(a, Symbol) for a in value) else frozenset()


def refs(value: Value) -> tuple[Ref, ...]:
    """The objects that a value may be, those inside displays not counted."""
    return tuple(a for a in value if isinstance(a, Ref))


def reachable(value: Value, depth: int = 4) -> Iterable[Ref]:
    """The objects that a value may hold, inside lists, tuples and dicts too."""
    for atom in value:
        if isinstance(atom, (Constant, Symbol, Tensor)):
            continue
        if isinstance(atom, Ref):
            yield atom
        elif isinstance(atom, Sequence) and atom.items and depth:
            for item in atom.items:
                yield from reachable(item, depth - 1)
        elif isinstance(atom, Mapping) and atom.items and depth:
            for _, item in atom.items:
                yield from reachable(item, depth - 1)
        elif isinstance(atom, BoundMethod) and isinstance(atom.receiver, Ref):
            yield atom.receiver
        elif isinstance(atom, Part):
            yield atom.model
        elif isinstance(atom, Function) and atom.receiver:
            yield atom.receiver

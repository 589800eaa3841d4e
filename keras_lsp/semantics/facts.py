"""Facts: what a loop, a function or a class amounts to when it has been read whole.

Plain data like the events, among which they are told; never a parse node.
"""

from __future__ import annotations

from dataclasses import dataclass

from keras_lsp.semantics.situation import Context, Loop, Model
from keras_lsp.semantics.values import Value
from keras_lsp.syntax import Place


@dataclass(frozen=True, slots=True)
class AttributeRead:
    """``self.name`` is read in a method."""

    name: str
    place: Place
    method: str
    used_as: str
    """The attribute or method that is read from it at once, else ``""``."""
    guarded: bool
    """Under a test of this attribute, or of ``hasattr``."""


@dataclass(frozen=True, slots=True)
class AttributeBinding:
    """``self.name`` is bound in a method, or ``name`` in the class body."""

    name: str
    place: Place
    method: str
    none: bool
    """It is bound to a literal ``None``."""
    model: bool


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A method binds a model to a local name."""

    method: str
    name: str
    place: Place
    statement: Place
    stored: bool
    """It is also stored on ``self``, in a container, a global, or passed on."""
    returned: bool


@dataclass(frozen=True, slots=True)
class ClassSeen:
    """A class of the program, when its body has been read."""

    place: Place
    """Its name."""
    whole: Place
    context: Context
    name: str
    bases: tuple[Value, ...]
    base_texts: tuple[str, ...]
    closed: bool
    """Bases, decorators and metaclass are all known, and none adds attributes unseen."""
    abstract: bool
    """It is made to be derived from, or a class of the file derives from it."""
    methods: tuple[str, ...]
    reads: tuple[AttributeRead, ...]
    bindings: tuple[AttributeBinding, ...]
    """Those of the known bases included."""
    local_models: tuple[LocalModel, ...]
    set_from_outside: frozenset[str]
    """Attributes that the file assigns on something else than ``self``."""


@dataclass(frozen=True, slots=True)
class FunctionSeen:
    """A function of the program, when its body has been read to the end."""

    place: Place
    """Its name at the ``def``."""
    whole: Place
    context: Context
    name: str
    owner: str
    decorators: tuple[str, ...]
    transparent: bool
    """No decorator that may change what a call returns."""
    returns_value: bool
    returns_model: bool
    falls_off: bool
    """Some path reaches the end without ``return``."""
    yields: bool
    local_models: tuple[tuple[str, Place, Model], ...]
    """Local names that certainly hold a model of this function's own at its end."""
    kept: frozenset[str]
    """Local models that were stored, saved, returned or handed on."""
    shadows: tuple[tuple[str, Place], ...]
    """Local bindings of a model under a name that the module binds too."""
    in_loop: bool
    """It is defined inside a loop."""
    loops: tuple[Loop, ...]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A model that one iteration of a loop builds, trains and loses again."""

    place: Place
    """The constructor or the builder that is called."""
    statement: Place
    context: Context
    loop: Loop
    name: str
    model: Model
    trained: bool
    """It is trained in the same body, after the construction."""
    changed: bool
    """Something changes it in the same body: weights, layers, flags."""
    only_asked: bool
    """The body only asks it for results; it writes no file and calls nothing unknown."""
    same: bool
    """Its construction alone depends on nothing that varies."""
    learns: bool
    """One of its layers certainly has weights that training changes."""
    reset: bool
    """The body gets at its weights: it may put them back."""
    lives_on: bool
    """Something else than its name holds it, when the iteration is over."""
    varies: bool
    """Something that depends on the iteration reaches construction, compile, fit or data."""
    kept: str
    """What carries the iteration's model or its results out, ``""`` if nothing does."""
    used_after: bool
    statements: tuple[Place, ...]
    """The statements that construct and compile it: what a hoist would move."""
    parts: tuple[Place, ...]
    """The statements above them in the loop that make the layers and tensors it is made of."""
    optimizer: Place | None
    fit: Place | None


@dataclass(frozen=True, slots=True)
class Traced:
    """A function is defined inside a loop, and ``tf.function`` decorates it."""

    place: Place
    """Its name at the ``def``."""
    statement: Place
    context: Context
    name: str
    reads: frozenset[str]
    """Names of others that it mentions, defaults included."""


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A step of a computation that a tape did not see, so that no gradient comes through."""

    kind: str
    """``forward``: the call of the model; ``loss``: what is computed of its output."""
    place: Place
    """The expression."""
    statement: Place | None
    """The assignment of its whole result to a name, where it is one."""


@dataclass(frozen=True, slots=True)
class GradientAsked:
    """``tape.gradient(target, sources)``."""

    place: Place
    unrecorded: Unrecorded | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A ``with tf.GradientTape() as tape`` block, and what is asked of it in its own block."""

    place: Place
    """The call that makes the tape."""
    block: Place
    """The whole ``with``."""
    context: Context
    name: str
    persistent: bool
    """It may be: an argument is given."""
    asked: tuple[GradientAsked, ...]
    """One after another, until somebody else has the tape in hand."""

"""Events: what happens to Keras objects, told in the order of the program.

All that rules ever see.  Frozen plain data: values, places, texts; no parse nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

from keras_lsp.semantics.phases import Compilation, Family, Object, Phase
from keras_lsp.semantics.values import ObjectId, Value
from keras_lsp.syntax import Place


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop that is running."""

    place: Place
    """Its header, from ``for`` or ``while`` to the colon."""
    kind: str
    """``for``, ``while`` or ``comprehension``."""
    targets: tuple[str, ...]
    iterable: str
    """The text of what it iterates over, or of the condition."""
    over: str
    """``range``, ``split`` (folds of cross-validation), ``data`` or ``""`` (unknown)."""
    count: int | None
    """The number of iterations, where it is literal."""
    varying: frozenset[str]
    """Names whose value may differ from one iteration to the next."""
    clears_session: bool
    """Its body calls ``clear_session``."""
    iterator: Value
    """What it iterates over."""
    first: bool = False
    """This is told of the first iteration; else of all later ones."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where the program is when something happens."""

    path: str
    function: str
    """Dotted name of the function, ``""`` at module level."""
    calls: tuple[Place, ...]
    """The calls of the program's own functions that led here, outermost first."""
    loops: tuple[Loop, ...]
    """Running loops, outermost first, those of callers included."""
    guards: frozenset[str]
    """Names that the conditions around it mention."""
    in_test: bool
    """It belongs to a test: ``test_*``, ``Test*``."""
    standalone: bool
    """The function is looked at for itself: nothing is known of its arguments."""
    certain: bool
    """It is reached whenever its function (or the module) runs: under no condition."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it is when an event happens (before its effect)."""

    id: ObjectId
    type: str
    phase: Phase
    loops: tuple[Place, ...]
    """The loops that were running when it was made."""
    api: str
    user_class: str
    """The program's own class that it is an instance of, or ``""``."""
    overrides: frozenset[str]
    """Keras methods that this class (or a base in the program) defines anew."""
    escaped: bool
    plain: bool
    """It consists of Keras's own layers only, as far as it shows."""
    reset_in: frozenset[Place]
    """Loops in which its weights are put back."""
    layers: tuple[tuple[ObjectId, tuple[Place, ...]], ...]
    """The layers it is made of, with the loops that were running when each was made."""
    all_known: bool
    """It is made of these layers and of nothing else."""
    optimizer: Object | None
    """The optimizer object that it was last compiled with, where it is known."""
    adds_loss: bool
    """The program calls ``add_loss`` on it, or it may have got a loss elsewhere."""
    activation: str
    """The literal activation of the last layer of a ``Sequential``, else ``""``."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call."""

    name: str
    """Its keyword, or the position as a number: ``"0"``."""
    value: Value
    place: Place
    text: str
    names: frozenset[str]
    """Names that its expression mentions."""
    pure: bool
    """Its expression calls nothing whose result may differ from call to call."""
    written: bool = True
    """It stands in the call itself, not in a dict that is spread."""

    def varies_in(self, loop: Loop) -> bool:
        return not self.pure or bool(self.names & loop.varying)


@dataclass(frozen=True, slots=True)
class Call:
    """A call that concerns Keras: a constructor, a method of a model, a builder."""

    place: Place
    """The whole call expression."""
    statement: Place
    """The statement that holds it."""
    context: Context
    callee: str
    """The text before the parentheses."""
    external: str
    """Dotted name of an imported function that is called, else ``""``."""
    symbol: str
    """Canonical Keras name of a class or function that is called, else ``""``."""
    method: str
    """Name of the method, where it is called on a receiver, else ``""``."""
    name_place: Place
    """The last name of the callee: ``fit`` of ``model.fit``."""
    receiver: str
    """The text of the receiver, else ``""``."""
    receiver_value: Value
    models: tuple[Model, ...]
    """What the receiver may be, where it is certainly some model; else ``()``."""
    arguments: tuple[Argument, ...]
    forwarded: bool
    """It passes ``*args`` or ``**kwargs``: absent arguments may be there."""
    result: Value
    assigned: str
    """The one plain name or ``self.name`` that the whole result is bound to, else ``""``."""
    discarded: bool
    """The result is dropped: the call is a statement of its own."""
    kept: bool
    """Somebody else holds the model that it returns."""
    made: tuple[Model, ...]
    """The models that it certainly returns, else ``()``."""
    function: str
    """Dotted name of the program's own function that is called, else ``""``."""
    function_place: Place | None
    """The name of that function at its ``def``."""
    objects: tuple[tuple[ObjectId, Object], ...]
    """The objects that the arguments hold, as they are before the call."""

    def argument(self, name: str, position: int | None = None) -> Argument | None:
        wanted = (name,) if position is None else (name, str(position))
        return next((a for a in self.arguments if a.name in wanted), None)

    def object(self, id: ObjectId) -> Object | None:
        return next((thing for key, thing in self.objects if key == id), None)


@dataclass(frozen=True, slots=True)
class NameUse:
    """A name is read that is, or may be, undefined at that point."""

    place: Place
    context: Context
    name: str
    value: Value
    attribute: str
    """The attribute or method that is read from it at once, else ``""``."""
    called: bool
    """The name itself is called."""
    scope: str
    """``local``, ``global`` or ``unknown``: where the name would have to be bound."""
    argument_of: str
    """The callee that it is passed to, else ``""``."""
    binding: Place | None
    """Where this name is bound first in its scope, if anywhere."""
    model_binding: Place | None
    """Where this name is bound to a model, in the whole file."""
    model_binding_function: str
    """The function in which that is, ``""`` at module level."""
    builder_result_dropped: Place | None
    """An earlier statement that drops a builder's model on the floor."""
    builder_call: str
    """The text of that statement's call."""
    star_import: bool
    """A star import of something unknown may bind it."""
    statement: Place
    keras: bool = False
    """The file imports Keras in some way."""
    bound_somewhere: bool = False
    """Some scope of the file binds the name."""
    choices: bool = False
    """A parser with ``choices`` may keep every other case away."""


@dataclass(frozen=True, slots=True)
class AttributeUse:
    """An attribute is read from a value of which something is known."""

    place: Place
    name_place: Place
    statement: Place
    context: Context
    receiver: str
    value: Value
    attribute: str
    called: bool
    missing: bool
    """The attribute is certainly not set: on an instance whose attributes are all known."""
    models: tuple[Model, ...]
    objects: tuple[tuple[ObjectId, Object], ...]
    bound_at: Place | None = None
    """Where the receiver, a plain name, got this value."""
    bound_by: Place | None = None
    """The statement that did it."""
    bound_value: Place | None = None
    """The expression that it was bound to."""
    model_binding: Place | None = None
    """Where a function binds a model to a local name like the receiver's."""
    model_binding_function: str = ""
    model_binding_called: bool = False
    """That function was called before."""


@dataclass(frozen=True, slots=True)
class Setter:
    """A method that binds an attribute of ``self``."""

    name: str
    place: Place
    """Its name at the ``def``."""
    needs_arguments: bool


@dataclass(frozen=True, slots=True)
class UnmetNeed:
    """A method that was called needs an attribute that no method called so far has set."""

    place: Place
    context: Context
    attribute: str
    method: str
    """The method that was called from outside."""
    call: Place
    """That call."""
    statement: Place
    """The statement of the call."""
    instance: str
    """The text of what it was called on, where it is a plain name."""
    setters: tuple[Setter, ...]
    """The methods that would set it."""
    refused: bool
    """A guard of the method raises."""


@dataclass(frozen=True, slots=True)
class SubscriptUse:
    """Something is read by key: ``history.history["acc"]``."""

    place: Place
    key_place: Place
    context: Context
    receiver: str
    value: Value
    attribute: str
    """``history`` of ``h.history["acc"]``; ``""`` where the object itself is subscripted."""
    key: object
    history: History | None


@dataclass(frozen=True, slots=True)
class History:
    """What a ``fit`` returned, as far as it is known which keys it has."""

    fit: Place
    keys: frozenset[str] | None
    """All of its keys, or ``None`` where they are not known."""
    metrics: tuple[str, ...] | None
    validated: bool | None
    one_output: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """A name or an attribute of ``self`` is bound to a value that concerns Keras."""

    place: Place
    statement: Place
    context: Context
    name: str
    """``model`` or ``self.model``."""
    value: Value
    value_text: str
    value_place: Place | None
    previous: Value
    models: tuple[Model, ...]
    """The models that the new value may be."""
    previous_models: tuple[Model, ...]
    """The models that the name certainly held before."""
    still_held: bool
    """Another name or attribute holds the previous model too."""
    called: bool
    """The name is later called or used with a method of a model, in the same scope."""
    later_methods: frozenset[str]
    """Methods and attributes that are later read from this name, in the same scope."""


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """An attribute of a Keras object is assigned: ``layer.trainable = False``."""

    place: Place
    statement: Place
    context: Context
    receiver: str
    receiver_value: Value
    attribute: str
    value: Value
    models: tuple[Model, ...]


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
    varies: bool
    """Something that depends on the iteration reaches construction, compile, fit or data."""
    kept: str
    """What carries the iteration's model or its results out, ``""`` if nothing does."""
    used_after: bool
    statements: tuple[Place, ...]
    """The statements that construct and compile it: what a hoist would move."""
    optimizer: Place | None
    fit: Place | None


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
    methods: tuple[str, ...]
    reads: tuple[AttributeRead, ...]
    bindings: tuple[AttributeBinding, ...]
    """Those of the known bases included."""
    local_models: tuple[LocalModel, ...]
    set_from_outside: frozenset[str]
    """Attributes that the file assigns on something else than ``self``."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """What is known of a name or an attribute that stands alone as a statement."""

    place: Place
    context: Context
    text: str


Event = (
    Call
    | NameUse
    | AttributeUse
    | UnmetNeed
    | SubscriptUse
    | Binding
    | AttributeChange
    | Rebuilt
    | Revealed
    | FunctionSeen
    | ClassSeen
)

__all__ = [
    "Argument",
    "AttributeBinding",
    "AttributeChange",
    "AttributeRead",
    "AttributeUse",
    "Binding",
    "Call",
    "ClassSeen",
    "Compilation",
    "Context",
    "Event",
    "Family",
    "FunctionSeen",
    "History",
    "LocalModel",
    "Loop",
    "Model",
    "NameUse",
    "Object",
    "ObjectId",
    "Phase",
    "Rebuilt",
    "Revealed",
    "Setter",
    "SubscriptUse",
    "UnmetNeed",
    "Value",
]

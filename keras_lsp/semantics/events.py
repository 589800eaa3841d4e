"""Events: what happens to Keras objects, told in the order of the program.

All that rules ever see.  Frozen plain data: values, places, texts; no parse nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

from keras_lsp.records import record
from keras_lsp.semantics.api_reads import ApiRead
from keras_lsp.semantics.call import Argument, Call
from keras_lsp.semantics.facts import (
    AttributeBinding,
    AttributeRead,
    ClassSeen,
    FunctionSeen,
    LocalModel,
    Rebuilt,
    Recorded,
    Traced,
    Unrecorded,
)
from keras_lsp.semantics.phases import Compilation, Family, Object, Phase
from keras_lsp.semantics.situation import Context, Loop, Model
from keras_lsp.semantics.values import ObjectId, Value
from keras_lsp.syntax import Place


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
    cells_below: int = 0
    """How many cells further down the module binds it to a model, in a notebook or its like."""


@record(frozen=True, slots=True)
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
    of_module: bool = False
    """The receiver is a plain name that the module binds, not the function around it."""


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


@record(frozen=True, slots=True)
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
    objects: tuple[tuple[ObjectId, Object], ...] = ()


@dataclass(frozen=True, slots=True)
class Revealed:
    """What is known of a name or an attribute that stands alone as a statement."""

    place: Place
    context: Context
    text: str


Event = (
    Call
    | ApiRead
    | NameUse
    | AttributeUse
    | UnmetNeed
    | SubscriptUse
    | Binding
    | AttributeChange
    | Rebuilt
    | Traced
    | Recorded
    | Revealed
    | FunctionSeen
    | ClassSeen
)

__all__ = [
    "ApiRead",
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
    "Recorded",
    "Revealed",
    "Setter",
    "SubscriptUse",
    "Traced",
    "UnmetNeed",
    "Unrecorded",
    "Value",
]

"""Call: the event of a call that concerns Keras, and its arguments.

Never learns what the call does to a model, but for which ones it trains.
"""

from __future__ import annotations

import re

from keras_lsp.records import record
from keras_lsp.semantics.phases import Object
from keras_lsp.semantics.situation import Context, Loop, Model
from keras_lsp.semantics.symbols import TRAINING
from keras_lsp.semantics.values import ObjectId, Value
from keras_lsp.syntax import Place

_DOTTED_END = re.compile(r"[\w.]+$")


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
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
    api: str
    """The package that the symbol comes by, else ``""``."""
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

    learners: tuple[Model, ...] = ()
    """The models whose weights an optimizer changes by gradients that the program computed."""
    refused: bool = False
    """That optimizer is tied to another model, which lacks variables of one of these."""

    @property
    def trained(self) -> tuple[Model, ...]:
        """What the call trains, by ``fit`` and its like or by gradients."""
        return self.models if self.method in TRAINING else self.learners

    @property
    def trained_name(self) -> str:
        """The text by which it names what it trains, ``""`` where it does not."""
        if self.method in TRAINING:
            return self.receiver
        texts = (argument.text.rpartition(".trainable_")[0] for argument in self.arguments)
        return next((m[0] for text in texts if (m := _DOTTED_END.search(text))), "")

    def argument(self, name: str, position: int | None = None) -> Argument | None:
        # A loop: the rules ask this of every call.
        index = name if position is None else str(position)
        for argument in self.arguments:
            if argument.name == name or argument.name == index:
                return argument
        return None

    def object(self, id: ObjectId) -> Object | None:
        return next((thing for key, thing in self.objects if key == id), None)

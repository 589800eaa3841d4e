"""The situation of an event: where the program is, in which loops, with which models.

Plain data; never a parse node.
"""

from __future__ import annotations

from dataclasses import dataclass

from keras_lsp.catalog.targets import NEWEST, Target
from keras_lsp.records import record
from keras_lsp.semantics.phases import Object, Phase
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
    bound: frozenset[str]
    """Names that its body binds."""
    breaks: bool
    """Its body may end it before its time."""
    loads_outside: bool
    """The function, or the file, loads a model or weights somewhere outside of it."""
    clears_session: bool
    """Its body calls ``clear_session``."""
    iterator: Value
    """What it iterates over."""
    counted: bool = False
    """What it computes does not decide how often it runs: a ``for``, a ``while`` that counts."""
    first: bool = False
    """This is told of the first iteration; else of all later ones."""


@record(frozen=True, slots=True)
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

    @property
    def expected(self) -> bool:
        """Whether what fails here is reckoned with, or is told where it stands by itself."""
        return self.guarded or bool(self.calls)

    guarded: bool = False
    """Somebody reckons that it may fail: a ``try`` catches it, or a version is asked for."""
    target: Target = NEWEST
    """The release of Keras that the program meets."""


@record(frozen=True, slots=True)
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
    optimizer_refuses: bool
    """That optimizer is tied to another model, which lacks variables of this one."""
    adds_loss: bool
    """The program calls ``add_loss`` or ``add_metric`` on it, or it may have got one elsewhere."""
    activation: str
    """The literal activation of the last layer of a ``Sequential``, else ``""``."""
    one_output: bool
    """It certainly gives one tensor, which Keras's own layers compute."""

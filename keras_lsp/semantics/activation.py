"""Activations: running bodies, and the states that wait where their jumps lead.

Never learns what a statement means.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from keras_lsp.semantics.definitions import (
    ClassDefinition,
    FunctionDefinition,
    Scope,
)
from keras_lsp.semantics.rounds import Round
from keras_lsp.semantics.state import State, joined
from keras_lsp.semantics.values import (
    EMPTY,
    Cause,
    Value,
)
from keras_lsp.syntax import Statement


class NeverReturns(Exception):
    """The expression that is being evaluated ends the path: ``sys.exit()``."""


@dataclass(slots=True)
class Jump:
    """States that wait where a ``break``, ``continue`` or exception leads."""

    state: State | None = None
    cause: Cause | None = None
    """Why a name may be missing in what arrives here."""

    def add(self, state: State | None) -> None:
        self.state = joined(self.state, state.fork() if state else None, self.cause)


@dataclass(slots=True)
class Activation:
    """One running body: the module's, a function's or a class's."""

    key: object
    path: str
    statement: Statement
    scope: Scope | None
    """``None`` for the module itself, whose names are the frame's own."""
    definition: FunctionDefinition | None = None
    owner: ClassDefinition | None = None
    inside: FunctionDefinition | None = None
    """The function around a class body."""
    enclosing: tuple[tuple[object, Scope], ...] = ()
    """Frames of enclosing functions, innermost first."""
    qualname: str = ""
    self_name: str = ""
    returned: Value = EMPTY
    returns: Jump = field(default_factory=Jump)
    handlers: list[Jump] = field(default_factory=list)
    breaks: list[Jump] = field(default_factory=list)
    continues: list[Jump] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    """The iterations of its own loops that run, outermost first."""
    in_test: bool = False
    guarded: bool = False
    """One of the versions that it reckons with has left it."""
    exits_early: bool = False

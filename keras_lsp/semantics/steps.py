"""Steps: one statement of a module each, as it was run, and whether it holds for another state.

Never runs one.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Many
from dataclasses import dataclass, replace

from keras_lsp.semantics.definitions import FunctionDefinition
from keras_lsp.semantics.events import Event
from keras_lsp.semantics.state import State
from keras_lsp.semantics.touching import Touched, carried
from keras_lsp.semantics.values import Class
from keras_lsp.syntax import Statement

Ahead = Callable[[Many[Statement], Statement], object]
"""A question about the other statements of a file, asked while one is run."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One top-level statement that was run: what it met, told and left behind."""

    statement: Statement
    before: State
    stars: tuple[frozenset[str], bool]
    after: State | None
    after_stars: tuple[frozenset[str], bool]
    events: tuple[Event, ...]
    functions: tuple[FunctionDefinition, ...]
    classes: tuple[Class, ...]
    asked: frozenset[tuple[str, str]]
    """The imported names that it asked about."""
    ahead: tuple[tuple[Ahead, object], ...]
    """What it asked about the statements after it, with the answers."""
    read_of: tuple[tuple[str, frozenset[str]], ...]
    """The names of which it wanted to know what the module reads from them, with the answers."""
    touched: Touched
    """What it read or wrote of the state: it does the same wherever this is the same."""
    gated: bool = False
    """A statement above it may not let this release past."""
    gated_after: bool = False


def again(old: Step, state: State, differing: Touched) -> Step | None:
    """The step as it goes from ``state``, if that is sure without running it."""
    if not differing:
        return old
    if old.touched.meets(differing):
        return None
    after = old.after and carried(old.touched, old.before, old.after, state)
    return replace(old, before=state, after=after)

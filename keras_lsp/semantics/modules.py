"""Modules: the files that belong together, and what one of them exports to another.

Never reads a file; sources and definitions come through the ``Definitions`` protocol.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from keras_lsp.catalog.names import KerasName
from keras_lsp.catalog.targets import NEWEST, Target
from keras_lsp.semantics.interpreter import at_rest, run_module
from keras_lsp.semantics.machine import Machine
from keras_lsp.semantics.purity import leaves_models_alone
from keras_lsp.semantics.state import State
from keras_lsp.semantics.values import External, Symbol, Value, one
from keras_lsp.syntax import Place, Source

Key = tuple[str, str]
"""``(file, name imported there)``, or ``("", file)`` for all that a file exports."""


@dataclass(frozen=True, slots=True)
class Question:
    """An imported name whose definition nobody knows yet, and where it is imported."""

    path: str
    name: str
    place: Place


class Definitions(Protocol):
    """Where imported names are defined, and the sources of those files."""

    def definition(self, path: str, name: str) -> tuple[str, str] | KerasName | None:
        """``(file, name at its top level)`` of what ``name`` means in ``path``.

        A name of Keras where the file at ``path`` has it by way of another one; ``None`` where
        nobody knows.
        """

    def source(self, path: str) -> Source | None:
        """The present text of another file of the program."""


class NoDefinitions:
    """Every import leads nowhere: the analysis of one file alone."""

    def definition(self, path: str, name: str) -> tuple[str, str] | KerasName | None:
        return None

    def source(self, path: str) -> Source | None:
        return None


@dataclass(frozen=True, slots=True)
class Exports:
    """A module at rest, for the text that it was found from."""

    source: Source
    state: State
    asked: frozenset[Key]


@dataclass(eq=False)
class Program:
    """What is known of other files, and since when."""

    definitions: Definitions = field(default_factory=NoDefinitions)
    target: Target = NEWEST
    """The release of Keras that it meets."""
    generation: int = 0
    """Counts what was learned or has changed."""
    _changed: dict[Key, int] = field(default_factory=dict)
    _exports: dict[str, Exports] = field(default_factory=dict)
    _consulted: set[str] = field(default_factory=set)
    """Files that were asked for, with or without success."""
    _running: set[str] = field(default_factory=set)
    _epoch: int = 0

    def refresh(self) -> None:
        """Anything may have changed: what was concluded before no longer counts."""
        self.generation += 1
        self._epoch = self.generation
        self._exports.clear()
        self._changed.clear()

    def changed(self, keys: set[Key]) -> None:
        """These answers are others now; whoever asked has to ask again."""
        self.generation += 1
        while keys:
            self._changed.update(dict.fromkeys(keys, self.generation))
            lost = {path for path, known in self._exports.items() if known.asked & keys}
            for path in lost:
                del self._exports[path]
            keys = {("", path) for path in lost}

    def text_changed(self, path: str) -> None:
        """A file has another text now: whoever consulted it has to look again."""
        if path in self._consulted:
            self._exports.pop(path, None)
            self.changed({("", path)})

    def holds(self, made: int, asked: frozenset[Key]) -> bool:
        """Whether what was concluded in a generation from these answers still counts."""
        if made == self.generation:
            return True
        return made >= self._epoch and all(self._changed.get(key, 0) <= made for key in asked)

    def exports(self, path: str) -> Exports | None:
        """The module of another file at rest; ``None`` for a file that cannot be had."""
        self._consulted.add(path)
        source = self.definitions.source(path)
        if source is None or path in self._running:
            return None
        known = self._exports.get(path)
        if known is not None and known.source is source:
            return known
        if known is not None:
            self.changed({("", path)})
        self._running.add(path)
        try:
            imports = Imports(self)
            steps = run_module(path, source.statements, imports, target=self.target)
            around = at_rest(path, source.statements, steps, imports, self.target)
        finally:
            self._running.discard(path)
        asked = frozenset().union(*(step.asked for step in steps))
        found = self._exports[path] = Exports(source, around.state, asked)
        return found

    def text_of(self, path: str) -> Source | None:
        """The text of another file that conclusions rest on."""
        known = self._exports.get(path)
        return known.source if known is not None else None

    def known_sources(self) -> list[Source]:
        """The texts of the other files that were consulted."""
        return [known.source for known in self._exports.values()]


class Imports:
    """Answers what an imported name is, and remembers what nobody could answer."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.questions: dict[Key, Question] = {}
        self.files: set[str] = set()

    def __call__(self, machine: Machine, name: External) -> Value | None:
        if leaves_models_alone(name.name):
            return None
        path = machine.activation.path
        key = (path, name.name)
        machine.asked.add(key)
        found = self.program.definitions.definition(path, name.name)
        if found is None:
            if name.place is not None:
                self.questions.setdefault(key, Question(path, name.name, name.place))
            return None
        if isinstance(found, KerasName):
            return one(Symbol(found.name, found.api))
        target, qualname = found
        if target == machine.path:
            return None
        self.files.add(target)
        machine.asked.add(("", target))
        exported = self.program.exports(target)
        if exported is None or machine.state is None:
            return None
        machine.asked |= exported.asked
        enter(machine.state, exported.state)
        return exported.state.get(target, qualname)


def enter(state: State, exported: State) -> None:
    """Make the frames and objects of another module known to a state."""
    for key, names in exported.frames.items():
        if not state.has_frame(key):
            state.open_frame(key, dict(names))
            for id, thing in exported.heap.items():
                if state.at(id) is None:
                    state.put(id, thing)

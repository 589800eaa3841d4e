"""The front door of the semantics: a source goes in, its events and models come out.

Never reads a file; other modules come through the ``Definitions`` protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from keras_lsp.semantics.classes import attributes_set_outside, class_seen
from keras_lsp.semantics.definitions import FunctionDefinition
from keras_lsp.semantics.events import (
    ClassSeen,
    Event,
    Revealed,
)
from keras_lsp.semantics.explaining import explained
from keras_lsp.semantics.interpreter import (
    Step,
    Surroundings,
    Unit,
    at_rest,
    bound_names,
    run_function,
    run_module,
)
from keras_lsp.semantics.lives import Life, lives
from keras_lsp.semantics.machine import Machine
from keras_lsp.semantics.purity import leaves_models_alone
from keras_lsp.semantics.state import State
from keras_lsp.semantics.values import Class, External, Ref, Value
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Question:
    """An imported name whose definition nobody knows yet, and where it is imported."""

    path: str
    name: str
    place: Place


class Definitions(Protocol):
    """Where imported names are defined, and the sources of those files."""

    def definition(self, path: str, name: str) -> tuple[str, str] | None:
        """``(file, dotted name in it)`` of what ``name`` means in ``path``; ``None``: unknown."""

    def source(self, path: str) -> Source | None:
        """The present text of another file of the program."""


class NoDefinitions:
    """Every import leads nowhere: the analysis of one file alone."""

    def definition(self, path: str, name: str) -> tuple[str, str] | None:
        return None

    def source(self, path: str) -> Source | None:
        return None


@dataclass(eq=False)
class Program:
    """The files that belong together, as far as one of them asks for another."""

    definitions: Definitions = field(default_factory=NoDefinitions)
    keras2: bool = False
    """The installed ``keras`` is Keras 2."""
    generation: int = 0
    """Raised by whoever learns more: what was concluded before no longer counts."""
    _exports: dict[str, tuple[Source, State | None]] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)

    def refresh(self) -> None:
        """Other files or definitions have changed."""
        self.generation += 1
        self._exports.clear()

    def exports(self, path: str) -> State | None:
        """The module of another file at rest; ``None`` for a file that cannot be had."""
        source = self.definitions.source(path)
        if source is None or path in self._open:
            return None
        known = self._exports.get(path)
        if known is not None and known[0] is source:
            return known[1]
        self._open.add(path)
        try:
            imports = _Imports(self)
            steps = run_module(path, source.statements, imports, keras2=self.keras2)
            around = at_rest(path, source.statements, steps, imports, self.keras2)
        finally:
            self._open.discard(path)
        self._exports[path] = (source, around.state)
        return around.state


class _Imports:
    """Answers what an imported name is, and remembers what nobody could answer."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.questions: dict[tuple[str, str], Question] = {}
        self.files: set[str] = set()

    def __call__(self, machine: Machine, name: External) -> Value | None:
        if leaves_models_alone(name.name):
            return None
        path = machine.activation.path
        found = self.program.definitions.definition(path, name.name)
        if found is None:
            if name.place is not None:
                key = (path, name.name)
                self.questions.setdefault(key, Question(path, name.name, name.place))
            return None
        target, qualname = found
        self.files.add(target)
        if target == machine.path:
            return None
        exported = self.program.exports(target)
        if exported is None or machine.state is None:
            return None
        enter(machine.state, exported)
        return exported.get(target, qualname)


def enter(state: State, exported: State) -> None:
    """Make the frames and objects of another module known to a state."""
    for key, names in exported.frames.items():
        if key not in state.frames:
            state.open_frame(key, dict(names))
            for id, thing in exported.heap.items():
                if id not in state.heap:
                    state.store(Ref(id), thing)


@dataclass(frozen=True, eq=False)
class Analysis:
    """All that is known of one source."""

    source: Source
    steps: tuple[Step, ...]
    units: tuple[Unit, ...]
    classes: tuple[ClassSeen, ...]
    events: tuple[Event, ...]
    questions: tuple[Question, ...]
    files: frozenset[str]
    """Other files that were consulted."""
    generation: int
    locate: Callable[[Place], tuple[str, Span] | None]
    """The file and span of a place, which may lie in another file."""

    @property
    def path(self) -> str:
        return self.source.path

    def of_kind(self, kind: type) -> list[Event]:
        """The events of one kind, in order."""
        return self._by_kind.get(kind, [])

    @cached_property
    def _by_kind(self) -> dict[type, list[Event]]:
        found: dict[type, list[Event]] = {}
        for event in self.events:
            found.setdefault(type(event), []).append(event)
        return found

    def lives(self) -> list[Life]:
        """The models of the file and what happens to them."""
        return lives(self.events)

    def reveal(self, line: int) -> str:
        """What is known of the expression statement on a zero-based line."""
        for event in self.events:
            if isinstance(event, Revealed) and not event.context.calls:
                at = self.locate(event.place)
                if at is not None and at[0] == self.path and at[1].start.line == line:
                    return event.text
        return "nothing"


def analyze(source: Source, program: Program, previous: Analysis | None = None) -> Analysis:
    """Analyse a source; ``previous`` is the analysis of an earlier text of the same file.

    The result does not depend on ``previous``; only the time does.
    """
    usable = previous is not None and previous.generation == program.generation
    imports = _Imports(program)
    known = previous.steps if previous is not None and usable else ()
    statements = source.statements
    steps = run_module(source.path, statements, imports, known, program.keras2)
    around = at_rest(source.path, statements, steps, imports, program.keras2)
    units = _units(around, steps, program.generation)
    outside = frozenset[str]().union(*map(attributes_set_outside, statements))
    events = [e for step in steps for e in step.events]
    events += [e for unit in units for e in unit.events]
    classes = _classes(steps, units, events, outside)
    questions = dict(imports.questions)
    if previous is not None and usable:
        for question in previous.questions:
            questions.setdefault((question.path, question.name), question)
    return Analysis(
        source=source,
        steps=tuple(steps),
        units=tuple(units),
        classes=tuple(classes),
        events=(*explained(events, source.text, bound_names(statements)), *classes),
        questions=tuple(questions.values()),
        files=frozenset(imports.files) | (previous.files if previous and usable else frozenset()),
        generation=program.generation,
        locate=_locator(source, program, frozenset(imports.files)),
    )


def _locator(
    source: Source, program: Program, files: frozenset[str]
) -> Callable[[Place], tuple[str, Span] | None]:
    def locate(place: Place) -> tuple[str, Span] | None:
        if source.has(place.statement):
            return source.path, source.span(place)
        for path in list(program._exports):
            other, _ = program._exports[path]
            if other.has(place.statement):
                return path, other.span(place)
        return None

    return locate


def _units(around: Surroundings, steps: list[Step], generation: int) -> list[Unit]:
    """Run each function for itself, or take over what was found when nothing it reads changed."""
    owners: dict[object, Class] = {}
    pending: list[FunctionDefinition] = []
    for step in steps:
        for made in step.classes:
            owners[made.definition] = made
        pending.extend(step.functions)
    done: set[FunctionDefinition] = set()
    units: list[Unit] = []
    frame = around.state.frames.get(around.path, {})
    while pending:
        definition = pending.pop(0)
        if definition in done or definition.path != around.path:
            continue
        done.add(definition)
        owner = owners.get(definition.owner) if definition.owner else None
        unit = _unit(around, definition, owner, frame, generation)
        for made in unit.classes:
            owners[made.definition] = made
        pending[:0] = unit.functions
        units.append(unit)
    return units


def _unit(
    around: Surroundings,
    definition: FunctionDefinition,
    owner: Class | None,
    frame: dict[str, Value],
    generation: int,
) -> Unit:
    key = ("unit", definition)
    known = definition.statement.memo.get(key)
    if isinstance(known, tuple):
        made, stars, unit = known
        if (
            made == generation
            and stars == around.stars
            and unit.owner == owner
            and all(frame.get(name) == value for name, value in unit.reads)
        ):
            assert isinstance(unit, Unit)
            return unit
    unit = run_function(around, definition, owner)
    definition.statement.memo[key] = (generation, around.stars, unit)
    return unit


def _classes(
    steps: list[Step], units: list[Unit], events: list[Event], outside: frozenset[str]
) -> list[ClassSeen]:
    found: dict[object, Class] = {}
    told = [step.classes for step in steps] + [unit.classes for unit in units]
    for classes in told:
        for made in classes:
            found[made.definition] = made
    by_owner: dict[str, list[Event]] = {}
    for unit in units:
        if unit.definition.owner is not None:
            by_owner.setdefault(unit.definition.owner.qualname, []).extend(unit.events)
    derived = {
        base.definition
        for made in found.values()
        for value in made.bases
        for base in value
        if isinstance(base, Class)
    }
    return [
        class_seen(
            made,
            by_owner.get(made.definition.qualname, ()),
            outside,
            made.definition in derived,
        )
        for made in found.values()
    ]

"""The front door of the semantics: a source goes in, its events and models come out.

Never reads a file; other modules come through the ``Definitions`` protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from keras_lsp.catalog.targets import Target
from keras_lsp.semantics.classes import attributes_set_outside, class_seen
from keras_lsp.semantics.definitions import ClassDefinition, FunctionDefinition
from keras_lsp.semantics.events import (
    ClassSeen,
    Event,
    Revealed,
)
from keras_lsp.semantics.explaining import Explanations, explained
from keras_lsp.semantics.interpreter import (
    Surroundings,
    Unit,
    at_rest,
    run_function,
    run_module,
)
from keras_lsp.semantics.lives import Life, lives
from keras_lsp.semantics.module_facts import bound_names
from keras_lsp.semantics.modules import (
    Definitions,
    Imports,
    Key,
    NoDefinitions,
    Program,
    Question,
)
from keras_lsp.semantics.steps import Step
from keras_lsp.semantics.touching import Touched, difference
from keras_lsp.semantics.values import Class
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Span


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
    target: Target
    locate: Callable[[Place], tuple[str, Span] | None]
    """The file and span of a place, which may lie in another file."""
    kept: frozenset[int] = frozenset()
    """Identities of the events that the previous analysis had, too."""
    explanations: Explanations = field(default_factory=dict)
    """What the file knew of uses, for the next analysis."""
    said_before: Mapping[str, Mapping[int, Any]] = field(default_factory=dict)
    """What was said of the previous analysis, see ``said``."""
    said: dict[str, dict[int, Any]] = field(default_factory=dict)
    """By rule, what it said of which event: an event that is kept need not be looked at again."""

    @property
    def path(self) -> str:
        return self.source.path

    def of_kind(self, kind: type) -> list[Event]:
        """The events of one kind, in order."""
        return self._by_kind.get(kind, [])

    def new_of_kind(self, kind: type) -> list[Event]:
        """Those of them that the previous analysis did not have."""
        return self._new_by_kind.get(kind, [])

    @cached_property
    def _by_kind(self) -> dict[type, list[Event]]:
        return _by_kind(self.events)

    @cached_property
    def _new_by_kind(self) -> dict[type, list[Event]]:
        kept = self.kept
        return _by_kind(event for event in self.events if id(event) not in kept)

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
    imports = Imports(program)
    statements = source.statements
    target = program.target.of(source.path, source.text)
    known = _usable(previous, program, target)
    steps = run_module(source.path, statements, imports, known, target)
    around = at_rest(source.path, statements, steps, imports, target)
    units = _units(around, steps, program)
    outside = frozenset[str]().union(*map(attributes_set_outside, statements))
    events = [e for step in steps for e in step.events]
    events += [e for unit in units for e in unit.events]
    classes = _classes(steps, units, outside)
    asked = frozenset[Key]().union(*(s.asked for s in steps), *(u.asked for u in units))
    questions = {q: known for q, known in _earlier(previous) if q in asked} | imports.questions
    names = bound_names(statements)
    told, explanations = explained(
        events, source, names, previous.explanations if previous is not None else {}
    )
    told += classes
    # Two objects that are alive at once never share an identity: the same one is the same event.
    known_events = set(map(id, previous.events)) if previous is not None else set[int]()
    return Analysis(
        source=source,
        steps=tuple(steps),
        units=tuple(units),
        classes=tuple(classes),
        events=tuple(told),
        explanations=explanations,
        questions=tuple(questions.values()),
        files=frozenset(path for kind, path in asked if not kind),
        generation=program.generation,
        target=target,
        locate=_locator(source, program),
        kept=frozenset(key for event in told if (key := id(event)) in known_events),
        said_before=previous.said if previous is not None else {},
    )


def _by_kind(events: Iterable[Event]) -> dict[type, list[Event]]:
    found: dict[type, list[Event]] = {}
    for event in events:
        found.setdefault(type(event), []).append(event)
    return found


def still_holds(analysis: Analysis, program: Program) -> bool:
    """Whether nothing that was concluded rests on what has changed since in other files."""
    made = analysis.generation
    parts: tuple[Step | Unit, ...] = (*analysis.steps, *analysis.units)
    return made == program.generation or all(program.holds(made, part.asked) for part in parts)


def _usable(previous: Analysis | None, program: Program, target: Target) -> list[Step]:
    """The steps of an earlier analysis that rest on nothing that has changed since."""
    if previous is None or previous.target != target:
        return []
    return [s for s in previous.steps if program.holds(previous.generation, s.asked)]


def _earlier(previous: Analysis | None) -> list[tuple[Key, Question]]:
    return [((q.path, q.name), q) for q in previous.questions] if previous else []


def _locator(source: Source, program: Program) -> Callable[[Place], tuple[str, Span] | None]:
    def locate(place: Place) -> tuple[str, Span] | None:
        if source.has(place.statement):
            return source.path, source.span(place)
        for other in program.known_sources():
            if other.has(place.statement):
                return other.path, other.span(place)
        return None

    return locate


def _units(around: Surroundings, steps: list[Step], program: Program) -> list[Unit]:
    """Run each function for itself, or take over what was found when nothing it reads changed."""
    owners: dict[object, Class] = {}
    pending: list[FunctionDefinition] = []
    for step in steps:
        for made in step.classes:
            owners[made.definition] = made
        pending.extend(step.functions)
    done: set[FunctionDefinition] = set()
    units: list[Unit] = []
    news = News(around)
    while pending:
        definition = pending.pop(0)
        if definition in done or definition.path != around.path:
            continue
        done.add(definition)
        owner = owners.get(definition.owner) if definition.owner else None
        unit = _unit(around, definition, owner, news, program)
        for made in unit.classes:
            owners[made.definition] = made
        pending[:0] = unit.functions
        units.append(unit)
    return units


def _unit(
    around: Surroundings,
    definition: FunctionDefinition,
    owner: Class | None,
    news: News,
    program: Program,
) -> Unit:
    key = ("unit", definition, around.target, around.versions, around.gated)
    known = definition.statement.memo.get(key)
    if isinstance(known, tuple):
        made, earlier, unit = known
        if (
            program.holds(made, unit.asked)
            and unit.owner == owner
            and not news.concern(unit, earlier)
        ):
            assert isinstance(unit, Unit)
            definition.statement.memo[key] = (made, around, unit)
            return unit
    unit = run_function(around, definition, owner)
    definition.statement.memo[key] = (program.generation, around, unit)
    return unit


class News:
    """In what the module at rest differs from what it was when functions were run."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._since: dict[int, tuple[Surroundings, Touched]] = {}

    def concern(self, unit: Unit, earlier: Surroundings) -> bool:
        """Whether a function that was run, or last looked at, then may tell something else now."""
        now = self._around
        known = self._since.get(id(earlier))
        if known is None:
            differing = difference(earlier.state, now.state, now.path)
            known = self._since[id(earlier)] = earlier, differing
        return earlier.stars != now.stars or unit.touched.meets(known[1])


def _classes(steps: list[Step], units: list[Unit], outside: frozenset[str]) -> list[ClassSeen]:
    found: dict[object, Class] = {}
    told = [step.classes for step in steps] + [unit.classes for unit in units]
    for classes in told:
        for made in classes:
            found[made.definition] = made
    by_owner: dict[str, list[Unit]] = {}
    for unit in units:
        if unit.definition.owner is not None:
            by_owner.setdefault(unit.definition.owner.qualname, []).append(unit)
    derived = {
        base.definition
        for made in found.values()
        for value in made.bases
        for base in value
        if isinstance(base, Class)
    }
    return [
        _class(made, by_owner.get(made.definition.qualname, []), outside, derived)
        for made in found.values()
    ]


def _class(
    made: Class, units: list[Unit], outside: frozenset[str], derived: set[ClassDefinition]
) -> ClassSeen:
    """The facts of a class; kept as long as nothing that they come from is another."""
    definition = made.definition
    key = ("class seen", definition.node)
    # The units are kept alive by the entry: their identities cannot be taken by others.
    sources = (made, outside, definition in derived, tuple(units))
    known = definition.statement.memo.get(key)
    if isinstance(known, tuple) and known[0] == sources:
        seen = known[1]
        assert isinstance(seen, ClassSeen)
        return seen
    events = [event for unit in units for event in unit.events]
    seen = class_seen(made, events, outside, definition in derived)
    definition.statement.memo[key] = (sources, seen)
    return seen


__all__ = [
    "Analysis",
    "Definitions",
    "NoDefinitions",
    "Program",
    "Question",
    "analyze",
    "still_holds",
]

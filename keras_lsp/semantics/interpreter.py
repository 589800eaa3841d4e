"""The interpreter: runs a module, and each of its functions for itself.

Never reads a file; the modules that imports lead to are handed in as values.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from collections.abc import Sequence as Many
from dataclasses import dataclass, replace

from keras_lsp.catalog.targets import NEWEST, Target
from keras_lsp.semantics.activation import Activation, NeverReturns
from keras_lsp.semantics.definitions import FunctionDefinition
from keras_lsp.semantics.events import Event
from keras_lsp.semantics.function_seen import function_seen
from keras_lsp.semantics.gates import is_skipped, shut_by
from keras_lsp.semantics.guards import version_names
from keras_lsp.semantics.loop_facts import all_loads, loads_in
from keras_lsp.semantics.machine import BUDGET, Imported
from keras_lsp.semantics.module_facts import (
    attributes_read,
    binding_counts,
    bound_names,
    globals_of,
    names_after,
    names_below,
)
from keras_lsp.semantics.own_calls import activation_of
from keras_lsp.semantics.phases import Family, Object, Phase
from keras_lsp.semantics.state import State
from keras_lsp.semantics.statements import Statements
from keras_lsp.semantics.steps import Ahead, Step, again
from keras_lsp.semantics.symbols import MODEL_CLASSES, family_of
from keras_lsp.semantics.touching import Touched, difference, difference_after
from keras_lsp.semantics.values import (
    UNKNOWN,
    Class,
    Constant,
    External,
    Function,
    ObjectId,
    Ref,
    Symbol,
    Value,
    one,
    only,
    reachable,
)
from keras_lsp.syntax import Statement
from keras_lsp.syntax.walk import NO_NAMES


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One function that was run for itself, nothing known of its arguments."""

    definition: FunctionDefinition
    owner: Class | None
    touched: Touched
    """What it read or wrote of the module at rest: it holds wherever this is the same."""
    events: tuple[Event, ...]
    functions: tuple[FunctionDefinition, ...]
    classes: tuple[Class, ...]
    asked: frozenset[tuple[str, str]]
    """The imported names that it asked about."""


class Interpreter(Statements):
    """One run over a module or over one function."""

    def __init__(self, path: str, statements: Many[Statement], imported: Imported) -> None:
        super().__init__(path, statements[0], imported)
        self.statements = statements
        self.functions: list[FunctionDefinition] = []
        self.classes: list[Class] = []
        self.ahead: dict[Ahead, object] = {}
        self.attributes: Mapping[str, frozenset[str]] = {}
        self.read_of: dict[str, frozenset[str]] = {}

    def seen_function(self, definition: FunctionDefinition) -> None:
        if not any(known is definition for known in self.functions):
            self.functions.append(definition)

    def seen_class(self, made: Class) -> None:
        self.classes.append(made)

    def loads(self) -> int:
        """How often the running function, or the file, mentions that something is loaded."""
        definition = self.activation.definition
        if definition is not None:
            return loads_in(definition.statement, definition.node)
        found = self.ahead[all_loads] = all_loads(self.statements, self.activation.statement)
        return found

    def version_names(self) -> frozenset[str]:
        found = version_names(self.statements, self.activation.statement)
        self.ahead[version_names] = found
        return found

    def read_from(self, name: str) -> frozenset[str]:
        found = self.read_of[name] = self.attributes.get(name, NO_NAMES)
        return found

    def names_read_after(self, node: ast.stmt) -> frozenset[str]:
        current = self.activation.statement
        below = self.ahead[names_below] = names_below(self.statements, current)
        return below | names_after(current, node.end_lineno or 0)


def run_module(
    path: str,
    statements: Many[Statement],
    imported: Imported,
    known: Many[Step] = (),
    target: Target = NEWEST,
) -> list[Step]:
    """Run the statements in order; ``known`` steps are taken over where nothing changed."""
    if not statements:
        return []
    machine = Interpreter(path, statements, imported)
    machine.target = target
    machine.attributes = attributes_read(statements)
    earlier = {id(step.statement): step for step in known}
    state: State | None = machine.state
    assert state is not None
    state.open_frame(path, {})
    stars: tuple[frozenset[str], bool] = (frozenset(), False)
    gated = False
    steps: list[Step] = []
    was: State | None = None
    """The state of the earlier run at this point, and in what the present one differs."""
    differing = Touched(path)
    for statement in statements:
        if state is None:
            break
        step = None
        old = earlier.get(id(statement))
        if old is not None:
            if old.before is not was:
                differing = difference(old.before, state, path)
            same = old.stars == stars and old.gated is gated
            if same and all(ask(statements, statement) == a for ask, a in old.ahead):
                if all(machine.read_from(name) == read for name, read in old.read_of):
                    step = again(old, state, differing)
        if step is None:
            step = _step(machine, statement, state, stars, gated)
            if old is not None and old.after is not None and step.after is not None:
                ways = (old.touched, step.touched)
                differing = difference_after(differing, ways, old.after, step.after)
        was = old.after if old is not None else None
        steps.append(step)
        state, stars, gated = step.after, step.after_stars, step.gated_after
    return steps


def _step(
    machine: Interpreter,
    statement: Statement,
    before: State,
    stars: tuple[frozenset[str], bool],
    gated: bool,
) -> Step:
    machine.state = before.fork()
    machine.state.touched = touched = Touched(machine.path)
    machine.stars, machine.unknown_star = set(stars[0]), stars[1]
    machine.activation = Activation(machine.path, machine.path, statement, None, guarded=gated)
    machine.events, machine.functions, machine.classes = [], [], []
    machine.asked, machine.ahead, machine.read_of = set(), {}, {}
    machine.left = BUDGET
    machine.relevant = {}
    machine.run(list(statement.body))
    if machine.state is not None:
        machine.state.touched = None
    shut = gated or shut_by(statement.body, machine.target, machine.version_names)
    return Step(
        statement=statement,
        before=before,
        stars=stars,
        after=machine.state,
        after_stars=(frozenset(machine.stars), machine.unknown_star),
        events=tuple(machine.events),
        functions=tuple(machine.functions),
        classes=tuple(machine.classes),
        asked=frozenset(machine.asked),
        ahead=tuple(machine.ahead.items()),
        read_of=tuple(machine.read_of.items()),
        touched=touched.seal(),
        gated=gated,
        gated_after=shut,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What a function may count on, whenever it is called: the module at rest."""

    path: str
    statements: Many[Statement]
    state: State
    stars: tuple[frozenset[str], bool]
    imported: Imported
    target: Target
    versions: frozenset[str] = frozenset()
    """The module's names that tell a version."""
    gated: bool = False
    """The module may not let this release past."""


def at_rest(
    path: str,
    statements: Many[Statement],
    steps: Many[Step],
    imported: Imported,
    target: Target = NEWEST,
) -> Surroundings:
    """The module's names as any function may find them: what may change is unknown."""
    last = next((s.after for s in reversed(steps) if s.after is not None), None)
    names = dict(last.frames.get(path, {})) if last is not None else {}
    declared = frozenset[str]().union(*map(globals_of, statements))
    state = State()
    frame: dict[str, Value] = {}
    for name in bound_names(statements):
        frame[name] = UNKNOWN
    counts = binding_counts(statements)
    for name, value in names.items():
        if counts.get(name, 0) <= 1 and name not in declared:
            frame[name] = _stable(value)
            for ref in reachable(value):
                thing = last.object(ref) if last else None
                if thing is not None and ref in frame[name]:
                    state.store(ref, replace(thing, escaped=True))
    if last is not None:
        for key, other in last.frames.items():
            if key != path and isinstance(key, str):
                state.open_frame(key, other)
    state.open_frame(path, frame)
    for value in frame.values():
        state.blur(value)
    stars = steps[-1].after_stars if steps else (frozenset[str](), False)
    versions = version_names(statements, statements[0]) if statements else frozenset[str]()
    shut = bool(steps) and steps[-1].gated_after
    return Surroundings(path, statements, state, stars, imported, target, versions, shut)


def _stable(value: Value) -> Value:
    kinds = (Symbol, Function, Class, External, Constant, Ref)
    return value if value and all(isinstance(a, kinds) for a in value) else UNKNOWN


def run_function(around: Surroundings, definition: FunctionDefinition, owner: Class | None) -> Unit:
    """Run one function with arguments of which nothing is known."""
    machine = Interpreter(around.path, around.statements, around.imported)
    machine.state = around.state.fork()
    machine.state.touched = touched = Touched(around.path)
    machine.stars, machine.unknown_star = set(around.stars[0]), around.stars[1]
    machine.standalone = True
    machine.target = around.target
    key = (definition, ())
    frame = dict.fromkeys(definition.parameters, UNKNOWN)
    if "cell" in definition.decorators and definition.parent is None and owner is None:
        # Marimo hands a cell what another one has imported.
        for name in frame:
            value = machine.state.get(around.path, name)
            if value is not None and isinstance(only(value), Symbol):
                frame[name] = value
    running = activation_of(definition, key, None, None)
    if running.self_name and owner is not None:
        frame[running.self_name] = one(_instance(machine, definition, owner))
    running.guarded = around.gated or is_skipped(definition, around.target, around.versions)
    machine.activation = running
    machine.state.open_frame(key, frame)
    machine.callers = (definition,)
    try:
        machine.run_function(definition)
    except NeverReturns:
        machine.state = None
    seen = function_seen(machine, definition)
    return Unit(
        definition=definition,
        owner=owner,
        touched=touched.seal(),
        events=(*machine.events, *((seen,) if seen else ())),
        functions=tuple(machine.functions),
        classes=tuple(machine.classes),
        asked=frozenset(machine.asked),
    )


def _instance(machine: Interpreter, definition: FunctionDefinition, owner: Class) -> Ref:
    """``self`` of a method that somebody calls on some instance."""
    assert machine.state is not None
    base = machine.keras_base(owner)
    id = ObjectId(definition.name_place, ())
    if base in MODEL_CLASSES:
        thing = Object(Family.MODEL, base, one(owner), Phase("subclass"), escaped=True)
    else:
        family = family_of(base) if base else None
        thing = Object(
            family or Family.INSTANCE, base or owner.definition.name, one(owner), escaped=True
        )
    return machine.state.allocate(id, thing)

"""The machine: registers of the abstract interpreter, and how names are looked up.

Never decides what a statement means; the modules above it do.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from sys import intern

from keras_lsp.catalog.names import canonical
from keras_lsp.catalog.targets import NEWEST
from keras_lsp.semantics.activation import Activation
from keras_lsp.semantics.definitions import (
    ClassDefinition,
    FunctionDefinition,
    class_of,
    function_of,
)
from keras_lsp.semantics.events import Context, Event, Loop, Model
from keras_lsp.semantics.observing import model_of
from keras_lsp.semantics.phases import Family, Object
from keras_lsp.semantics.state import State
from keras_lsp.semantics.tested import is_test_file
from keras_lsp.semantics.values import (
    UNDEFINED,
    UNKNOWN,
    External,
    ObjectId,
    Ref,
    Symbol,
    Value,
    is_unknown,
    one,
)
from keras_lsp.syntax import Place, Statement
from keras_lsp.syntax.one_line import on_one_line

BUILTINS = frozenset(dir(builtins)) | {
    "__file__", "__name__", "__doc__", "__spec__", "__path__", "__builtins__", "__class__",
    "get_ipython", "display", "reveal_type",
}  # fmt: skip

BUDGET = 60_000
"""Statements and calls that one unit may take; past it calls are not followed."""
DEPTH = 6
"""Calls that are followed into each other."""


Imported = Callable[["Machine", External], Value | None]
"""What an imported name is in the file that defines it; ``None`` where nobody knows (yet)."""


class Machine:
    """State, running body and the sink of events."""

    def __init__(self, path: str, statement: Statement, imported: Imported) -> None:
        self.state: State | None = State()
        self.path = path
        self.in_test_file = is_test_file(path)
        self.imported = imported
        self.activation = Activation(path, path, statement, None)
        self.calls: tuple[Place, ...] = ()
        self.callers: tuple[FunctionDefinition, ...] = ()
        self.statements_of_calls: tuple[Place, ...] = ()
        self.loops: tuple[Loop, ...] = ()
        self.guards: frozenset[str] = frozenset()
        self._known_models: dict[Model, Model] = {}
        self.conditional = 0
        self.guarded = 0
        self.standalone = False
        self.events: list[Event] = []
        self.quiet = 0
        self.left = BUDGET
        self.node: ast.stmt | None = None
        self.stars: set[str] = set()
        self.unknown_star = False
        self.relevant: dict[FunctionDefinition, bool] = {}
        self.asked: set[tuple[str, str]] = set()
        self.consumer: tuple[ast.AST | None, str, bool] = (None, "", False)
        """The expression whose whole result a statement takes: ``(node, bound to, discarded)``."""
        self.learning: frozenset[ast.AST] = frozenset()
        """Where the call that is evaluated reads weights in order to train them."""
        self.target = NEWEST

    # What the modules above provide

    def evaluate(self, node: ast.expr) -> Value:
        raise NotImplementedError

    def run(self, body: list[ast.stmt]) -> None:
        raise NotImplementedError

    def names_read_after(self, node: ast.stmt) -> frozenset[str]:
        raise NotImplementedError

    def loads(self) -> int:
        raise NotImplementedError

    def version_names(self) -> frozenset[str]:
        raise NotImplementedError

    def read_from(self, name: str) -> frozenset[str]:
        """The attributes that the module reads from one of its names, anywhere."""
        raise NotImplementedError

    def held_elsewhere(self, value: Value, name: str) -> bool:
        raise NotImplementedError

    # Places and events

    def place(self, node: ast.AST) -> Place:
        return Place.of(self.activation.statement, node)

    def text(self, node: ast.AST) -> str:
        """The source of an expression; long ones are cut short."""
        place = self.place(node)
        lines = place.statement.lines
        if place.line == place.end_line:
            line = lines[place.line - 1]
            # Few texts are different: they are shared.
            if line.isascii():
                return intern(line[place.column : place.end_column])
            cut = line.encode()[place.column : place.end_column]
            return intern(cut.decode(errors="replace"))
        first, *between, last = [line.encode() for line in lines[place.line - 1 : place.end_line]]
        parts = [first[place.column :], *between, last[: place.end_column]]
        told = on_one_line([part.decode(errors="replace") for part in parts])
        if told is None:
            return ast.unparse(node) if isinstance(node, ast.expr) else ""
        return told

    @property
    def here(self) -> Place:
        """The statement that is being executed."""
        assert self.node is not None
        return self.place(self.node)

    def context(self) -> Context:
        running = self.activation
        return Context(
            path=running.path,
            function=running.qualname,
            calls=self.calls,
            loops=self.loops,
            guards=self.guards,
            in_test=running.in_test or self.in_test_file,
            standalone=self.standalone,
            certain=not self.conditional,
            guarded=bool(self.guarded) or running.guarded,
            target=self.target,
        )

    def emit(self, event: Event) -> None:
        if not self.quiet:
            self.events.append(event)

    @contextmanager
    def quietly(self) -> Iterator[None]:
        self.quiet += 1
        try:
            yield
        finally:
            self.quiet -= 1

    @contextmanager
    def under(self, names: frozenset[str]) -> Iterator[None]:
        """Inside a branch that a test of ``names`` decides."""
        before, self.guards = self.guards, self.guards | names
        self.conditional += 1
        try:
            yield
        finally:
            self.guards = before
            self.conditional -= 1

    @contextmanager
    def guarding(self, guarded: bool) -> Iterator[None]:
        """Inside of something that the program takes care of."""
        self.guarded += guarded
        try:
            yield
        finally:
            self.guarded -= guarded

    # Names

    def lookup(self, name: str) -> Value:
        """What a name holds here; ``UNDEFINED`` where it is certainly not bound."""
        running = self.activation
        state = self.state
        assert state is not None
        scope = running.scope
        if scope is not None and name in scope.locals:
            found = state.get(running.key, name)
            if found is not None:
                return found
            if running.definition is not None or running.owner is None:
                return UNDEFINED
        if scope is None or name not in scope.globals:
            for key, outer in running.enclosing:
                if name in outer.locals:
                    # A closure runs when somebody calls it: what is not there yet may come.
                    return state.get(key, name) or UNKNOWN
        return self.global_name(name)

    def global_name(self, name: str) -> Value:
        state = self.state
        assert state is not None
        path = self.activation.path
        found = state.get(path, name)
        if found is None:
            if name in BUILTINS:
                return one(External(f"builtins.{name}"))
            found = self._from_star(name) or UNDEFINED
        return found

    def _from_star(self, name: str) -> Value | None:
        for module in self.stars:
            found = canonical(f"{module}.{name}")
            if found is not None and found.kind != "unknown":
                return one(Symbol(found.name, found.api))
        return UNKNOWN if self.unknown_star or self.activation.path != self.path else None

    def bind(self, name: str, value: Value) -> None:
        assert self.state is not None
        running = self.activation
        scope = running.scope
        if scope is not None and name in scope.globals:
            self.state.bind(running.path, name, value)
        elif scope is not None and name in scope.nonlocals:
            for key, outer in running.enclosing:
                if name in outer.locals and self.state.has_frame(key):
                    self.state.bind(key, name, value)
                    return
        else:
            self.state.bind(running.key, name, value)

    # Objects

    def allocate(self, node: ast.AST, new: Object) -> Ref:
        assert self.state is not None
        id = ObjectId(self.place(node), self.calls)
        loops = tuple(loop.place for loop in self.loops)
        return self.state.allocate(id, replace(new, loops=loops) if loops else new)

    def object(self, ref: Ref) -> Object | None:
        return self.state.object(ref) if self.state else None

    def models(self, value: Value) -> tuple[Model, ...]:
        """The models that a value certainly is one of, else ``()``."""
        if not value or is_unknown(value):
            return ()
        found = []
        for atom in value:
            thing = self.object(atom) if isinstance(atom, Ref) else None
            if not isinstance(atom, Ref) or thing is None or thing.phase is None:
                return ()
            found.append(self.model(atom, thing))
        return tuple(found)

    def model(self, ref: Ref, thing: Object) -> Model:
        made = model_of(self.state or State(), ref, thing)
        # One for all events that find it in the same phase.
        return self._known_models.setdefault(made, made)

    def holds_model(self, value: Value) -> bool:
        return any(
            isinstance(a, Ref) and (o := self.object(a)) is not None and o.family is Family.MODEL
            for a in value
        )

    # Definitions, made once for each node

    def function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    ) -> FunctionDefinition:
        running = self.activation
        owner = running.owner if running.definition is None else None
        parent = running.definition or running.inside
        return function_of(node, running.statement, running.path, owner, parent)

    def class_definition(self, node: ast.ClassDef) -> ClassDefinition:
        running = self.activation
        parent = running.definition or running.owner
        return class_of(node, running.statement, running.path, parent)

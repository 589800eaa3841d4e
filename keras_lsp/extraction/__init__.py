"""Extraction: the networks that a program builds, as plain data.

Never imports Keras and never runs the program: its constants are calculated, its loops unrolled
and its functions followed as far as everything in them is known.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from keras_lsp.extraction.arguments import Arguments
from keras_lsp.extraction.core import CalledOff, Exhausted
from keras_lsp.extraction.elsewhere import Elsewhere, Files, NoFiles
from keras_lsp.extraction.known import Keras
from keras_lsp.extraction.own_code import is_model
from keras_lsp.extraction.values import (
    Class,
    External,
    Function,
    InstanceObject,
    SequentialObject,
    Sym,
)
from keras_lsp.networks import UNKNOWN, Network
from keras_lsp.semantics.imports import imported_path
from keras_lsp.syntax.source import Place, Source, Statement
from keras_lsp.syntax.walk import children, walk

__all__ = ["CalledOff", "Files", "Graphs", "Keras", "graphs_of", "networks_of"]

WORDS = ("Sequential", "Model", "Input")
MOST_STEPS_WITHOUT_WORDS = 10_000
"""For a program that makes no model itself: few that only import something have one."""


def networks_of(
    source: Source,
    pause: Callable[[], None] = lambda: None,
    keras: Keras | None = None,
    files: Files | None = None,
) -> tuple[Network, ...]:
    """Every model that the program makes, in the order in which it makes them.

    A function that the program does not call itself is run on arguments of which nothing is
    known, and a class that it does not instantiate is.

    ``pause`` is called now and then; what it raises, such as `CalledOff`, comes out here.  A
    program that reckons with the shapes of tensors is followed further where Keras can be asked.
    """
    return graphs_of(source, pause, keras, loose=False, files=files).networks


@dataclass(frozen=True, slots=True)
class Graphs:
    """All that a program makes of layers."""

    networks: tuple[Network, ...] = ()
    loose: Network | None = None
    """The calls of layers that no model is made of, or none yet, in one network."""
    is_assumed: bool = False
    """Some are made by functions that nobody calls, and depend on their default values."""


def graphs_of(
    source: Source,
    pause: Callable[[], None] = lambda: None,
    keras: Keras | None = None,
    loose: bool = True,
    assume: bool = False,
    files: Files | None = None,
) -> Graphs:
    """Every model, as `networks_of` tells them, and what belongs to none.

    ``assume``: in a function that nobody calls, what has a default value is taken to have that.
    ``files``: the other files of the project, from which it may import something.
    """
    files = files or NoFiles()
    has_words = _has_words(source)
    if not has_words and not _imports_any(source, files):
        return Graphs()
    program = _Program(source, files)
    if not has_words:
        program.most_steps = MOST_STEPS_WITHOUT_WORDS

    def watched() -> None:
        pause()
        program.watch()

    program.pause = watched
    program.keras = keras or Keras()
    program.assumes = assume
    networks = program.networks()
    return Graphs(networks, program.loose() if loose else None, program.has_assumed)


def _has_words(source: Source) -> bool:
    return any(word in statement.text for statement in source.statements for word in WORDS)


def _imports_any(source: Source, files: Files) -> bool:
    """Whether it may get a model from elsewhere."""
    names = (name for statement in source.statements for name in _imported_by(statement))
    return any(files.is_here(source.path, name) for name in names)


def _imported_by(statement: Statement) -> Iterator[str]:
    if "import" in statement.text:
        for top in statement.body:
            for node in ast.walk(top):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    yield from (imported_path(node, alias) for alias in node.names)


class _Program(Elsewhere):
    def __init__(self, source: Source, files: Files) -> None:
        super().__init__(source, files)
        self.assumes = False
        self.has_assumed = False

    def networks(self) -> tuple[Network, ...]:
        try:
            for statement in self.source.statements:
                self.statement = statement
                if not self.run(list(statement.body)):
                    break
            self._run_the_rest()
        except (Exhausted, RecursionError):
            self._close_all()
        found: list[Network] = []
        self.steps, self._pauses = 0, 0
        for ref, name in self.models:
            try:
                network = self.told_network(ref, name)
            except (Exhausted, RecursionError):
                break
            if network is not None and network.nodes and network not in found:
                found.append(network)
        return tuple(found)

    def loose(self) -> Network | None:
        """One network of all the calls that belong to no model."""
        self.steps = 0
        try:
            return self.loose_network()
        except (Exhausted, RecursionError):
            return None

    def _close_all(self) -> None:
        """Nobody has looked at the rest of the program."""
        for id, thing in self.memory.objects.items():
            if isinstance(thing, SequentialObject):
                self._close_id(id, thing)

    def _close_id(self, id: int, thing: SequentialObject) -> None:
        self.memory.objects[id] = SequentialObject(
            thing.items, thing.place, True, thing.built, UNKNOWN
        )

    def _run_the_rest(self) -> None:
        """Functions and classes that the program itself does not use."""
        self.frame = 0
        counts: dict[str, int] = {}
        for statement in self.source.statements:
            for each in _bound_by(statement):
                counts[each] = counts.get(each, 0) + 1
        names = {n: v for (frame, n), v in self.memory.names.items() if frame == 0}
        for name, value in names.items():
            if counts.get(name, 0) > 1 and not isinstance(value, (Sym, External)):
                # Which of its values it has when the function is called, nobody knows.
                self.memory.names[0, name] = UNKNOWN
        unknown = Arguments((), (), is_complete=False, is_assumed=self.assumes)
        for value in names.values():
            if isinstance(value, (Function, Class)) and self.module_of(value.frame):
                # Another file's own.
                continue
            memory = self.memory.copy()
            self.frame, self.statement, self.depth = 0, self.source.statements[0], 0
            if isinstance(value, Function) and id(value.node) not in self.seen:
                self.has_assumed |= self.assumes and bool(value.defaults)
                self.call_function(value, unknown)
            elif isinstance(value, Class) and id(value.node) not in self.seen:
                self._run_class(value, unknown)
            made = self.memory.objects
            self.memory = memory
            for id_, thing in made.items():
                # What it made is kept, what it changed is not: it may never be called.
                self.memory.objects.setdefault(id_, thing)

    def _run_class(self, value: Class, unknown: Arguments) -> None:
        place = Place.of(value.statement, value.node)
        constructor = self._method(value, "__init__")
        if isinstance(constructor, Function) and constructor.defaults:
            self.has_assumed |= self.assumes
        ref = self.new(InstanceObject(value, (), place))
        if isinstance(constructor, Function):
            self.call_function(constructor, unknown, ref)
        if is_model(value):
            self.models.append((ref, value.node.name))
            return
        set_elsewhere = _attributes_set(value)
        for name, method in value.methods:
            thing = self.memory.object(ref)
            if isinstance(method, Function) and isinstance(thing, InstanceObject):
                if name != "__init__" and id(method.node) not in self.seen:
                    # Other methods may have been called before this one.
                    for attribute in set_elsewhere:
                        thing = thing.having(attribute, UNKNOWN)
                    self.memory.objects[ref.id] = thing
                    self.call_function(method, unknown, ref)


def _attributes_set(made_of: Class) -> list[str]:
    """The attributes that any method but the constructor sets."""
    return [
        each.attr
        for method in made_of.node.body
        if not (isinstance(method, ast.FunctionDef) and method.name == "__init__")
        for each in walk(method)
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
    ]


def _bound_by(statement: Statement) -> list[str]:
    """Found once, and kept with the statement."""
    known = statement.memo.get(_bound_by)
    if not isinstance(known, list):
        known = [name for top in statement.body for name in _of_module(top)]
        statement.memo[_bound_by] = known
    return known


_WITHOUT_BODY = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr)


def _of_module(node: ast.stmt) -> list[str]:
    """The names that a statement binds, outside of functions; twice where it is a loop."""
    if isinstance(node, _WITHOUT_BODY):
        return [
            n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        ]
    found: list[str] = []
    pending: list[ast.AST] = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append(each.name)
            continue
        if isinstance(each, ast.Name):
            if isinstance(each.ctx, ast.Store):
                found.append(each.id)
        elif not isinstance(each, ast.Constant):
            pending += children(each)
    return found

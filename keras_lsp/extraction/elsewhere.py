"""Elsewhere: what a program imports from other files of its project, as far as it is known.

Never opens a file: whoever wants networks hands in where names are defined, and the sources.

Another file is run once, up to its end, when the first of its names is used; its functions and
classes are followed from here like those of the program.  What lies there is never told to lie
here: places stay those of the other file, and a model has the place of the call that gave it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from keras_lsp.catalog.names import KerasName
from keras_lsp.extraction.arguments import Arguments
from keras_lsp.extraction.core import YIELDING, Exhausted
from keras_lsp.extraction.graphs import places_in
from keras_lsp.extraction.memory import Memory, Module
from keras_lsp.extraction.remarks import Remarks
from keras_lsp.extraction.values import External, Function, Ref, Sym, Value, const
from keras_lsp.networks import UNKNOWN, Network, SlipKind
from keras_lsp.syntax.source import Place, Source, Statement

MOST_STEPS_ELSEWHERE = 20_000
"""For the top levels of all other files together."""
MOST_IDLE_STEPS = 4_000
"""In a function of another file while no layer is called; half as many in the next, and so on."""
FEWEST_IDLE_STEPS = 500
MOST_FILES = 40
DEEPEST_IMPORTS = 8


class Files(Protocol):
    """The other files of a project."""

    def is_here(self, path: str, name: str) -> bool:
        """Whether a dotted name that the file at ``path`` imports begins in the project."""

    def definition(self, path: str, name: str) -> tuple[str, str] | KerasName | None:
        """The file and the name in it, or the name of Keras; None where that is not certain."""

    def source(self, path: str) -> Source | None:
        """The present text of a file."""


class NoFiles:
    """A program is one file."""

    def is_here(self, path: str, name: str) -> bool:
        return False

    def definition(self, path: str, name: str) -> tuple[str, str] | KerasName | None:
        return None

    def source(self, path: str) -> Source | None:
        return None


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was run to its end."""

    frame: int
    module: Module
    bindings: dict[str, int]
    """How often each of its names was bound then."""


class Elsewhere(Remarks):
    def __init__(self, source: Source, files: Files) -> None:
        super().__init__()
        self.source = source
        self.files = files
        self.module = 0
        """The frame of the module whose code is running; 0 is the program's own."""
        self._paths = {0: source.path}
        """The file of each module."""
        self._known: dict[str, _File | None] = {}
        """None: it cannot be had, or is just being run."""
        self._steps_left = MOST_STEPS_ELSEWHERE
        self._idle, self._most_idle, self._nodes_before = 0, MOST_IDLE_STEPS, 0
        self._too_long: set[int] = set()
        """The functions of other files that have other things to do than to make models."""
        self._depth_of_imports = 0
        self._got: dict[int, Place] = {}
        """The calls in the program that gave it models which are made elsewhere."""

    def watch(self) -> None:
        """Every few steps."""
        if len(self.nodes) > self._nodes_before:
            self._idle, self._nodes_before = 0, len(self.nodes)
        elif self.module and not self._depth_of_imports:
            self._idle += YIELDING
            if self._idle > self._most_idle:
                raise _Idle

    # Names

    def lookup(self, name: str) -> Value:
        if name == "__name__" and self.module:
            return UNKNOWN
        found = super().lookup(name)
        return self._resolved(found) if isinstance(found, External) and found.path else found

    def _Compare(self, node: ast.Compare) -> Value:
        if self.module and any(map(_is_own_name, (node.left, *node.comparators))):
            # It is imported, whatever its name is.
            return const(not isinstance(node.ops[0], ast.Eq))
        return super()._Compare(node)

    def attribute(self, receiver: Value, name: str, node: ast.AST) -> Value:
        found = super().attribute(receiver, name, node)
        if isinstance(receiver, External) and receiver.path and isinstance(found, External):
            return self._resolved(replace(found, path=receiver.path))
        return found

    def imported(self, dotted: str) -> Value:
        found = super().imported(dotted)
        path = self._paths[self.module]
        if isinstance(found, External) and self.files.is_here(path, dotted):
            return replace(found, path=path)
        return found

    def _resolved(self, name: External) -> Value:
        found = self.files.definition(name.path, name.dotted)
        if found is None:
            return name
        if isinstance(found, KerasName):
            return Sym(found.name, found.api)
        path, own_name = found
        file = self._file(path)
        if file is None:
            return UNKNOWN
        self.memory.enter(file.frame, file.module)
        if self.bindings[file.frame, own_name] != file.bindings.get(own_name):
            # Whether it was imported before it was bound anew, nobody knows.
            return UNKNOWN
        return self.memory.names.get((file.frame, own_name), UNKNOWN)

    def set_attribute(self, receiver: Value, name: str, value: Value) -> None:
        if isinstance(receiver, External) and receiver.path:
            found = self.files.definition(receiver.path, f"{receiver.dotted}.{name}")
            file = self._file(found[0]) if isinstance(found, tuple) else None
            if file is not None and isinstance(found, tuple):
                self.memory.enter(file.frame, file.module)
                self.memory.names[file.frame, found[1]] = UNKNOWN
                self.bindings[file.frame, found[1]] += 1
        super().set_attribute(receiver, name, value)

    # Whose code is running

    def module_of(self, frame: int) -> int:
        while self.frames[frame] >= 0:
            frame = self.frames[frame]
        return frame

    @contextmanager
    def _in(self, module: int) -> Iterator[None]:
        before, self.module = self.module, module
        try:
            yield
        finally:
            self.module = before

    def call_function(self, function: Function, given: Arguments, *first: Value) -> Value:
        module = self.module_of(function.frame)
        if self.module or not module:
            with self._in(module):
                return super().call_function(function, given, *first)
        before, models, nodes = self.memory.copy(), len(self.models), len(self.nodes)
        if id(function.node) not in self._too_long:
            self._idle = 0
            try:
                with self._in(module):
                    return super().call_function(function, given, *first)
            except _Idle:
                self._too_long.add(id(function.node))
                self._most_idle = max(self._most_idle // 2, FEWEST_IDLE_STEPS)
                changed = self.memory.settings.items() - before.settings.items()
                before.settings.update((name, UNKNOWN) for name, _ in changed)
                self.memory = before
                del self.models[models:]
                self.in_graphs.update(range(nodes, len(self.nodes)))
        # It is like a function of nobody knows whom, as far as the program is concerned.
        for value in (function, *first, *given.values):
            self.memory.blur(value)
        return UNKNOWN

    def _Global(self, node: ast.Global) -> bool:
        for name in node.names:
            self.declared[self.frame, name] = self.module
        return True

    def slip(self, kind: SlipKind, node: ast.AST, layer: str) -> None:
        if not self.module:
            super().slip(kind, node, layer)

    # Other files

    def _file(self, path: str) -> _File | None:
        if path in self._known:
            return self._known[path]
        too_much = self._depth_of_imports >= DEEPEST_IMPORTS or len(self._known) >= MOST_FILES
        source = None if path == self.source.path or too_much else self.files.source(path)
        # Who imports in a circle finds nothing there.
        self._known[path] = None
        if source is not None:
            self._known[path] = self._run_file(source)
        return self._known[path]

    def _run_file(self, source: Source) -> _File | None:
        self.frames.append(-1)
        frame, nodes = len(self.frames) - 1, len(self.nodes)
        self._paths[frame] = source.path
        self.memory, memory = Memory(settings=dict(self.memory.settings)), self.memory
        self._depth_of_imports += 1
        try:
            with self._in(frame), self._apart():
                self.frame = frame
                for statement in source.statements:
                    self.statement = statement
                    if not self.run(list(statement.body)):
                        break
            found = Module.at_rest(self.memory, memory.settings)
        except (Exhausted, RecursionError):
            return None
        finally:
            self._depth_of_imports -= 1
            self.memory = memory
            # The graphs of another file are not those of the program.
            self.in_graphs.update(range(nodes, len(self.nodes)))
        names = (name for at, name in found.names if at == frame)
        return _File(frame, found, {name: self.bindings[frame, name] for name in names})

    @contextmanager
    def _apart(self) -> Iterator[None]:
        """Nothing of what is going on has to do with what is done now."""
        before = self.frame, self.statement, self.returns, self.guarded, self.inside, self.depth
        loops = self._breaks, self._continues
        steps = self.steps, self._pauses
        begun = self.steps = self._pauses = self.most_steps - self._steps_left
        self.returns, self.guarded, self.inside, self.depth = [], 0, 0, 0
        self._breaks, self._continues = [], []
        try:
            yield
        finally:
            self._steps_left = max(0, self._steps_left - (self.steps - begun))
            self.steps, self._pauses = steps
            self._breaks, self._continues = loops
            (
                self.frame, self.statement, self.returns, self.guarded, self.inside, self.depth,
            ) = before  # fmt: skip

    # Models that are made elsewhere

    def called(self, callee: Value, given: Arguments, node: ast.Call) -> Value:
        found = super().called(callee, given, node)
        if not self.module and self.models:
            self._get(found, self.statement, node)
        return found

    def _get(self, value: Value, statement: Statement, node: ast.Call) -> None:
        """The program has got what a call of it gives."""
        for each in (value, *(self.memory.items(value) or ())):
            if isinstance(each, Ref) and each.id not in self._got:
                self._got[each.id] = self.place(node)

    def called_by(self, ref: Ref, name: str) -> None:
        if not self.module:
            super().called_by(ref, name)

    def told_network(self, ref: Ref, name: str) -> Network | None:
        """Where all of it lies here, as it is; else with the place of the call that gave it."""
        found = super().told_network(ref, name)
        if found is None or all(map(self._is_here, places_in(found))):
            return found
        # What is to be said of its parts is to be said where they are.
        fits = tuple(replace(fit, loss=UNKNOWN, whole=None) for fit in found.fits)
        found = replace(found, compiled=(), fits=fits, short=())
        if self._is_here(found.place):
            return found
        place = self._got.get(ref.id)
        return None if place is None else replace(found, place=place)

    def _is_here(self, place: Place) -> bool:
        return self.source.has(place.statement)


class _Idle(Exhausted):
    """A function of another file works for long without a layer."""


def _is_own_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__name__"

"""Control: branches with their joins, loops with their fixed points, exceptions.

Never learns what a simple statement does.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from keras_lsp.semantics.activation import Jump
from keras_lsp.semantics.bindings import Bindings, _elements
from keras_lsp.semantics.definitions import bound_within
from keras_lsp.semantics.events import Loop
from keras_lsp.semantics.guards import asks_for_version, catches, expects_failure
from keras_lsp.semantics.loops import describe, rebuilt
from keras_lsp.semantics.narrowing import narrow
from keras_lsp.semantics.needs import unmet
from keras_lsp.semantics.rounds import begun
from keras_lsp.semantics.state import State, joined
from keras_lsp.semantics.values import (
    EMPTY,
    UNKNOWN,
    Cause,
    Constant,
    Nothing,
    Value,
    join,
    join_all,
    one,
    only,
)
from keras_lsp.syntax import Place
from keras_lsp.syntax.walk import names_in

ROUNDS = 4
"""Iterations after which a loop that has not reached its fixed point is widened."""


class Control(Bindings):
    """Statements that decide which statement comes next."""

    def _return(self, node: ast.Return) -> None:
        running = self.activation
        value = one(Nothing("return", running.qualname)) if node.value is None else EMPTY
        if node.value is not None:
            self.consumer = (node.value, "return", False)
            value = self._forgetful(self.evaluate(node.value))
            self.look_at(value)
        running.returned = join(running.returned, value)
        running.returns.add(self.state)
        self._leave()

    def _forgetful(self, value: Value) -> Value:
        """``return model.compile(...)``: the ``None`` of a method instead of the model."""
        definition = self.activation.definition
        atom = only(value)
        if isinstance(atom, Nothing) and atom.origin == "method" and definition is not None:
            nothing = self._nothing(definition)
            if nothing.local:
                return one(nothing)
        return value

    def _raise(self, node: ast.Raise) -> None:
        for part in (node.exc, node.cause):
            if part is not None:
                self.evaluate(part)
        self._leave()

    def _break(self, node: ast.Break) -> None:
        if self.activation.breaks:
            self.activation.breaks[-1].add(self.state)
        self.state = None

    def _continue(self, node: ast.Continue) -> None:
        if self.activation.continues:
            self.activation.continues[-1].add(self.state)
        self.state = None

    def _leave(self) -> None:
        for handler in self.activation.handlers[-1:]:
            handler.add(self.state)
        self.state = None

    def _assert(self, node: ast.Assert) -> None:
        self.evaluate(node.test)
        self.state = narrow(self, self.state, node.test, True)
        if self.activation.definition is not None:
            # The rest of the function is for the versions that it is asserted for.
            asked = asks_for_version(node.test, self.version_names())
            self.activation.guarded = self.activation.guarded or asked

    def _if(self, node: ast.If) -> None:
        self.evaluate(node.test)
        names = names_in(node.test)
        assigned = _assigned(node.body)
        cause = Cause("no-else", Place.of(self.activation.statement, node), names | assigned)
        before = self.state
        assert before is not None
        yes = narrow(self, before.fork(), node.test, True)
        no = narrow(self, before.fork(), node.test, False)
        self.state = yes
        main = _is_main(node.test)
        guarded = not main and asks_for_version(node.test, self.version_names())
        if main:
            self.run(node.body)
        else:
            with self.under(names), self.guarding(guarded):
                self.run(node.body)
        after_yes, self.state = self.state, no
        if after_yes is None and no is None and yes is not None:
            self.state = before
            self._tell_refusal(node)
            self.state = None
        with self.under(names), self.guarding(guarded):
            self.run(node.orelse)
        ended = (yes and after_yes is None) or (no and self.state is None)
        if self.activation.rounds and ended:
            self.activation.rounds[-1].passed |= names
        if guarded and self.activation.definition is not None and not (after_yes and self.state):
            # One of the versions has left the function: the rest is for the others.
            self.activation.guarded = True
        if main and after_yes is not None:
            # What runs when the file is run is what a reader of the file wants to know.
            self.state = after_yes if self.state is None else after_yes.join(self.state, cause)
            return
        self.state = joined(after_yes, self.state, cause)

    def _tell_refusal(self, node: ast.If) -> None:
        """The branch ends the path, and there is no other: a guard has refused."""
        raises = any(isinstance(part, ast.Raise) for part in node.body)
        attribute = _tested_attribute(node.test)
        if raises and attribute is not None and not self.quiet:
            need = unmet(self, attribute, self.place(node.test), True)
            if need is not None:
                self.emit(need)

    def _match(self, node: ast.Match) -> None:
        self.evaluate(node.subject)
        names = names_in(node.subject)
        cause = Cause("no-case", Place.of(self.activation.statement, node), names)
        before = self.state
        after: State | None = None
        exhaustive = False
        guarded = asks_for_version(node.subject, self.version_names())
        for case in node.cases:
            assert before is not None
            self.state = before.fork()
            for name in sorted(bound_within(case.pattern)):
                self.bind(name, UNKNOWN)
            with self.under(names), self.guarding(guarded):
                if case.guard is not None:
                    self.evaluate(case.guard)
                self.run(case.body)
            after = joined(after, self.state, cause)
            exhaustive = exhaustive or (case.guard is None and _matches_all(case.pattern))
        self.state = after if exhaustive else joined(after, before, cause)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        iterated = self.evaluate(node.iter)
        element = join_all(_elements(atom) for atom in iterated) or UNKNOWN
        loop = describe(self, node, iterated)

        def enter() -> None:
            self.bind_target(node.target, element, None)

        sure = loop.count is not None and loop.count > 0
        self._loop(node, loop, enter, sure)

    def _while(self, node: ast.While) -> None:
        loop = describe(self, node, EMPTY)
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)

        def enter() -> None:
            self.evaluate(node.test)
            self.state = narrow(self, self.state, node.test, True)

        self._loop(node, loop, enter, endless, endless)

    def _loop(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        loop: Loop,
        enter: Callable[[], None],
        sure: bool,
        endless: bool = False,
    ) -> None:
        """The first iteration is told apart; the later ones reach a fixed point together."""
        running = self.activation
        breaks = Jump()
        running.breaks.append(breaks)
        start = self.state
        assert start is not None
        decides = node.test if isinstance(node, ast.While) else node.iter
        cause = Cause("empty-loop", loop.place, names_in(decides))
        at = len(self.events)
        self.state = start.fork()
        self._iterate(node, replace(loop, first=True), enter)
        after_first = self.state
        head = after_first
        if after_first is not None:
            for round in range(ROUNDS):
                mark, known = len(self.events), (breaks.state.fork() if breaks.state else None)
                assert head is not None
                self.state = head.fork()
                self._iterate(node, loop, enter)
                new = joined(head, self.state)
                if new is None or new == head or self.left < 0 or round == ROUNDS - 1:
                    break
                head = new
                del self.events[mark:]
                breaks.state = known
        running.breaks.pop()
        if not self.quiet and after_first is not None:
            for fact in rebuilt(self, node, loop, self.events[at:]):
                self.emit(fact)
        exits = None if endless else (head if sure else joined(head, start, cause))
        self.state = exits
        if self.state is not None and node.orelse:
            self.run(node.orelse)
        self.state = joined(self.state, breaks.state)

    def _iterate(
        self, node: ast.For | ast.AsyncFor | ast.While, loop: Loop, enter: Callable[[], None]
    ) -> None:
        running = self.activation
        continues = Jump()
        running.continues.append(continues)
        running.rounds.append(begun(node, loop))
        outer, self.loops = self.loops, (*self.loops, loop)
        self.conditional += 1
        try:
            enter()
            if self.state is not None:
                self.run(node.body)
        finally:
            self.loops = outer
            self.conditional -= 1
            running.continues.pop()
            running.rounds.pop()
        self.state = joined(self.state, continues.state)

    def _try(self, node: ast.Try) -> None:
        running = self.activation
        assert self.state is not None
        before = self.state.fork()
        swallowed = None
        if node.handlers:
            place = Place.of(running.statement, node.handlers[0])
            swallowed = Cause("swallowed", place, _assigned(node.body))
        interrupted = Jump(cause=swallowed)
        interrupted.add(self.state)
        running.handlers.append(interrupted)
        guarded = catches(node)
        try:
            with self.guarding(guarded):
                self.run(node.body)
        finally:
            running.handlers.pop()
        if self.state is not None:
            # What had to be there was there: the rest is for programs that have it.
            with self.guarding(guarded):
                self.run(node.orelse)
        result: State | None = self.state
        failed = interrupted.state or before
        for handler in node.handlers:
            self.state = failed.fork()
            if handler.type is not None:
                self.evaluate(handler.type)
            if handler.name:
                self.bind(handler.name, UNKNOWN)
            with self.under(frozenset()), self.guarding(guarded):
                self.run(handler.body)
            result = joined(result, self.state, swallowed)
        self.state = result
        if node.finalbody:
            if self.state is None:
                self.state = failed.fork()
                self.run(node.finalbody)
                self.state = None
            else:
                self.run(node.finalbody)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self.evaluate(item.context_expr)
            if item.optional_vars is not None:
                self.bind_target(item.optional_vars, UNKNOWN if not _plain(value) else value, None)
        with self.guarding(expects_failure(node)):
            self.run(node.body)


def _plain(value: Value) -> bool:
    return bool(value) and all(isinstance(a, Constant) for a in value)


def _is_main(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and isinstance(test.comparators[0], ast.Constant)
    )


def _tested_attribute(test: ast.expr) -> ast.Attribute | None:
    """``self.model`` of ``self.model is None`` and of ``not self.model``."""
    if isinstance(test, ast.Compare):
        test = test.left
    elif isinstance(test, ast.UnaryOp):
        test = test.operand
    return test if isinstance(test, ast.Attribute) else None


def _matches_all(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _assigned(body: list[ast.stmt]) -> frozenset[str]:
    """The names that a body binds anywhere in it."""
    known: frozenset[str] | None = getattr(body[0], "_assigned", None)
    if known is None:
        known = bound_within(*body)
        body[0]._assigned = known  # type: ignore[attr-defined]
    return known

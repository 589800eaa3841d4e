"""Statements: one transfer function for each kind, with branches, loops and exceptions.

Never learns what is a mistake; it keeps the state and tells events.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from keras_lsp.catalog.names import canonical
from keras_lsp.semantics.calls import Calls
from keras_lsp.semantics.definitions import FunctionDefinition, Scope, bound_by, names_in
from keras_lsp.semantics.effects import set_trainable
from keras_lsp.semantics.events import AttributeChange, Binding, Loop, Revealed
from keras_lsp.semantics.imports import imported_value
from keras_lsp.semantics.loops import describe, rebuilt
from keras_lsp.semantics.machine import Activation, Jump, NeverReturns
from keras_lsp.semantics.narrowing import narrow
from keras_lsp.semantics.needs import unmet
from keras_lsp.semantics.phases import Family, described
from keras_lsp.semantics.state import State, joined
from keras_lsp.semantics.values import (
    EMPTY,
    UNKNOWN,
    Atom,
    BoundMethod,
    Cause,
    Class,
    Constant,
    External,
    Function,
    Nothing,
    Part,
    Ref,
    Result,
    Sequence,
    Symbol,
    Tensor,
    Undefined,
    Value,
    defined,
    is_unknown,
    join,
    join_all,
    one,
    only,
)
from keras_lsp.syntax import Place

ROUNDS = 4
"""Iterations after which a loop that has not reached its fixed point is widened."""


class Statements(Calls):
    """Executes statements."""

    def run(self, body: list[ast.stmt]) -> None:
        for node in body:
            if self.state is None:
                return
            self.execute(node)

    def execute(self, node: ast.stmt) -> None:
        """One statement: afterwards ``state`` is ``None`` where no path goes on."""
        self.left -= 1
        before, self.node = self.node, node
        try:
            how = _KINDS.get(type(node))
            if how is not None:
                how(self, node)
        except NeverReturns:
            self.state = None
        finally:
            self.node = before
        if self.state is not None:
            for handler in self.activation.handlers[-1:]:
                handler.add(self.state)

    # Simple statements

    def _expression(self, node: ast.Expr) -> None:
        self.consumer = (node.value, "", True)
        value = self.evaluate(node.value)
        if isinstance(node.value, (ast.Name, ast.Attribute)) and not self.quiet:
            self.emit(Revealed(self.place(node), self.context(), self.told(value)))

    def told(self, value: Value) -> str:
        """A value in words, for hovers and for tests."""
        return " or ".join(sorted(filter(None, (self._told_atom(a) for a in value)))) or "nothing"

    def _told_atom(self, atom: Atom) -> str:
        if isinstance(atom, Ref):
            thing = self.object(atom)
            return described(thing) if thing else "something"
        if isinstance(atom, Constant):
            return repr(atom.value)
        if isinstance(atom, Nothing):
            return "None"
        if isinstance(atom, (Function, Class)):
            kind = "function" if isinstance(atom, Function) else "class"
            return f"{kind} {atom.definition.qualname}"
        if isinstance(atom, (Symbol, External)):
            return atom.name
        return type(atom).__name__.lower()

    def _assign(self, node: ast.Assign) -> None:
        target = node.targets[0]
        name = ""
        if len(node.targets) == 1 and isinstance(target, (ast.Name, ast.Attribute)):
            name = ast.unparse(target)
        self.consumer = (node.value, name, False)
        if (
            isinstance(target, (ast.Tuple, ast.List))
            and isinstance(node.value, (ast.Tuple, ast.List))
            and len(target.elts) == len(node.value.elts)
            and not any(isinstance(e, ast.Starred) for e in (*target.elts, *node.value.elts))
            and len(node.targets) == 1
        ):
            values = [self.evaluate(e) for e in node.value.elts]
            for part, value, source in zip(target.elts, values, node.value.elts, strict=True):
                self.bind_target(part, value, source)
            return
        value = self.evaluate(node.value)
        for target in node.targets:
            self.bind_target(target, value, node.value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.consumer = (node.value, ast.unparse(node.target), False)
            self.bind_target(node.target, self.evaluate(node.value), node.value)

    def _augmented(self, node: ast.AugAssign) -> None:
        value = self.evaluate(node.value)
        self.give_away(value)
        if isinstance(node.target, ast.Name):
            self.name(node.target)
            self.bind(node.target.id, UNKNOWN)
        elif isinstance(node.target, ast.Attribute):
            self.evaluate(node.target.value)

    def bind_target(self, target: ast.expr, value: Value, source: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self._tell_binding(target, target.id, value, source, self.lookup(target.id))
            self.bind(target.id, value)
        elif isinstance(target, ast.Attribute):
            self._bind_attribute(target, value, source)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, value)
        elif isinstance(target, ast.Starred):
            self.bind_target(target.value, UNKNOWN, None)
        elif isinstance(target, ast.Subscript):
            self._bind_item(target, value)

    def _unpack(self, target: ast.Tuple | ast.List, value: Value) -> None:
        atom = only(value)
        items = atom.items if isinstance(atom, Sequence) else None
        starred = any(isinstance(e, ast.Starred) for e in target.elts)
        if items is not None and len(items) == len(target.elts) and not starred:
            for part, item in zip(target.elts, items, strict=True):
                self.bind_target(part, item, None)
            return
        self.give_away(value)
        tensor = isinstance(atom, Tensor)
        for part in target.elts:
            self.bind_target(part, value if tensor else UNKNOWN, None)

    def _bind_item(self, target: ast.Subscript, value: Value) -> None:
        holder = self.evaluate(target.value)
        self.evaluate(target.slice)
        self.give_away(value)
        if isinstance(target.value, ast.Name) and isinstance(only(holder), Sequence):
            self.give_away(holder)
            self.bind(target.value.id, UNKNOWN)
        elif isinstance(target.value, ast.Name) and not is_unknown(holder):
            self.bind(target.value.id, UNKNOWN) if not any(
                isinstance(a, (Ref, Result)) for a in holder
            ) else None

    def _bind_attribute(self, target: ast.Attribute, value: Value, source: ast.expr | None) -> None:
        assert self.state is not None
        receiver = (
            self.name(target.value, attribute="trainable")
            if isinstance(target.value, ast.Name)
            else self.evaluate(target.value)
        )
        text = self.text(target)
        previous = EMPTY
        for atom in receiver:
            thing = self.object(atom) if isinstance(atom, Ref) else None
            if thing is not None:
                previous = join(previous, thing.attribute(target.attr) or UNKNOWN)
        if any(isinstance(a, (Ref, Part)) for a in receiver) and not self.quiet:
            models = self.models(receiver)
            parts = any(isinstance(a, Part) for a in receiver)
            if models or parts or any(_is_layer(self, a) for a in receiver):
                self.emit(
                    AttributeChange(
                        place=self.place(target),
                        statement=self.here,
                        context=self.context(),
                        receiver=self.text(target.value),
                        receiver_value=receiver,
                        attribute=target.attr,
                        value=value,
                        models=models,
                    )
                )
        self._tell_binding(target, text, value, source, previous)
        if target.attr == "trainable":
            set_trainable(self.state, receiver, value, self.place(target))
        if is_unknown(receiver) or not receiver:
            self.give_away(value)
            return
        self.state.change(receiver, lambda thing: thing.with_attribute(target.attr, value))
        for atom in receiver:
            thing = self.object(atom) if isinstance(atom, Ref) else None
            if thing is None or thing.escaped:
                self.give_away(value)

    def _tell_binding(
        self, target: ast.expr, name: str, value: Value, source: ast.expr | None, previous: Value
    ) -> None:
        previous = defined(previous)
        telling = any(isinstance(a, (Ref, Function, Class, Nothing, BoundMethod)) for a in value)
        if self.quiet or not (telling or self.holds_model(previous)):
            return
        if all(isinstance(a, Nothing) and a.origin == "literal" for a in value) and not previous:
            if "." not in name:
                return
        methods = self._later_methods(name)
        self.emit(
            Binding(
                place=self.place(target),
                statement=self.here,
                context=self.context(),
                name=name,
                value=value,
                value_text=self.text(source) if source is not None else "",
                value_place=self.place(source) if source is not None else None,
                previous=previous,
                models=self.models(value),
                previous_models=self.models(previous),
                still_held=self.held_elsewhere(previous, name),
                called=bool(methods),
                later_methods=methods,
            )
        )

    def _later_methods(self, name: str) -> frozenset[str]:
        scope = self.activation.scope or self.module_scope
        if scope is None or self.node is None:
            return frozenset()
        line = self.node.lineno
        looping = bool(self.loops) or self.activation.scope is None
        return frozenset(
            a for n, a, at in scope.attributes if n == name and (looping or at >= line)
        )

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.name(target)
                cause = Cause("deleted", self.place(node))
                self.bind(target.id, one(Undefined(cause)))
            else:
                for child in ast.iter_child_nodes(target):
                    if isinstance(child, ast.expr):
                        self.evaluate(child)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*" and isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                if not self.import_star(module):
                    self.unknown_star = True
                continue
            name, value = imported_value(node, alias, self.place(alias))
            self.bind(name, value)

    def import_star(self, module: str) -> bool:
        """Whether it is known what this star import brings."""
        if canonical(module) is not None:
            self.stars.add(module)
            return True
        return False

    # Leaving a body

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

    # Branches

    def _if(self, node: ast.If) -> None:
        self.evaluate(node.test)
        names = names_in(node.test)
        assigned = frozenset(n for part in node.body for c in ast.walk(part) for n in bound_by(c))
        cause = Cause("no-else", Place.of(self.activation.statement, node), names | assigned)
        before = self.state
        assert before is not None
        yes = narrow(self, before.fork(), node.test, True)
        no = narrow(self, before.fork(), node.test, False)
        self.state = yes
        main = _is_main(node.test)
        if main:
            self.run(node.body)
        else:
            with self.under(names):
                self.run(node.body)
        after_yes, self.state = self.state, no
        if after_yes is None and no is None and yes is not None:
            self.state = before
            self._tell_refusal(node)
            self.state = None
        with self.under(names):
            self.run(node.orelse)
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
        for case in node.cases:
            assert before is not None
            self.state = before.fork()
            for part in ast.walk(case.pattern):
                for name in bound_by(part):
                    self.bind(name, UNKNOWN)
            with self.under(names):
                if case.guard is not None:
                    self.evaluate(case.guard)
                self.run(case.body)
            after = joined(after, self.state, cause)
            exhaustive = exhaustive or (case.guard is None and _matches_all(case.pattern))
        self.state = after if exhaustive else joined(after, before, cause)

    # Loops

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
        self.state = joined(self.state, continues.state)

    # Exceptions and resources

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
        try:
            self.run(node.body)
        finally:
            running.handlers.pop()
        if self.state is not None:
            self.run(node.orelse)
        result: State | None = self.state
        failed = interrupted.state or before
        for handler in node.handlers:
            self.state = failed.fork()
            if handler.type is not None:
                self.evaluate(handler.type)
            if handler.name:
                self.bind(handler.name, UNKNOWN)
            with self.under(frozenset()):
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
        self.run(node.body)

    # Definitions

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                value = self.evaluate(part)
                if any(isinstance(a, Ref) for a in value):
                    self.give_away(value)
        definition = self.function(node)
        self.bind(node.name, one(Function(definition, self.activation.key)))
        self.seen_function(definition)

    def seen_function(self, definition: FunctionDefinition) -> None:
        """A hook: somebody may want to look at the function for itself."""

    def _class(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *(k.value for k in node.keywords)):
            self.evaluate(part)
        bases = tuple(self._base(base) for base in node.bases)
        definition = self.class_definition(node)
        outer = self.activation
        key = (definition, self.calls)
        assert self.state is not None
        self.state.open_frame(key, {})
        enclosing = outer.enclosing
        if outer.scope is not None and outer.owner is None:
            enclosing = ((outer.key, outer.scope), *enclosing)
        self.activation = Activation(
            key=key,
            path=outer.path,
            statement=outer.statement,
            scope=definition.scope,
            owner=definition,
            inside=outer.definition or outer.inside,
            enclosing=enclosing,
            qualname=definition.qualname,
            in_test=outer.in_test or node.name.startswith("Test"),
        )
        try:
            self.run(node.body)
        finally:
            self.activation = outer
        if self.state is None:
            return
        names = self.state.frames.get(key, {})
        namespace = tuple(sorted(names.items(), key=lambda item: item[0]))
        self.state.close_frame(key)
        for _, value in namespace:
            self.give_away(value)
        made = Class(definition, bases, namespace, outer.key)
        self.bind(node.name, one(made))
        self.seen_class(made)

    def seen_class(self, made: Class) -> None:
        """A hook, as above."""

    def _base(self, node: ast.expr) -> Value:
        """A base class; one of the program's other files is looked up there."""
        value = self.evaluate(node)
        return self.resolved(value)

    def resolved(self, value: Value) -> Value:
        result = EMPTY
        for atom in value:
            known = (
                self.imported(self, atom)
                if isinstance(atom, External) and not atom.name.startswith("builtins.")
                else None
            )
            result = join(result, known if known is not None else one(atom))
        return result

    module_scope: Scope | None = None

    def bind_comprehended(self, target: ast.expr, iterated: Value) -> None:
        element = join_all(_elements(atom) for atom in iterated) or UNKNOWN
        with self.quietly():
            self.bind_target(target, element, None)


def _is_layer(machine: Statements, atom: object) -> bool:
    thing = machine.object(atom) if isinstance(atom, Ref) else None
    return thing is not None and thing.family is Family.LAYER


def _elements(atom: object) -> Value:
    if isinstance(atom, Sequence) and atom.items is not None:
        return join_all(atom.items)
    return UNKNOWN


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
    return frozenset(n for part in body for node in ast.walk(part) for n in bound_by(node))


_KINDS: dict[type[ast.stmt], Callable[[Statements, ast.stmt], None]] = {
    ast.Expr: Statements._expression,  # type: ignore[dict-item]
    ast.Assign: Statements._assign,  # type: ignore[dict-item]
    ast.AnnAssign: Statements._annotated,  # type: ignore[dict-item]
    ast.AugAssign: Statements._augmented,  # type: ignore[dict-item]
    ast.Delete: Statements._delete,  # type: ignore[dict-item]
    ast.Import: Statements._import,  # type: ignore[dict-item]
    ast.ImportFrom: Statements._import,  # type: ignore[dict-item]
    ast.Return: Statements._return,  # type: ignore[dict-item]
    ast.Raise: Statements._raise,  # type: ignore[dict-item]
    ast.Break: Statements._break,  # type: ignore[dict-item]
    ast.Continue: Statements._continue,  # type: ignore[dict-item]
    ast.Assert: Statements._assert,  # type: ignore[dict-item]
    ast.If: Statements._if,  # type: ignore[dict-item]
    ast.Match: Statements._match,  # type: ignore[dict-item]
    ast.For: Statements._for,  # type: ignore[dict-item]
    ast.AsyncFor: Statements._for,  # type: ignore[dict-item]
    ast.While: Statements._while,  # type: ignore[dict-item]
    ast.Try: Statements._try,  # type: ignore[dict-item]
    ast.TryStar: Statements._try,  # type: ignore[dict-item]
    ast.With: Statements._with,  # type: ignore[dict-item]
    ast.AsyncWith: Statements._with,  # type: ignore[dict-item]
    ast.FunctionDef: Statements._function,  # type: ignore[dict-item]
    ast.AsyncFunctionDef: Statements._function,  # type: ignore[dict-item]
    ast.ClassDef: Statements._class,  # type: ignore[dict-item]
}

"""Statements: one transfer function for each kind, with branches, loops and exceptions.

Never learns what is a mistake; it keeps the state and tells events.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from keras_lsp.semantics.activation import Activation, NeverReturns
from keras_lsp.semantics.cells import Cells
from keras_lsp.semantics.control import (
    Control,
)
from keras_lsp.semantics.definitions import FunctionDefinition
from keras_lsp.semantics.events import Revealed, Traced
from keras_lsp.semantics.phases import described
from keras_lsp.semantics.tapes import recorded
from keras_lsp.semantics.values import (
    Atom,
    Class,
    Constant,
    External,
    Function,
    Nothing,
    Ref,
    Result,
    Symbol,
    Value,
    one,
)
from keras_lsp.syntax.walk import names_in


class Statements(Cells, Control):
    """Executes statements."""

    def run(self, body: list[ast.stmt]) -> None:
        for node in body:
            if self.state is None:
                return
            self.execute(node)
            if isinstance(node, ast.With) and not self.quiet and self.state is not None:
                for tape in recorded(self, node, body):
                    self.emit(tape)

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

    # Leaving a body

    # Branches

    # Loops

    # Exceptions and resources

    # Definitions

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        traced = False
        for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                value = self.evaluate(part)
                if any(isinstance(a, Ref) for a in value):
                    self.give_away(value)
                names = [a.name for a in value if isinstance(a, (External, Result))]
                traced = traced or names == ["tensorflow.function"]
        definition = self.function(node)
        if traced and self.loops:
            mentioned = frozenset[str]().union(*map(names_in, ast.iter_child_nodes(node)))
            reads = mentioned - definition.scope.locals
            self.emit(Traced(definition.name_place, self.here, self.context(), node.name, reads))
        self.bind(node.name, one(Function(definition, self.activation.key)))
        self.seen_function(definition)
        if any(map(self.is_cell, node.decorator_list)):
            self.run_cell(definition, node)

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
        names = self.state.names(key)
        namespace = tuple(sorted(names.items(), key=lambda item: item[0]))
        self.state.close_frame(key)
        for _, value in namespace:
            self.give_away(value)
        made = Class(definition, bases, namespace, outer.key)
        self.bind(node.name, one(made))
        self.seen_class(made)

    def seen_class(self, made: Class) -> None:
        """A hook, as above."""


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

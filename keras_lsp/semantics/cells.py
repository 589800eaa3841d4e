"""Cells of Marimo: functions that get from other cells what their parameters are named after.

Never learns what a statement means; a cell is run as a function that the program calls.
"""

from __future__ import annotations

import ast

from keras_lsp.semantics.definitions import FunctionDefinition
from keras_lsp.semantics.events import Argument
from keras_lsp.semantics.imports import imported_value
from keras_lsp.semantics.own_calls import OwnCalls
from keras_lsp.semantics.values import (
    UNKNOWN,
    BoundMethod,
    Function,
    Result,
    Sequence,
    Symbol,
    Value,
    one,
    only,
)

_OUT_OF_ORDER = "<a cell above waits for one below>"
"""Bound in the module from there on; no program can have such a name."""


class Cells(OwnCalls):
    """Runs cells in the order of the file, as long as that is the order in which Marimo runs them.

    Marimo runs a cell when all is there that it needs, and the upper one of two that could run.
    """

    def is_cell(self, decorator: ast.expr) -> bool:
        """``@app.cell`` or ``@app.cell(...)`` of a Marimo notebook."""
        with self.quietly():
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            return self.evaluate(called) == one(BoundMethod(Result("marimo.App"), "cell"))

    def run_cell(
        self, definition: FunctionDefinition, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> None:
        """Give a cell what those above have made, and let those below have what it makes."""
        if self.state is None:
            return
        made: Value = UNKNOWN
        path = definition.path
        values = {name: self.state.get(path, name) for name in definition.parameters}
        given = {name: value for name, value in values.items() if value is not None}
        if len(given) < len(values) or _is_disabled(node) or self.left < 0:
            self.state.bind(path, _OUT_OF_ORDER, UNKNOWN)
        if self.state.get(path, _OUT_OF_ORDER) is not None:
            self.give_away(*given.values())
        else:
            place = self.place(node)
            arguments = tuple(
                Argument(name, value, place, name, frozenset({name}), True)
                for name, value in given.items()
            )
            cell = Function(definition, self.activation.key)
            made = self._run_body(place, cell, arguments, False)
        self._export(node, made)

    def _export(self, node: ast.FunctionDef | ast.AsyncFunctionDef, made: Value) -> None:
        last = node.body[-1]
        told = last.value if isinstance(last, ast.Return) else None
        parts = told.elts if isinstance(told, ast.Tuple) else [told]
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        atom = only(made)
        items = atom.items if isinstance(atom, Sequence) else None
        known = items is not None and len(items) == len(names) == len(parts)
        for number, name in enumerate(names):
            self.bind(name, items[number] if known and items is not None else UNKNOWN)
        # What is imported is known even where the cell could not be run.
        for statement in node.body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                for alias in statement.names:
                    name, value = imported_value(statement, alias, self.place(alias))
                    if isinstance(only(value), Symbol):
                        self.bind(name, value)


def _is_disabled(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        keyword.arg == "disabled"
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
    )

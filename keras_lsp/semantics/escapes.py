"""Escapes: what of an iteration's model is still there when the iteration is over.

Never evaluates anything; it reads the loop's body for the ways out.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from keras_lsp.semantics.definitions import bound_by
from keras_lsp.semantics.values import Function
from keras_lsp.syntax.walk import names_in, walk

if TYPE_CHECKING:
    from keras_lsp.semantics.machine import Machine

_SHOWING = frozenset({"print", "len", "str", "repr", "format", "pprint", "display", "type", "id"})
"""Who only looks at a value: to print or log it is not to keep it."""
_LOGGING = frozenset({"debug", "info", "warning", "error", "critical", "log", "set_description",
                      "set_postfix"})  # fmt: skip
_MODEL_METHODS = frozenset(
    {"compile", "fit", "fit_generator", "train_on_batch", "summary", "add", "build", "evaluate",
     "predict", "test_on_batch", "predict_on_batch", "reset_states", "get_layer",
     "evaluate_generator", "count_params", "reset_metrics", "predict_classes", "predict_generator"}
)  # fmt: skip
_COMPUTING = frozenset({"np", "numpy", "round", "float", "int", "max", "min", "sum", "abs", "math",
                        "list", "tuple", "sorted", "range", "zip", "enumerate", "isinstance",
                        "accuracy_score", "mean_squared_error", "f1_score", "r2_score",
                        "classification_report", "confusion_matrix", "argmax", "mean"})  # fmt: skip
_FORGETTING = frozenset({"EarlyStopping", "ReduceLROnPlateau", "LearningRateScheduler",
                         "TerminateOnNaN", "ProgbarLogger"})  # fmt: skip


class Escapes:
    """How the model that a loop binds to ``name``, or what it gives, leaves the iteration.

    ``reason`` is empty where nothing does.
    """

    def __init__(
        self, loop: ast.For | ast.AsyncFor | ast.While, name: str, made: ast.stmt, machine: Machine
    ) -> None:
        self.name = name
        self.loop = loop
        self.made = made
        self.functions = _functions(loop, machine)
        self.derived = self._derived()
        after = self._read_after(machine)
        self.used_after = name in after
        self.reason = self._find(after)

    def _derived(self) -> frozenset[str]:
        """Names that hold the model or something computed from it."""
        derived = {self.name}
        before = 0
        while len(derived) != before:
            before = len(derived)
            for part in _nodes(self.loop.body):
                if isinstance(part, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                    targets = part.targets if isinstance(part, ast.Assign) else [part.target]
                    if part.value is not None and names_in(part.value) & derived:
                        derived.update(n for t in targets for c in walk(t) for n in bound_by(c))
                elif isinstance(part, (ast.For, ast.AsyncFor)) and names_in(part.iter) & derived:
                    derived.update(n for c in walk(part.target) for n in bound_by(c))
        return frozenset(derived)

    def _read_after(self, machine: Machine) -> frozenset[str]:
        """Names that are read in the same scope below the loop."""
        definition = machine.activation.definition
        end = self.loop.end_lineno or 0
        if definition is not None:
            body = definition.node.body
            nodes = body if isinstance(body, list) else [body]
            return frozenset(
                n.id
                for part in nodes
                for n in walk(part)
                if isinstance(n, ast.Name) and n.lineno > end and isinstance(n.ctx, ast.Load)
            )
        return machine.names_read_after(self.loop)

    def _find(self, after: frozenset[str]) -> str:
        if self._read_before():
            return "the next iteration uses it"
        for part in _nodes(self.loop.body):
            reason = self._way_out(part)
            if reason:
                return reason
        others = (self.derived - {self.name}) & after
        if others:
            return f"`{min(others)}` is used after the loop"
        return ""

    def _read_before(self) -> bool:
        """The body reads a derived name above the place that makes it anew."""
        line = self.made.lineno
        value = self.made.value if isinstance(self.made, (ast.Assign, ast.AnnAssign)) else None
        if value is not None and self.name in names_in(value):
            return True
        return any(
            isinstance(n, ast.Name)
            and isinstance(n.ctx, ast.Load)
            and n.id in self.derived
            and n.lineno < line
            for n in _nodes(self.loop.body)
        )

    def _way_out(self, part: ast.AST) -> str:
        if isinstance(part, (ast.Return, ast.Yield, ast.YieldFrom)):
            return "it is returned" if part.value and self._touches(part.value) else ""
        if isinstance(part, (ast.Assign, ast.AnnAssign)) and part.value is not None:
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            stored = any(isinstance(t, (ast.Attribute, ast.Subscript)) for t in targets)
            return "it is stored" if stored and self._touches(part.value) else ""
        if isinstance(part, ast.AugAssign):
            return "it is added up" if self._touches(part.value) else ""
        if isinstance(part, (ast.If, ast.While)) and self._touches(part.test):
            return "a condition depends on it" if _acts(part) else ""
        if isinstance(part, ast.If) and any(
            isinstance(c, (ast.Assign, ast.NamedExpr)) and c.value and self._touches(c.value)
            for s in part.body
            for c in walk(s)
        ):
            return "it is copied under a condition"
        if isinstance(part, ast.Lambda) and self._touches(part.body):
            return "a function holds it"
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return "a function holds it" if self._touches(part) else ""
        if isinstance(part, ast.Call):
            return self._call(part)
        return ""

    def _call(self, node: ast.Call) -> str:
        func = node.func
        handed = any(self._touches(a) for a in (*node.args, *(k.value for k in node.keywords)))
        if isinstance(func, ast.Attribute):
            root = _root(func)
            if root in self.derived:
                if root == self.name and isinstance(func.value, ast.Name):
                    return self._method(node, func.attr)
                return ""
            if not handed or func.attr in _LOGGING or root in _COMPUTING or func.attr in _COMPUTING:
                return ""
            return f"`{func.attr}` keeps it" if not self._reads_only(func) else ""
        if isinstance(func, ast.Name):
            if not handed or func.id in _SHOWING or func.id in _COMPUTING:
                return ""
            return "" if self._own_function(func.id) else f"`{func.id}` may keep it"
        return "it is handed on" if handed else ""

    def _method(self, node: ast.Call, method: str) -> str:
        if method not in _MODEL_METHODS:
            return f"`{method}` takes it out"
        for keyword in node.keywords:
            if keyword.arg == "callbacks" and not _forgets(keyword.value):
                return "a callback may keep it"
        return ""

    def _reads_only(self, func: ast.Attribute) -> bool:
        return func.attr in ("format", "join", "evaluate", "compile", "fit")

    def _own_function(self, name: str) -> bool:
        """A function of the program was run with it: the heap knows whether it kept it."""
        return name in self.functions

    def _touches(self, node: ast.AST) -> bool:
        return bool(names_in(node) & self.derived)


def _functions(loop: ast.stmt, machine: Machine) -> frozenset[str]:
    called = {
        n.func.id for n in walk(loop) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    return frozenset(
        name for name in called if any(isinstance(a, Function) for a in machine.lookup(name))
    )


def _nodes(body: list[ast.stmt]) -> list[ast.AST]:
    found: list[ast.AST] = []
    pending: list[ast.AST] = list(reversed(body))
    while pending:
        node = pending.pop()
        found.append(node)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            pending.extend(reversed(list(ast.iter_child_nodes(node))))
    return found


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _acts(node: ast.If | ast.While) -> bool:
    """The branches do more than print."""
    return any(
        isinstance(n, (ast.Assign, ast.AugAssign, ast.Break, ast.Continue, ast.Return, ast.Raise))
        for part in (*node.body, *node.orelse)
        for n in walk(part)
    )


def _forgets(node: ast.expr) -> bool:
    """Callbacks that leave nothing behind."""
    items = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    for item in items:
        func = item.func if isinstance(item, ast.Call) else None
        name = getattr(func, "attr", getattr(func, "id", ""))
        if name not in _FORGETTING:
            return False
    return True

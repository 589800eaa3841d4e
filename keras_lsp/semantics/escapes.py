"""Escapes: what of an iteration's model is still there when the iteration is over.

Never evaluates anything; it reads the loop's body for the ways out.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from keras_lsp.semantics.computing import computes
from keras_lsp.semantics.definitions import bound_within
from keras_lsp.semantics.gradients import APPLYING, ASKING
from keras_lsp.semantics.phases import Family, Object
from keras_lsp.semantics.values import Function, Ref, only
from keras_lsp.syntax.walk import names_in, walk

if TYPE_CHECKING:
    from keras_lsp.semantics.machine import Machine

_SHOWING = frozenset({"print", "len", "str", "repr", "format", "pprint", "display", "type", "id"})
"""Who only looks at a value: to print or log it is not to keep it."""
_LOGGING = frozenset({"debug", "info", "warning", "error", "critical", "log", "set_description",
                      "set_postfix", "print", "scalar"})  # fmt: skip
_MODEL_METHODS = frozenset(
    {"compile", "fit", "fit_generator", "train_on_batch", "summary", "add", "build", "evaluate",
     "predict", "test_on_batch", "predict_on_batch", "reset_states", "get_layer",
     "evaluate_generator", "count_params", "reset_metrics", "predict_classes", "predict_generator"}
)  # fmt: skip
_NUMERIC = frozenset({"np", "numpy", "math"})
_COMPUTING = frozenset({"round", "float", "int", "max", "min", "sum", "abs",
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
        self.machine = machine
        self.functions = _functions(loop, machine)
        self.tapes = _tapes(loop)
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
                        derived |= bound_within(*targets)
                elif isinstance(part, (ast.For, ast.AsyncFor, ast.AugAssign)):
                    value = part.value if isinstance(part, ast.AugAssign) else part.iter
                    if names_in(value) & derived:
                        derived |= bound_within(part.target)
                elif isinstance(part, ast.Call) and names_in(part) & derived:
                    derived |= self._measuring(part)
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
            begun = isinstance(part.target, ast.Name) and _is_begun(self.loop.body, part)
            return "it is added up" if self._touches(part.value) and not begun else ""
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
            if not handed or func.attr in _LOGGING or root in _NUMERIC or func.attr in _COMPUTING:
                return ""
            if self._steps(node, func, root):
                return ""
            return f"`{func.attr}` keeps it" if not self._reads_only(func) else ""
        if isinstance(func, ast.Name):
            if not handed or func.id in _SHOWING or func.id in _COMPUTING:
                return ""
            if self._own_function(func.id) or self._computes(node):
                return ""
            return f"`{func.id}` may keep it"
        return "it is handed on" if handed and not self._computes(node) else ""

    def _steps(self, node: ast.Call, func: ast.Attribute, root: str) -> bool:
        """A step of a training loop that the program writes itself, which keeps nothing."""
        if root in self.tapes and func.attr in ASKING:
            return True
        if func.attr in APPLYING and isinstance(func.value, ast.Name):
            thing = self._object(func.value.id)
            return thing is not None and thing.family is Family.OPTIMIZER
        return self._computes(node)

    def _computes(self, node: ast.Call) -> bool:
        given = (*node.args, *(k.value for k in node.keywords))
        bare = any(isinstance(a, ast.Name) and a.id == self.name for a in given)
        return not bare and computes(self.machine, node)

    def _measuring(self, node: ast.Call) -> frozenset[str]:
        """The metric that a call updates, where it begins anew in each iteration."""
        func = node.func
        if (
            isinstance(func, ast.Attribute)
            and func.attr == "update_state"
            and isinstance(func.value, ast.Name)
            and _begins(self.loop.body, func.value.id)
        ):
            thing = self._object(func.value.id)
            if thing is not None and thing.type.startswith("keras.metrics."):
                return frozenset({func.value.id})
        return frozenset()

    def _object(self, name: str) -> Object | None:
        atom = only(self.machine.lookup(name))
        return self.machine.object(atom) if isinstance(atom, Ref) else None

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


def _tapes(loop: ast.stmt) -> frozenset[str]:
    """The names that ``with`` blocks of the loop give to what they open."""
    opened = (
        item.optional_vars
        for part in walk(loop)
        if isinstance(part, ast.With)
        for item in part.items
        if item.optional_vars is not None
    )
    return bound_within(*opened)


def _begins(body: list[ast.stmt], name: str) -> bool:
    """An iteration makes the metric, or resets it, as one of its own steps."""
    for part in body:
        match part:
            case ast.Assign(targets=[ast.Name(id=made)]):
                found = made
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=made), attr="reset_state" | "reset_states")
                )
            ):
                found = made
            case _:
                continue
        if found == name:
            return True
    return False


def _is_begun(body: list[ast.stmt], adding: ast.AugAssign) -> bool:
    """Whether what is added to got its value in the same iteration."""
    assert isinstance(adding.target, ast.Name)
    begun = False
    for part in body:
        if any(node is adding for node in walk(part)):
            inner = (getattr(part, field, []) for field in ("body", "orelse", "finalbody"))
            return begun or any(_is_begun(block, adding) for block in inner)
        begun = begun or _sets(part, adding.target.id)
    return False


def _sets(part: ast.stmt, name: str) -> bool:
    if isinstance(part, ast.With):
        return any(_sets(inner, name) for inner in part.body)
    return isinstance(part, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == name for target in part.targets
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

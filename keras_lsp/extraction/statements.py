"""Statements: run one after the other, both ways where nobody knows which.

Never learns what a layer is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from keras_lsp.catalog.names import exported_by
from keras_lsp.extraction.memory import Memory, joined_memories
from keras_lsp.extraction.own_code import OwnCode
from keras_lsp.extraction.values import (
    Array,
    Const,
    DictObject,
    ListObject,
    PartOf,
    Ref,
    Tup,
    Value,
)
from keras_lsp.networks import UNKNOWN
from keras_lsp.semantics.guards import asks_for_backend, catches, expects_failure
from keras_lsp.semantics.imports import imported_path


class Statements(OwnCode):
    def run(self, body: list[ast.stmt]) -> bool:
        for statement in body:
            self.tick()
            work = self.work_for(statement)
            if work is None:
                self._anything(statement)
            elif not work(statement):
                return False
        return True

    def _anything(self, node: ast.stmt) -> None:
        """A statement of no kind that could be followed: what it binds is not known."""
        for each in ast.walk(node):
            if isinstance(each, ast.Name):
                if isinstance(each.ctx, ast.Load):
                    self.memory.blur(self.lookup(each.id))
                else:
                    self.bind(each.id, UNKNOWN)

    def _Expr(self, node: ast.Expr) -> bool:
        self.evaluate(node.value)
        return True

    def _Pass(self, node: ast.Pass) -> bool:
        return True

    def _Assert(self, node: ast.Assert) -> bool:
        return True

    def _Import(self, node: ast.Import) -> bool:
        for alias in node.names:
            dotted = alias.name if alias.asname else alias.name.partition(".")[0]
            self.bind(alias.asname or dotted, self.imported(dotted))
        return True

    def _ImportFrom(self, node: ast.ImportFrom) -> bool:
        for alias in node.names:
            path = imported_path(node, alias)
            if alias.name != "*":
                self.bind(alias.asname or alias.name, self.imported(path))
                continue
            module = path.removesuffix(".*")
            for name in exported_by(module):
                self.bind(name, self.named(f"{module}.{name}"))
        return True

    def imported(self, dotted: str) -> Value:
        """What a name stands for that is imported."""
        return self.named(dotted)

    def _FunctionDef(self, node: ast.FunctionDef) -> bool:
        self.bind(node.name, self.defined(node))
        return True

    def _AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> bool:
        self.bind(node.name, UNKNOWN)
        return True

    def _ClassDef(self, node: ast.ClassDef) -> bool:
        found = self.defined_class(node)
        self.bind(node.name, UNKNOWN if node.decorator_list else found)
        return True

    def _Global(self, node: ast.Global) -> bool:
        for name in node.names:
            self.declared[self.frame, name] = 0
        return True

    def _Nonlocal(self, node: ast.Nonlocal) -> bool:
        for name in node.names:
            self.declared[self.frame, name] = self.frames[self.frame]
        return True

    def _Delete(self, node: ast.Delete) -> bool:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.bind(target.id, UNKNOWN)
            elif isinstance(target, (ast.Subscript, ast.Attribute)):
                self.memory.blur(self.evaluate(target.value))
        return True

    # Assignments

    def _Assign(self, node: ast.Assign) -> bool:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target, value)
        return True

    def _AnnAssign(self, node: ast.AnnAssign) -> bool:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value))
        return True

    def _AugAssign(self, node: ast.AugAssign) -> bool:
        target = node.target
        right = self.evaluate(node.value)
        if isinstance(target, ast.Name):
            left = self.lookup(target.id)
        elif isinstance(target, ast.Attribute):
            left = self.attribute(self.evaluate(target.value), target.attr, target)
        else:
            self.assign(target, UNKNOWN)
            return True
        if isinstance(left, Ref):
            # A list is changed, everywhere where it is known.
            more = self.iterated(right)
            mine = self.memory.items(left)
            known = isinstance(node.op, ast.Add) and mine is not None and more is not None
            self.changed_list(left, (mine or ()) + (more or ()) if known else None)
            return True
        self.assign(target, self.operated(node.op, left, right, node))
        return True

    def assign(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.bind(target.id, value)
            if isinstance(value, Ref):
                self.called_by(value, target.id)
        elif isinstance(target, ast.Attribute):
            receiver = self.evaluate(target.value)
            if isinstance(receiver, Array) and isinstance(target.value, ast.Name):
                self.bind(target.value.id, UNKNOWN)
            self.set_attribute(receiver, target.attr, value)
            if isinstance(value, Ref):
                self.called_by(value, f"{ast.unparse(target)}")
        elif isinstance(target, ast.Subscript):
            self._set_item(target, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, value)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, UNKNOWN)

    def called_by(self, ref: Ref, name: str) -> None:
        """A model's name is the first one that it is bound to, better outside of functions."""
        for index, (model, known) in enumerate(self.models):
            inner = self.named_in.get(ref.id, 0) > 0
            if model == ref and (not known or (inner and self.frame == 0)):
                self.models[index] = ref, name
                self.named_in[ref.id] = self.frame

    def _unpack(self, targets: list[ast.expr], value: Value) -> None:
        stars = [n for n, target in enumerate(targets) if isinstance(target, ast.Starred)]
        if not stars:
            items = self.unpacked(value, len(targets)) or (UNKNOWN,) * len(targets)
            if isinstance(value, PartOf):
                items = (value,) * len(targets)
            for target, item in zip(targets, items, strict=True):
                self.assign(target, item)
            return
        found = self.spread(value)
        at, behind = stars[0], len(targets) - stars[0] - 1
        if found is None or len(found) < len(targets) - 1:
            self.memory.blur(value)
            for target in targets:
                self.assign(target, UNKNOWN)
            return
        middle = self.list_of(found[at : len(found) - behind])
        all_items = (*found[:at], middle, *found[len(found) - behind :])
        for target, item in zip(targets, all_items, strict=True):
            self.assign(target.value if isinstance(target, ast.Starred) else target, item)

    def _set_item(self, target: ast.Subscript, value: Value) -> None:
        whole, index = self.evaluate(target.value), self.evaluate(target.slice)
        thing = self.memory.object(whole)
        if isinstance(whole, Ref) and isinstance(index, Const):
            if isinstance(thing, DictObject) and thing.items is not None:
                items = {**dict(thing.items), index: value}
                self.memory.objects[whole.id] = DictObject(tuple(items.items()))
                return
            if isinstance(thing, ListObject) and thing.items is not None:
                at = index.value
                if isinstance(at, int) and -len(thing.items) <= at < len(thing.items):
                    changed = list(thing.items)
                    changed[at] = value
                    self.changed_list(whole, tuple(changed))
                    return
        self.memory.blur(whole)
        self.memory.blur(value)

    # Ways that part

    def _If(self, node: ast.If) -> bool:
        truth = self.truth(self.evaluate(node.test))
        if truth is not None:
            return self.run(node.body if truth else node.orelse)
        with self.guarding(asks_for_backend(node.test)):
            return self.part([lambda: self.run(node.body), lambda: self.run(node.orelse)])

    def part(self, ways: list[Callable[[], bool]]) -> bool:
        """One of several ways is taken; whether any of them reaches the end."""
        before = self.memory
        ends: list[Memory] = []
        lost: list[Memory] = []
        for way in ways:
            self.tick(len(before) // 128)
            self.memory = before.copy()
            reached = way()
            (ends if reached else lost).append(self.memory)
        after = joined_memories(ends)
        self.memory = after or before
        for memory in lost:
            # Models that were made on a way that ends are models, too.
            for id, thing in memory.objects.items():
                self.memory.objects.setdefault(id, thing)
        return after is not None

    def _Match(self, node: ast.Match) -> bool:
        self.evaluate(node.subject)
        for case in node.cases:
            for each in ast.walk(case.pattern):
                for name in (getattr(each, "name", None), getattr(each, "rest", None)):
                    if isinstance(name, str):
                        self.bind(name, UNKNOWN)
        ways = [lambda body=case.body: self.run(body) for case in node.cases]
        return self.part([*ways, lambda: True])

    def _Try(self, node: ast.Try) -> bool:
        imports = all(isinstance(each, (ast.Import, ast.ImportFrom)) for each in node.body)
        before = self.memory.copy()
        with self.guarding(catches(node)):
            reached = self.run(node.body)
        reached = reached and self.run(node.orelse)
        if not imports and node.handlers:
            after = self.memory
            between = joined_memories([before, after]) or before
            for handler in node.handlers:
                if handler.name:
                    between.names[self.frame, handler.name] = UNKNOWN

            def untouched() -> bool:
                self.memory = after
                return reached

            def handled(handler: ast.ExceptHandler) -> bool:
                self.memory = between.copy()
                return self.run(handler.body)

            ways = [lambda handler=each: handled(handler) for each in node.handlers]
            reached = self.part([untouched, *ways])
        return self.run(node.finalbody) and reached

    _TryStar = _Try

    def _With(self, node: ast.With) -> bool:
        for item in node.items:
            self.memory.blur(self.evaluate(item.context_expr))
            if item.optional_vars is not None:
                self.assign(item.optional_vars, UNKNOWN)
        with self.guarding(expects_failure(node)):
            return self.run(node.body)

    def _Return(self, node: ast.Return) -> bool:
        value: Value = Const(None, "NoneType None")
        if node.value is not None:
            value = self.evaluate(node.value)
        self.returns.append((value, self.memory.copy()))
        return False

    def _Raise(self, node: ast.Raise) -> bool:
        return False


def elements(value: Value) -> tuple[Value, ...]:
    return value.items if isinstance(value, Tup) else (value,)

"""Expressions: each kind of them to its value.

Never calls anything: that is told to the layers above.
"""

from __future__ import annotations

import ast

from keras_lsp.extraction import arrays, constants
from keras_lsp.extraction.constants import NotKnown, binary, checked
from keras_lsp.extraction.core import MOST_UNROLLED, Core, OperationNode
from keras_lsp.extraction.values import (
    NONE,
    NUMPY,
    Array,
    Const,
    DictObject,
    Function,
    KerasTensor,
    PartOf,
    Ref,
    Slice,
    Sym,
    Tup,
    Value,
    WordCount,
    const,
)
from keras_lsp.networks import UNKNOWN


class Expressions(Core):
    def call(self, node: ast.Call) -> Value:
        raise NotImplementedError

    def attribute(self, receiver: Value, name: str, node: ast.AST) -> Value:
        raise NotImplementedError

    def unpacked(self, value: Value, count: int) -> tuple[Value, ...] | None:
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Value) -> None:
        raise NotImplementedError

    def element(self, value: Value, index: int) -> Value | None:
        """One of several tensors that a node gives; None: it gives one."""
        raise NotImplementedError

    def evaluate(self, node: ast.expr) -> Value:
        # `tick` and `work_for`, written out: this is done for every node of a program.
        self.steps += 1
        if self.steps > self._pauses:
            self.tick(0)
        work = self._works.get(type(node)) or self.work_for(node)
        if work is None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.memory.blur(self.evaluate(child))
            return UNKNOWN
        value: Value = work(node)
        return value

    def _Constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, (bytes, complex)):
            return UNKNOWN
        return const(node.value)

    def _Name(self, node: ast.Name) -> Value:
        return self.lookup(node.id)

    def _Attribute(self, node: ast.Attribute) -> Value:
        return self.attribute(self.evaluate(node.value), node.attr, node)

    def _Call(self, node: ast.Call) -> Value:
        return self.call(node)

    def _NamedExpr(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.assign(node.target, value)
        return value

    def _Await(self, node: ast.Await) -> Value:
        self.memory.blur(self.evaluate(node.value))
        return UNKNOWN

    def _Tuple(self, node: ast.Tuple) -> Value:
        items = self.several(node.elts)
        return UNKNOWN if items is None else Tup(items)

    def _List(self, node: ast.List) -> Value:
        return self.list_of(self.several(node.elts))

    def several(self, nodes: list[ast.expr]) -> tuple[Value, ...] | None:
        """Elements, those behind stars too; None where their number is not known."""
        found: list[Value] = []
        is_known = True
        for node in nodes:
            if isinstance(node, ast.Starred):
                items = self.memory.items(self.evaluate(node.value))
                is_known = is_known and items is not None
                found += items or ()
            else:
                found.append(self.evaluate(node))
        if not is_known:
            self.memory.blur(Tup(tuple(found)))
        return tuple(found) if is_known else None

    def _Dict(self, node: ast.Dict) -> Value:
        found: dict[Const, Value] = {}
        is_known = True
        for key, each in zip(node.keys, node.values, strict=True):
            value = self.evaluate(each)
            if key is None:
                thing = self.memory.object(value)
                items = thing.items if isinstance(thing, DictObject) else None
                is_known = is_known and items is not None
                found.update(items or ())
                continue
            name = self.evaluate(key)
            if isinstance(name, Const):
                found[name] = value
            else:
                self.memory.blur(value)
                is_known = False
        return self.new(DictObject(tuple(found.items()) if is_known else None))

    def _JoinedStr(self, node: ast.JoinedStr) -> Value:
        texts: list[str] = []
        is_known = True
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self.evaluate(part.value)
                plain = part.conversion in (-1, 115) and part.format_spec is None
                if isinstance(value, Const) and plain:
                    texts.append(str(value.value))
                else:
                    is_known = False
            elif isinstance(part, ast.Constant):
                texts.append(str(part.value))
        return const("".join(texts)) if is_known else UNKNOWN

    def _Lambda(self, node: ast.Lambda) -> Value:
        arguments = node.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        values = [self.evaluate(default) for default in arguments.defaults]
        pairs = zip(names[len(names) - len(values) :], values, strict=True)
        return Function(node, self.statement, self.frame, tuple(pairs))

    def _IfExp(self, node: ast.IfExp) -> Value:
        truth = self.truth(self.evaluate(node.test))
        if truth is None:
            return self.either(lambda: self.evaluate(node.body), lambda: self.evaluate(node.orelse))
        return self.evaluate(node.body if truth else node.orelse)

    def _BoolOp(self, node: ast.BoolOp) -> Value:
        stops = isinstance(node.op, ast.Or)
        value: Value = NONE
        for index, each in enumerate(node.values):
            value = self.evaluate(each)
            truth = self.truth(value)
            if truth is None:
                for later in node.values[index + 1 :]:
                    self.either(lambda later=later: self.evaluate(later), lambda: UNKNOWN)  # type: ignore[misc]
                return UNKNOWN
            if truth is stops:
                return value
        return value

    def _UnaryOp(self, node: ast.UnaryOp) -> Value:
        value = self.evaluate(node.operand)
        if isinstance(node.op, ast.Not):
            truth = self.truth(value)
            return UNKNOWN if truth is None else const(not truth)
        if isinstance(value, Const):
            try:
                return const(checked(constants.UNARY[type(node.op)], value.value))
            except NotKnown:
                return UNKNOWN
        return self._operated(node.op, node, value)

    def _BinOp(self, node: ast.BinOp) -> Value:
        return self.operated(node.op, self.evaluate(node.left), self.evaluate(node.right), node)

    def operated(self, op: ast.operator, left: Value, right: Value, node: ast.AST) -> Value:
        if isinstance(left, Const) and isinstance(right, Const):
            if NUMPY in (left.written, right.written):
                return UNKNOWN
            try:
                return const(binary(op, left.value, right.value))
            except NotKnown:
                return UNKNOWN
        if isinstance(left, KerasTensor) or isinstance(right, KerasTensor):
            return self._operated(op, node, left, right)
        if isinstance(left, WordCount) or isinstance(right, WordCount):
            return arrays.counted(left, right) if isinstance(op, ast.Add) else UNKNOWN
        if isinstance(left, Array) or isinstance(right, Array):
            return UNKNOWN if isinstance(op, ast.MatMult) else arrays.combined(left, right)
        mine, theirs = self.memory.items(left), self.memory.items(right)
        if isinstance(op, ast.Add) and mine is not None and theirs is not None:
            if isinstance(left, Tup) is not isinstance(right, Tup):
                return UNKNOWN
            return self._sequence(left, mine + theirs)
        for items, times, like in ((mine, right, left), (theirs, left, right)):
            if isinstance(op, ast.Mult) and items is not None and isinstance(times, Const):
                count = times.value
                if isinstance(count, int) and count * len(items) <= MOST_UNROLLED:
                    return self._sequence(like, items * count)
        self.memory.blur(left)
        self.memory.blur(right)
        return UNKNOWN

    def _sequence(self, like: Value, items: tuple[Value, ...]) -> Value:
        return Tup(items) if isinstance(like, Tup) else self.list_of(items)

    def _operated(self, op: ast.AST, node: ast.AST, *operands: Value) -> Value:
        name = constants.OPERATIONS.get(type(op))
        if name is None or not any(isinstance(each, KerasTensor) for each in operands):
            return UNKNOWN
        args = tuple(self.argument(each) for each in operands)
        return self.node(OperationNode(f"keras.ops.{name}", args, (), self.place(node)))

    def _Compare(self, node: ast.Compare) -> Value:
        values = [self.evaluate(each) for each in (node.left, *node.comparators)]
        if len(values) > 2:
            return UNKNOWN
        op, (left, right) = node.ops[0], values
        if isinstance(op, (ast.Is, ast.IsNot)):
            same = self._is_none(left) if right == NONE else None
            return UNKNOWN if same is None else const(same is isinstance(op, ast.Is))
        if isinstance(op, (ast.In, ast.NotIn)):
            items = self.memory.items(right)
            if items is None or not all(isinstance(x, Const) for x in (left, *items)):
                return UNKNOWN
            found = any(self._equal(left, item) for item in items)
            return const(found is isinstance(op, ast.In))
        if isinstance(left, KerasTensor) or isinstance(right, KerasTensor):
            return self._operated(op, node, left, right)
        if isinstance(op, (ast.Eq, ast.NotEq)):
            same = self._same(left, right)
            return UNKNOWN if same is None else const(same is isinstance(op, ast.Eq))
        if isinstance(left, Const) and isinstance(right, Const):
            try:
                return const(checked(constants.COMPARE[type(op)], left.value, right.value))
            except NotKnown:
                return UNKNOWN
        return UNKNOWN

    def _same(self, left: Value, right: Value) -> bool | None:
        """Whether two constants, or sequences of them, are equal."""
        if isinstance(left, Const) and isinstance(right, Const):
            return bool(left.value == right.value)
        mine, theirs = self.memory.items(left), self.memory.items(right)
        if mine is None or theirs is None:
            is_one = isinstance(left, Const) or isinstance(right, Const)
            return False if is_one and (mine is not None or theirs is not None) else None
        if isinstance(left, Tup) is not isinstance(right, Tup) or len(mine) != len(theirs):
            return False
        every = [self._same(*each) for each in zip(mine, theirs, strict=True)]
        return None if None in every else all(every)

    def _equal(self, left: Value, right: Value) -> bool:
        return (
            isinstance(left, Const) and isinstance(right, Const) and bool(left.value == right.value)
        )

    def _is_none(self, value: Value) -> bool | None:
        if isinstance(value, Const):
            return value.value is None
        known = isinstance(value, (Array, Tup, Ref, Sym, KerasTensor, Function))
        return False if known else None

    def _Slice(self, node: ast.Slice) -> Value:
        lower, upper, step = (
            NONE if part is None else self.evaluate(part)
            for part in (node.lower, node.upper, node.step)
        )
        return Slice((lower, upper, step))

    def _Subscript(self, node: ast.Subscript) -> Value:
        whole, index = self.evaluate(node.value), self.evaluate(node.slice)
        if isinstance(whole, KerasTensor):
            position = index.value if isinstance(index, Const) else None
            if isinstance(position, int):
                found = self.element(whole, position)
                if found is not None:
                    return found
            elif self.element(whole, 0) is not None:
                return UNKNOWN
            args = (self.argument(whole), self.argument(index))
            return self.node(OperationNode("keras.ops.get_item", args, (), self.place(node)))
        if isinstance(whole, PartOf):
            return whole
        if isinstance(whole, Array):
            return arrays.element(whole, index)
        thing = self.memory.object(whole)
        if isinstance(thing, DictObject):
            items = dict(thing.items or ())
            return items.get(index, UNKNOWN) if isinstance(index, Const) else UNKNOWN
        items_ = self.memory.items(whole)
        if items_ is None:
            return UNKNOWN
        if isinstance(index, Const) and isinstance(index.value, int):
            at = index.value
            return items_[at] if -len(items_) <= at < len(items_) else UNKNOWN
        if isinstance(index, Slice) and all(isinstance(part, Const) for part in index.parts):
            bounds = [part.value for part in index.parts if isinstance(part, Const)]
            try:
                return self._sequence(whole, items_[slice(*bounds)])
            except (TypeError, ValueError):
                return UNKNOWN
        return UNKNOWN

"""Expressions: what each kind of expression evaluates to.

Never follows a call; that is the next layer's work.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from keras_lsp.semantics import histories
from keras_lsp.semantics.events import Loop, SubscriptUse
from keras_lsp.semantics.gradients import added
from keras_lsp.semantics.guards import asks_for_version
from keras_lsp.semantics.lambdas import tell_api
from keras_lsp.semantics.phases import Family
from keras_lsp.semantics.reading import Reading
from keras_lsp.semantics.symbolic import is_symbolic
from keras_lsp.semantics.values import (
    UNKNOWN,
    Atom,
    BoundMethod,
    Constant,
    Function,
    Mapping,
    Nothing,
    ObjectId,
    Ref,
    Sequence,
    Tensor,
    Value,
    constant,
    join,
    join_all,
    one,
)
from keras_lsp.syntax.walk import names_in, walk


class Expressions(Reading):
    """Evaluates expressions; reads of names and attributes are told as events."""

    def evaluate(self, node: ast.expr) -> Value:
        how = _KINDS.get(type(node))
        return how(self, node) if how else self._parts(node)

    def call(self, node: ast.Call) -> Value:
        raise NotImplementedError

    def bind_target(self, target: ast.expr, value: Value, source: ast.expr | None) -> None:
        raise NotImplementedError

    # Names

    # Attributes

    # Displays and subscripts

    def _display(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        items = tuple(self.evaluate(e) for e in node.elts)
        known = not any(isinstance(e, ast.Starred) for e in node.elts)
        kind = "tuple" if isinstance(node, ast.Tuple) else "list"
        return one(Sequence(kind, items if known and len(items) <= 64 else None))

    def _dict(self, node: ast.Dict) -> Value:
        items: list[tuple[object, Value]] = []
        known = True
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.evaluate(value_node)
            key = constant(self.evaluate(key_node)) if key_node else None
            known = known and key is not None
            items.append((key, value))
        if not known:
            self.give_away(*(v for _, v in items))
        return one(Mapping(tuple(items) if known else None))

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.evaluate(node.value)
        key = self.evaluate(node.slice)
        if not self.quiet:
            self._tell_subscript(node, value, key)
        return join_all(_item(atom, constant(key)) for atom in value)

    def _tell_subscript(self, node: ast.Subscript, value: Value, key: Value) -> None:
        for atom in value:
            ref = atom.receiver if isinstance(atom, BoundMethod) else atom
            thing = self.object(ref) if isinstance(ref, Ref) else None
            if not isinstance(ref, Ref) or thing is None or len(value) != 1:
                continue
            if thing.family is not Family.HISTORY:
                continue
            self.emit(
                SubscriptUse(
                    place=self.place(node),
                    key_place=self.place(node.slice),
                    context=self.context(),
                    receiver=self.text(node.value),
                    value=value,
                    attribute="history" if isinstance(atom, BoundMethod) else "",
                    key=constant(key),
                    history=histories.seen(ref, thing),
                )
            )

    # Operators

    def _bool_op(self, node: ast.BoolOp) -> Value:
        first, *rest = node.values
        result = self.evaluate(first)
        guarded = asks_for_version(first, self.version_names())
        with self.under(names_in(first)), self.guarding(guarded):
            for value in rest:
                result = join(result, self.evaluate(value))
        return result

    def _if_exp(self, node: ast.IfExp) -> Value:
        self.evaluate(node.test)
        guarded = asks_for_version(node.test, self.version_names())
        with self.under(names_in(node.test)), self.guarding(guarded):
            return join(self.evaluate(node.body), self.evaluate(node.orelse))

    def _compute(self, node: ast.expr) -> Value:
        """Arithmetic: a tensor if a tensor goes in, else nothing that we follow."""
        sources: frozenset[ObjectId] = frozenset()
        tensor = symbolic = False
        given: list[Value] = []
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                value = self.evaluate(child)
                given.append(value)
                symbolic = symbolic or is_symbolic(value)
                for atom in value:
                    if isinstance(atom, Tensor):
                        tensor, sources = True, sources | atom.sources
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = constant(self.evaluate(node.operand))
            if type(inner) in (int, float):
                return one(Constant.of(-inner))  # type: ignore[operator]
        if len(given) == 2 and not tensor:
            return added(*given)
        return one(Tensor(sources, symbolic)) if tensor else UNKNOWN

    def _compare(self, node: ast.Compare) -> Value:
        self.evaluate(node.left)
        for operator, expr in zip(node.ops, node.comparators, strict=True):
            value = self.evaluate(expr)
            if isinstance(operator, (ast.In, ast.NotIn)) and self.state is not None:
                histories.forget_keys(self.state, value)
        return UNKNOWN

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.bind_target(node.target, value, node.value)
        return value

    def _lambda(self, node: ast.Lambda) -> Value:
        for default in (*node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            self.evaluate(default)
        tell_api(self, node)
        return one(Function(self.function(node), self.activation.key))

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> Value:
        before = {n: self.lookup_quietly(n) for n in _targets(node.generators)}
        loops, self.loops = self.loops, (*self.loops, self._comprehension_loop(node))
        self.conditional += 1
        try:
            for generator in node.generators:
                iterated = self.evaluate(generator.iter)
                self.bind_comprehended(generator.target, iterated)
                for test in generator.ifs:
                    self.evaluate(test)
            parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
            made = join_all(self.evaluate(part) for part in parts)
        finally:
            self.loops = loops
            self.conditional -= 1
        for name, value in before.items():
            self.restore(name, value)
        self.give_away(made)
        return one(Mapping(None) if isinstance(node, ast.DictComp) else Sequence("list", None))

    def _comprehension_loop(self, node: ast.expr) -> Loop:
        names = frozenset(n.id for n in walk(node) if isinstance(n, ast.Name))
        return Loop(
            place=self.place(node),
            kind="comprehension",
            targets=tuple(_targets(getattr(node, "generators", []))),
            iterable="",
            over="",
            count=None,
            varying=names,
            bound=frozenset(),
            breaks=False,
            loads_outside=False,
            clears_session=False,
            iterator=UNKNOWN,
        )

    def bind_comprehended(self, target: ast.expr, iterated: Value) -> None:
        raise NotImplementedError

    def lookup_quietly(self, name: str) -> Value | None:
        return self.state.get(self.activation.key, name) if self.state else None

    def restore(self, name: str, value: Value | None) -> None:
        """Comprehension targets live in a scope of their own: put back what was there."""
        state = self.state
        if state is None:
            return
        if value is not None:
            state.bind(self.activation.key, name, value)
        elif state.get(self.activation.key, name) is not None:
            state.unbind(self.activation.key, name)

    def _yield(self, node: ast.Yield | ast.YieldFrom | ast.Await) -> Value:
        if node.value is not None:
            value = self.evaluate(node.value)
            self.give_away(value)
        return UNKNOWN

    def _starred(self, node: ast.Starred) -> Value:
        self.give_away(self.evaluate(node.value))
        return UNKNOWN

    def _constant(self, node: ast.Constant) -> Value:
        if node.value is None:
            return one(Nothing())
        return one(Constant.of(node.value))

    def _parts(self, node: ast.expr) -> Value:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child)
        return UNKNOWN


_KINDS: dict[type[ast.expr], Callable[[Expressions, ast.expr], Value]] = {
    ast.Name: Expressions.name,  # type: ignore[dict-item]
    ast.Attribute: Expressions.attribute,  # type: ignore[dict-item]
    ast.Constant: Expressions._constant,  # type: ignore[dict-item]
    ast.Call: lambda self, node: self.call(node),  # type: ignore[arg-type]
    ast.List: Expressions._display,  # type: ignore[dict-item]
    ast.Tuple: Expressions._display,  # type: ignore[dict-item]
    ast.Set: Expressions._display,  # type: ignore[dict-item]
    ast.Dict: Expressions._dict,  # type: ignore[dict-item]
    ast.Subscript: Expressions._subscript,  # type: ignore[dict-item]
    ast.BoolOp: Expressions._bool_op,  # type: ignore[dict-item]
    ast.IfExp: Expressions._if_exp,  # type: ignore[dict-item]
    ast.BinOp: Expressions._compute,
    ast.UnaryOp: Expressions._compute,
    ast.Compare: Expressions._compare,  # type: ignore[dict-item]
    ast.NamedExpr: Expressions._named,  # type: ignore[dict-item]
    ast.Lambda: Expressions._lambda,  # type: ignore[dict-item]
    ast.ListComp: Expressions._comprehension,  # type: ignore[dict-item]
    ast.SetComp: Expressions._comprehension,  # type: ignore[dict-item]
    ast.GeneratorExp: Expressions._comprehension,  # type: ignore[dict-item]
    ast.DictComp: Expressions._comprehension,  # type: ignore[dict-item]
    ast.Yield: Expressions._yield,  # type: ignore[dict-item]
    ast.YieldFrom: Expressions._yield,  # type: ignore[dict-item]
    ast.Await: Expressions._yield,  # type: ignore[dict-item]
    ast.Starred: Expressions._starred,  # type: ignore[dict-item]
}


def _item(atom: Atom, key: object) -> Value:
    """What subscripting gives."""
    match atom:
        case Sequence(items=items) if items is not None:
            if len(items) == 1 and atom.kind == "layers":
                return items[0] if type(key) is int else one(atom)
            if type(key) is int and -len(items) <= key < len(items):
                return items[key]
            return join(join_all(items), UNKNOWN)
        case Mapping(items=items) if items is not None:
            for known, value in items:
                if known == key and type(known) is type(key):
                    return value
            return join(join_all(v for _, v in items), UNKNOWN)
        case Tensor():
            return one(atom)
    return UNKNOWN


def _targets(generators: list[ast.comprehension]) -> list[str]:
    return [n.id for g in generators for n in walk(g.target) if isinstance(n, ast.Name)]

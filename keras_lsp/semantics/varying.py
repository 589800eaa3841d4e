"""Varying: which names may differ from one iteration of a loop to the next.

Never evaluates anything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from keras_lsp.semantics.definitions import bound_by
from keras_lsp.semantics.purity import is_pure
from keras_lsp.syntax.walk import children, names_in, walk

LoopNode = ast.For | ast.AsyncFor | ast.While


def target_names(target: ast.expr) -> list[str]:
    return [n.id for n in walk(target) if isinstance(n, ast.Name)]


def varying_names(node: LoopNode, neutral: frozenset[ast.AST]) -> frozenset[str]:
    """Names whose value may differ between iterations: a fixed point over the body.

    Calls in ``neutral`` count as giving the same each time.
    """
    varying: set[str] = set() if isinstance(node, ast.While) else set(target_names(node.target))
    varying.update(_carried(node))
    before = -1
    while len(varying) != before:
        before = len(varying)
        for part in own_nodes(node.body):
            varying.update(_made_varying(part, varying, neutral))
    return frozenset(varying)


def _carried(node: LoopNode) -> Iterator[str]:
    """Names that get a value made of the one they had: ``rate = rate / 2``.

    Where the iteration itself began them anew, as ``x = Dense(8)(inputs)`` does before
    ``x = Dense(4)(x)``, nothing of the iteration before is left.
    """
    begun: set[str] = set()
    for statement in node.body:
        yield from set(_made_of_themselves(statement)) - begun
        if isinstance(statement, ast.Assign) and statement.value is not None:
            read = names_in(statement.value)
            begun.update(
                t.id for t in statement.targets if isinstance(t, ast.Name) and t.id not in read
            )


def _made_of_themselves(statement: ast.stmt) -> Iterator[str]:
    for part in own_nodes([statement]):
        if isinstance(part, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and part.value is not None:
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            for target in targets:
                if isinstance(target, (ast.Name, ast.Tuple, ast.List)):
                    yield from set(_root_names(target)) & names_in(part.value)
                elif ast.unparse(target) in ast.unparse(part.value):
                    yield from _root_names(target)


def _made_varying(part: ast.AST, varying: set[str], neutral: frozenset[ast.AST]) -> Iterator[str]:
    def varies(value: ast.expr) -> bool:
        if value in neutral:
            arguments = [*value.args, *(k.value for k in value.keywords)]  # type: ignore[attr-defined]
            return any(varies(a) for a in arguments)
        return bool(names_in(value) & varying) or not is_pure(value)

    if isinstance(part, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        targets = part.targets if isinstance(part, ast.Assign) else [part.target]
        if part.value is not None and varies(part.value):
            for target in targets:
                yield from _root_names(target)
        else:
            for target in targets:
                if isinstance(target, ast.Subscript) and names_in(target.slice) & varying:
                    yield from _root_names(target)
    elif isinstance(part, ast.AugAssign):
        yield from _root_names(part.target)
    elif isinstance(part, ast.AsyncFor):
        yield from target_names(part.target)
    elif isinstance(part, ast.For):
        # A loop in the loop runs over the same again, unless it ends before its time.
        if varies(part.iter) or _stops_early(part):
            yield from target_names(part.target)
    elif isinstance(part, (ast.With, ast.AsyncWith)):
        for item in part.items:
            if item.optional_vars is not None:
                yield from target_names(item.optional_vars)
    elif (
        isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and part.func.attr in ("append", "extend", "pop", "update", "insert", "remove", "shuffle")
    ):
        yield from _root_names(part.func.value)


def counts(loop: ast.While) -> bool:
    """Whether a ``while`` only counts: ``while n < 10`` with no other change than ``n += 1``."""
    test = loop.test
    if not isinstance(test, ast.Compare) or any(isinstance(n, ast.Call) for n in walk(test)):
        return False
    asked, counters = names_in(test), set[ast.AST]()
    for part in own_nodes(loop.body):
        if isinstance(part, ast.AugAssign) and isinstance(part.value, ast.Constant):
            counters.add(part.target)
        elif part not in counters and set(bound_by(part)) & asked:
            return False
    return any(isinstance(n, ast.Name) and n.id in asked for n in counters)


def _stops_early(loop: ast.For) -> bool:
    return any(isinstance(n, (ast.Break, ast.Return)) for n in own_nodes(loop.body))


def _root_names(target: ast.expr) -> Iterator[str]:
    """The names that assigning to this target changes."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _root_names(element)
        return
    while isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
        target = target.value
    if isinstance(target, ast.Name):
        yield target.id


def own_nodes(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes of a body, those of nested functions and classes left out."""
    pending: list[ast.AST] = list(reversed(body))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            pending.extend(reversed(children(node)))

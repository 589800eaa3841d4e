"""Repeating: whether the program's own functions build the same each time they are called.

Never runs them; it reads their bodies for what may give something else the next time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from keras_lsp.semantics.definitions import FunctionDefinition
from keras_lsp.semantics.purity import is_pure
from keras_lsp.semantics.values import Function, Symbol
from keras_lsp.semantics.varying import LoopNode, own_nodes
from keras_lsp.syntax.walk import walk

if TYPE_CHECKING:
    from keras_lsp.semantics.machine import Machine

_BUILDING = frozenset({"add", "compile", "build", "summary", "append", "extend", "get_layer"})
"""Methods by which a builder grows and prepares what it makes."""


def repeats(
    machine: Machine, made: FunctionDefinition, seen: frozenset[FunctionDefinition] = frozenset()
) -> bool:
    """Whether a function of the program, given the same, builds the same each time.

    One that draws random numbers, reads time or asks somebody unknown may not.
    """
    if made in seen:
        return True
    seen |= {made}
    return all(
        _call_repeats(machine, node, made, seen)
        for part in body_of(made.node)
        for node in walk(part)
        if isinstance(node, ast.Call)
    )


def _call_repeats(
    machine: Machine,
    node: ast.Call,
    inside: FunctionDefinition,
    seen: frozenset[FunctionDefinition],
) -> bool:
    func = node.func
    if isinstance(func, ast.Attribute) and func.attr in _BUILDING:
        return True
    if isinstance(func, ast.Name):
        if func.id in inside.scope.locals:
            # A layer that the function made, or was given, is called.
            return True
        known = machine.lookup(func.id)
        if known and all(isinstance(a, (Function, Symbol)) for a in known):
            return all(
                repeats(machine, a.definition, seen) for a in known if isinstance(a, Function)
            )
    return not is_impure(ast.unparse(func) + "()")


def repeating_calls(machine: Machine, node: LoopNode) -> Iterator[ast.AST]:
    """Calls of the program's own functions that give the same for the same."""
    for part in own_nodes(node.body):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            known = machine.lookup(part.func.id)
            if known and all(
                isinstance(a, Function) and repeats(machine, a.definition) for a in known
            ):
                yield part


def is_impure(text: str) -> bool:
    return any(
        word in text
        for word in (
            "next(",
            "random",
            "randint",
            "choice(",
            "sample(",
            ".pop(",
            "suggest_",
            "time(",
        )
    ) or (bool(text) and not _pure_text(text))


def _pure_text(text: str) -> bool:
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return is_pure(tree.body)


def body_of(node: ast.AST) -> list[ast.AST]:
    return [node.body] if isinstance(node, ast.Lambda) else list(getattr(node, "body", []))

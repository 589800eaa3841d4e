"""Loop facts: what the text of a loop tells by itself, kept with its statement.

Never evaluates anything, never learns of other statements.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence as Many
from dataclasses import dataclass

from keras_lsp.semantics.definitions import bound_by
from keras_lsp.semantics.varying import LoopNode, own_nodes, varying_names
from keras_lsp.syntax import Statement
from keras_lsp.syntax.walk import walk


@dataclass(frozen=True, slots=True)
class LoopFacts:
    """What one loop's body does, read once."""

    varying: frozenset[str]
    bound: frozenset[str]
    called: frozenset[str]
    """Plain names that it calls."""
    clears: bool
    """It calls ``clear_session``."""
    breaks: bool
    """It may end before its time."""
    loads: int
    """How often it mentions the loading of a model or of weights."""


def loop_facts(statement: Statement, node: LoopNode) -> LoopFacts:
    key = ("loop", node)
    known = statement.memo.get(key)
    if not isinstance(known, LoopFacts):
        nodes = list(own_nodes(node.body))
        called = (n.func for n in nodes if isinstance(n, ast.Call))
        known = statement.memo[key] = LoopFacts(
            varying=varying_names(node, frozenset()),
            bound=frozenset(name for n in nodes for name in bound_by(n)),
            called=frozenset(f.id for f in called if isinstance(f, ast.Name)),
            clears=mentions(node, "clear_session") > 0,
            breaks=any(isinstance(n, (ast.Break, ast.Return)) for n in nodes),
            loads=loads_in(statement, node),
        )
    return known


def mentions(node: ast.AST, *names: str) -> int:
    """How often a name or an attribute of these names is read."""
    return sum(
        (isinstance(n, ast.Attribute) and n.attr in names)
        or (isinstance(n, ast.Name) and n.id in names)
        for n in walk(node)
    )


def loads_in(statement: Statement, node: ast.AST) -> int:
    """How often a part of a statement mentions the loading of a model or of weights."""
    key = ("loads", node)
    known = statement.memo.get(key)
    if not isinstance(known, int):
        told = "load_" in statement.text
        known = statement.memo[key] = mentions(node, "load_model", "load_weights") if told else 0
    return known


def all_loads(statements: Many[Statement], _: Statement) -> int:
    """The same of a whole file."""
    return sum(loads_in(statement, part) for statement in statements for part in statement.body)

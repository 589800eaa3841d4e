"""Facts of top-level statements, found once and kept with them.

Never learns of values.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence as Many

from keras_lsp.semantics.definitions import (
    Scope,
    module_bindings,
)
from keras_lsp.syntax import Statement
from keras_lsp.syntax.walk import NO_NAMES, walk


def names_read(statement: Statement) -> frozenset[str]:
    known = statement.memo.get("names read")
    if not isinstance(known, frozenset):
        known = statement.memo["names read"] = frozenset(
            n.id
            for part in statement.body
            for n in walk(part)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
        )
    return known


def scope_of(statement: Statement) -> Scope:
    known = statement.memo.get("scope")
    if not isinstance(known, Scope):
        known = statement.memo["scope"] = module_bindings(statement.body)
    return known


def names_below(statements: Many[Statement], current: Statement) -> frozenset[str]:
    """The names that are read in the statements below one."""
    at = next((i for i, s in enumerate(statements) if s is current), len(statements))
    return frozenset[str]().union(*map(names_read, statements[at + 1 :]))


def names_after(statement: Statement, line: int) -> frozenset[str]:
    """The names that are read in one statement below a line of it."""
    return frozenset(
        n.id
        for part in statement.body
        for n in walk(part)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.lineno > line
    )


def globals_of(statement: Statement) -> frozenset[str]:
    """Names that functions inside declare ``global``: the module has them too."""
    known = statement.memo.get("globals")
    if not isinstance(known, frozenset):
        body = statement.body if "global" in statement.text else ()
        nodes = (n for part in body for n in walk(part))
        found = frozenset(name for n in nodes if isinstance(n, ast.Global) for name in n.names)
        known = statement.memo["globals"] = found
    return known


def attributes_read(statements: Many[Statement]) -> dict[str, frozenset[str]]:
    """By name, the attributes that the module's own statements read from it."""
    found: dict[str, frozenset[str]] = {}
    for statement in statements:
        for name, attribute, _ in scope_of(statement).attributes:
            found[name] = found.get(name, NO_NAMES) | {attribute}
    return found


def bound_names(statements: Many[Statement]) -> frozenset[str]:
    """Every name that the module or a ``global`` of one of its functions binds."""
    return frozenset().union(*(scope_of(s).locals | globals_of(s) for s in statements))


def binding_counts(statements: Many[Statement]) -> dict[str, int]:
    """In how many top-level statements a name is bound."""
    counts: dict[str, int] = {}
    for statement in statements:
        for name in scope_of(statement).locals:
            counts[name] = counts.get(name, 0) + 1
    return counts

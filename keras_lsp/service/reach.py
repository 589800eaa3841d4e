"""Reach: whether a change in one file can matter to those who import certain names from it.

Says yes when in doubt.  Never runs anything: it goes by the names that are mentioned.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Set

from keras_lsp.semantics.module_facts import globals_of, names_read, scope_of
from keras_lsp.syntax import Source, Statement


def matters(old: Source, new: Source, wanted: Iterable[str]) -> bool:
    """Whether what lies between two texts of a file can change what these names of it mean.

    It cannot if only bodies of plain functions have changed that nothing mentions which is
    wanted or runs at import, and that touch none of the module's variables.
    """
    before, after = set(old.statements), set(new.statements)
    gone, come = before - after, after - before
    changed = {_function(s) for s in gone}
    if None in changed or changed != {_function(s) for s in come}:
        return True
    variables: frozenset[str] = frozenset().union(
        *(scope_of(s).locals for s in after if _function(s) is None)
    )
    if any(globals_of(s) or names_read(s) & variables for s in gone | come):
        return True
    roots = {name.partition(".")[0] for name in wanted}
    return not changed.isdisjoint(_reached(new.statements, roots))


def _function(statement: Statement) -> str | None:
    """The name of the one plain function that a statement defines."""
    body = statement.body
    if len(body) != 1 or not isinstance(body[0], ast.FunctionDef) or body[0].decorator_list:
        return None
    return body[0].name


def _reached(statements: Iterable[Statement], roots: Set[str]) -> set[str]:
    """All names that are mentioned by what runs at import or by the roots, to any depth."""
    functions: dict[str, set[str]] = {}
    pending = set(roots)
    for statement in statements:
        name = _function(statement)
        if name is None:
            pending |= names_read(statement)
        else:
            functions.setdefault(name, set()).update(names_read(statement))
    reached: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending |= functions.get(name, set()) - reached
    return reached

"""Imports: the value that an import statement binds, in any style.

Never opens a file: names of other modules stay names until somebody asks for more.
"""

from __future__ import annotations

import ast
from functools import cache

from keras_lsp.catalog.names import canonical, is_private
from keras_lsp.semantics.values import External, Symbol, Value, one
from keras_lsp.syntax import Place


def imported_value(
    node: ast.Import | ast.ImportFrom, alias: ast.alias, place: Place
) -> tuple[str, Value]:
    """The name that one alias binds, and its value."""
    if isinstance(node, ast.Import):
        if alias.asname is None:
            root = alias.name.partition(".")[0]
            return root, named(root, place)
        return alias.asname, named(alias.name, place)
    return alias.asname or alias.name, named(imported_path(node, alias), place)


def imported_path(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """The dotted path of what one alias names."""
    if isinstance(node, ast.Import):
        return alias.name
    module = "." * node.level + (node.module or "")
    return f"{module}{alias.name}" if module.endswith(".") else f"{module}.{alias.name}"


def named(dotted: str, place: Place | None = None) -> Value:
    return _symbol(dotted) or one(External(dotted, place))


@cache
def _symbol(dotted: str) -> Value | None:
    found = canonical(dotted)
    if found is None or (found.kind == "module" and is_private(dotted)):
        return None
    return one(Symbol(found.name, found.api))

"""Copying: writes a call of a constructor once more, below another statement, for a new name.

Never learns what is constructed.
"""

from __future__ import annotations

import ast

from keras_lsp.editing.scopes import all_names, local_names, scope_of
from keras_lsp.editing.statements import (
    Located,
    insert_after,
    locate,
    names_bound,
    names_read,
    text_of,
    whole_lines,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span


def copy_below(
    source: Source, made: Span, below: Span, bound: str, used: Span, name: str
) -> Edit | None:
    """Bind ``name`` to one more of what is made at ``made``, for a use of it at ``used``.

    It goes below both the statement that makes the first and the one at ``below``, which binds
    ``bound``. ``None`` when the name is taken, when the use does not see the same ``bound``, or
    when the constructor reads what may be another there.
    """
    first, other, use = locate(source, made), locate(source, below), locate(source, used)
    if first is None or other is None or use is None or name in all_names(source.tree):
        return None
    if not _sees(use, other, bound):
        return None
    if first.node.lineno > other.node.lineno:
        if first.block is not other.block:
            return None
        other = first
    text = text_of(source, made)
    if "\n" in text or not text.endswith(")") or whole_lines(source, other.node) is None:
        return None
    read = names_read(ast.parse(text, mode="eval"))
    if any(
        names_bound(node) & read
        for node in ast.walk(source.tree)
        if isinstance(node, (ast.Name, ast.ExceptHandler, ast.FunctionDef, ast.ClassDef))
    ):
        return None
    return insert_after(source, other.node, f"{name} = {text}")


def _sees(use: Located, binding: Located, name: str) -> bool:
    """Whether a name at one place is what a plain assignment at the other binds it to."""
    match binding.node:
        case ast.Assign(targets=[ast.Name(id=bound)]) if bound == name:
            inside, outside = scope_of(use), scope_of(binding)
        case _:
            return False
    if inside is outside:
        return True
    plain = isinstance(inside, (ast.FunctionDef, ast.AsyncFunctionDef))
    return outside is use.parents[0] and plain and name not in local_names(inside)  # type: ignore[arg-type]

"""Renaming: from one binding on a name is called another.

Never learns of Keras; any name will do.
"""

from __future__ import annotations

import ast

from keras_lsp.editing.scopes import SCOPES, free_name, scope_of
from keras_lsp.editing.statements import first_line, locate, node_span, text_of
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span


def rename_from(source: Source, binding: Span) -> tuple[Edit, ...] | None:
    """The name bound at ``binding``, and all its later uses in the scope, get a free name.

    ``None`` where the binding is no statement of the scope's own block, where something nested
    in the scope mentions the name, or where it is declared ``global``.
    """
    found = locate(source, binding)
    if found is None or not isinstance(found.node, (ast.Assign, ast.AnnAssign)):
        return None
    scope = scope_of(found)
    if found.block is not getattr(scope, "body", None):
        return None
    name = text_of(source, binding)
    new = free_name(scope, [f"second_{name}", f"{name}_2", f"new_{name}"])
    if new is None or not name.isidentifier() or _is_shared(scope, name):
        return None
    uses = [
        node
        for part in found.block[found.index :]
        for node in ast.walk(part)
        if isinstance(node, ast.Name) and node.id == name and node.lineno >= first_line(found.node)
    ]
    spans = [node_span(source, use) for use in uses]
    # Inside an f-string older Pythons tell wrong places.
    if binding not in spans or any(text_of(source, span) != name for span in spans):
        return None
    return tuple(Edit(span, new) for span in spans)


def _is_shared(scope: ast.AST, name: str) -> bool:
    """Something nested in the scope, or the module around it, sees the name, too."""
    for node in ast.walk(scope):
        if isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
            return True
        if node is not scope and isinstance(node, SCOPES):
            if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node)):
                return True
    return False

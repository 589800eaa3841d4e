"""Lambdas: what their bodies read of Keras's API, told where they are made.

Never learns when, or with what, one is called.
"""

from __future__ import annotations

import ast

from keras_lsp.semantics.api_reads import ApiRead
from keras_lsp.semantics.reading import Reading
from keras_lsp.syntax.walk import walk


def tell_api(machine: Reading, node: ast.Lambda) -> None:
    """Emit the reads of names of Keras in the body of a lambda, and nothing else of it."""
    if machine.quiet:
        return
    parts = list(walk(node.body))
    own = {part.arg for part in walk(node) if isinstance(part, ast.arg)}
    own |= {part.id for part in parts if isinstance(part, ast.Name) and _is_bound(part)}
    callees = {id(part.func) for part in parts if isinstance(part, ast.Call)}
    inner = {id(part.value) for part in parts if isinstance(part, ast.Attribute)}
    before = len(machine.events)
    for part in parts:
        if isinstance(part, ast.Attribute) and id(part) not in inner:
            root = _root(part)
            if root is not None and root not in own:
                machine.attribute(part, called=id(part) in callees)
    told = machine.events[before:]
    machine.events[before:] = [event for event in told if isinstance(event, ApiRead)]


def _is_bound(name: ast.Name) -> bool:
    """A comprehension or ``:=`` in the body binds it."""
    return isinstance(name.ctx, ast.Store)


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None

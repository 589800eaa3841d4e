"""Attributes of ``self``: keep a local model on the instance, set it up, guard it.

Never learns of Keras; any local name and any attribute will do.
"""

from __future__ import annotations

import ast

from keras_lsp.editing.statements import (
    indentation,
    indented,
    insert_after,
    insert_before,
    locate,
    newline,
    node_span,
    unit,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Method = ast.FunctionDef | ast.AsyncFunctionDef


def assign_to_self(source: Source, binding: Span, attribute: str) -> tuple[Edit, ...] | None:
    """Bind the local at ``binding`` to ``self.attribute`` instead, and all its later uses.

    ``__init__`` gets ``self.attribute = None`` where the class never binds it there.
    Refused where the name is a parameter, is global, or is used by a nested function.
    """
    found = locate(source, binding)
    if found is None:
        return None
    method = next((p for p in reversed(found.parents) if isinstance(p, FUNCTIONS)), None)
    owner = next((p for p in reversed(found.parents) if isinstance(p, ast.ClassDef)), None)
    if method is None or owner is None or method not in owner.body:
        return None
    name = _name_at(source, method, binding)
    me = _self(method)
    if name is None or me is None or _is_hidden(method, name):
        return None
    first = binding.start.line + 1
    uses = [
        n
        for n in ast.walk(method)
        if isinstance(n, ast.Name) and n.id == name and n.lineno >= first
    ]
    edits = [Edit(node_span(source, use), f"{me}.{attribute}") for use in uses]
    return (*initialise(source, owner, attribute), *edits)


def _name_at(source: Source, method: Method, binding: Span) -> str | None:
    for node in ast.walk(method):
        if isinstance(node, ast.Name) and node_span(source, node).start == binding.start:
            return node.id
    return None


def _self(method: Method) -> str | None:
    parameters = [*method.args.posonlyargs, *method.args.args]
    plain = not any(
        isinstance(d, ast.Name) and d.id in ("staticmethod", "classmethod")
        for d in method.decorator_list
    )
    return parameters[0].arg if parameters and plain else None


def _is_hidden(method: Method, name: str) -> bool:
    """The name is a parameter, declared global, or belongs to a nested scope too."""
    a = method.args
    if name in {p.arg for p in (*a.posonlyargs, *a.args, *a.kwonlyargs)}:
        return True
    for node in ast.walk(method):
        if isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
            return True
        if node is not method and isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            if any(
                isinstance(n, (ast.Name, ast.arg))
                and name in (getattr(n, "id", ""), getattr(n, "arg", ""))
                for n in ast.walk(node)
            ):
                return True
    return False


def initialise(source: Source, owner: ast.ClassDef, attribute: str) -> tuple[Edit, ...]:
    """``self.attribute = None`` in ``__init__``, which is made if it is missing."""
    init = next((m for m in owner.body if isinstance(m, FUNCTIONS) and m.name == "__init__"), None)
    if init is None:
        return (_new_init(source, owner, attribute),)
    me = _self(init) or "self"
    for node in ast.walk(init):
        if isinstance(node, ast.Attribute) and node.attr == attribute:
            if not isinstance(node.ctx, ast.Load):
                return ()
    for node in owner.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == attribute for t in targets):
                return ()
    last = init.body[-1]
    text = f"{me}.{attribute} = None"
    if isinstance(last, ast.Pass) and len(init.body) == 1:
        return (Edit(node_span(source, last), text),)
    if init.body[0].lineno == init.lineno:
        return ()
    return (insert_after(source, last, text),)


def _new_init(source: Source, owner: ast.ClassDef, attribute: str) -> Edit:
    """Behind the docstring and the class's own attributes, in front of the first method."""
    end, step = newline(source), unit(source)
    based = any(not (isinstance(b, ast.Name) and b.id == "object") for b in owner.bases)
    parent = "super().__init__(*args, **kwargs)"
    header = "def __init__(self, *args, **kwargs):" if based else "def __init__(self):"
    lines = [header, *([step + parent] if based else []), f"{step}self.{attribute} = None", ""]
    first = next((n for n in owner.body if isinstance(n, (*FUNCTIONS, ast.ClassDef))), None)
    if first is not None:
        return insert_before(source, first, "\n".join(lines))
    space = indentation(source, owner.body[-1])
    at = Position(owner.body[-1].end_lineno or owner.body[-1].lineno, 0)
    return Edit.insert(at, end + indented("\n".join(lines[:-1]), space, end))


def guard(source: Source, method: Method, attribute: str) -> tuple[Edit, ...] | None:
    """A clear error at the head of a method where the attribute is not set yet."""
    me = _self(method)
    body = list(method.body)
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if me is None or not body or body[0].lineno == method.lineno:
        return None
    text = (
        f"if {me}.{attribute} is None:\n"
        f'{unit(source)}raise ValueError("`{attribute}` is not built yet")'
    )
    return (insert_before(source, body[0], text),)


def method_at(source: Source, span: Span) -> Method | None:
    """The innermost method around a span."""
    found = locate(source, span)
    if found is None:
        return None
    around = (*found.parents, found.node)
    return next((p for p in reversed(around) if isinstance(p, FUNCTIONS)), None)

"""Attributes of ``self``: keep a local model on the instance, set it up, guard it.

Never learns of Keras; any local name and any attribute will do.
"""

from __future__ import annotations

import ast
import itertools

from keras_lsp.editing.statements import (
    first_line,
    insert_above,
    insert_after,
    locate,
    node_span,
    text_of,
    unit,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Method = ast.FunctionDef | ast.AsyncFunctionDef


def assign_to_self(source: Source, binding: Span, attribute: str) -> tuple[Edit, ...] | None:
    """Bind the local at ``binding`` to ``self.attribute`` instead, and all its uses.

    ``__init__`` gets ``self.attribute = None`` where the class never binds it there.
    Refused where the name is a parameter, is global, is bound by something that cannot bind
    an attribute, or is used by a nested function.
    """
    found = locate(source, binding)
    if found is None:
        return None
    method = next((p for p in reversed(found.parents) if isinstance(p, FUNCTIONS)), None)
    owner = next((p for p in reversed(found.parents) if isinstance(p, ast.ClassDef)), None)
    if method is None or owner is None or method not in owner.body:
        return None
    name = _name_at(source, method, binding)
    me = self_name(method)
    if name is None or me is None or _is_hidden(method, name) or _is_stored(method, name):
        return None
    inside = [n for part in method.body for n in ast.walk(part)]
    uses = [n for n in inside if isinstance(n, ast.Name) and n.id == name]
    # Inside an f-string older Pythons tell wrong places.
    if any(text_of(source, node_span(source, use)) != name for use in uses):
        return None
    started = None if method.name == "__init__" else initialise(source, owner, attribute)
    edits = [Edit(node_span(source, use), f"{me}.{attribute}") for use in uses]
    return (*(started or ()), *edits)


def _is_stored(method: Method, name: str) -> bool:
    """The instance has it already, under a name of its own."""
    return any(
        isinstance(n, ast.Assign)
        and isinstance(n.value, ast.Name)
        and n.value.id == name
        and any(isinstance(t, ast.Attribute) for t in n.targets)
        for n in ast.walk(method)
    )


def _name_at(source: Source, method: Method, binding: Span) -> str | None:
    for node in ast.walk(method):
        if isinstance(node, ast.Name) and node_span(source, node).start == binding.start:
            return node.id
    return None


def self_name(method: Method) -> str | None:
    parameters = [*method.args.posonlyargs, *method.args.args]
    plain = not any(
        isinstance(d, ast.Name) and d.id in ("staticmethod", "classmethod")
        for d in method.decorator_list
    )
    return parameters[0].arg if parameters and plain else None


def _is_hidden(method: Method, name: str) -> bool:
    """The name is a parameter, global, or bound in a way that no attribute can be."""
    a = method.args
    parameters = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
    if name in {p.arg for p in parameters if p is not None}:
        return True
    for node in ast.walk(method):
        if isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
            return True
        if isinstance(node, (ast.MatchAs, ast.MatchStar, ast.ExceptHandler)) and node.name == name:
            return True
        if isinstance(node, ast.alias) and name in (node.asname, node.name):
            return True
        targets: list[ast.expr] = []
        if isinstance(node, (ast.NamedExpr, ast.comprehension)):
            targets = [node.target]
        elif isinstance(node, ast.Delete):
            targets = node.targets
        if any(isinstance(n, ast.Name) and n.id == name for t in targets for n in ast.walk(t)):
            return True
        if node is not method and isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            if getattr(node, "name", "") == name or any(
                isinstance(n, (ast.Name, ast.arg))
                and name in (getattr(n, "id", ""), getattr(n, "arg", ""))
                for n in ast.walk(node)
            ):
                return True
    return False


def initialise(source: Source, owner: ast.ClassDef, attribute: str) -> tuple[Edit, ...] | None:
    """``self.attribute = None`` in ``__init__``, which is made if it is missing.

    ``None`` where the class sets it up already, or there is no place for a line.  It stands in
    front of whatever may call the class's own methods: one of them may set the attribute.
    """
    for node in owner.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == attribute for t in targets):
                return None
    init = next((m for m in owner.body if isinstance(m, FUNCTIONS) and m.name == "__init__"), None)
    quiet = _is_quiet_base(source, owner)
    if init is None:
        return _new_init(source, owner, attribute, quiet)
    me = self_name(init)
    if any(
        isinstance(n, ast.Attribute) and n.attr == attribute and not isinstance(n.ctx, ast.Load)
        for n in ast.walk(init)
    ):
        return None
    if me is None or init.body[0].lineno == init.lineno:
        return None
    text = f"{me}.{attribute} = None"
    if isinstance(init.body[-1], ast.Pass) and len(init.body) == 1:
        return (Edit(node_span(source, init.body[0]), text),)
    ahead = list(itertools.takewhile(lambda s: _is_plain(s, me, quiet), init.body))
    after = init.body[len(ahead) :]
    if not ahead:
        return (insert_above(source, init.body[0], text),)
    if after and first_line(after[0]) == ahead[-1].end_lineno:
        return None
    return (insert_after(source, ahead[-1], text),)


def _is_plain(statement: ast.stmt, me: str, quiet: bool) -> bool:
    """Surely none of the class's own methods runs."""
    if isinstance(statement, ast.Expr):
        value = statement.value
        return isinstance(value, ast.Constant) or (quiet and _calls_base(value))
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return False
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            given = [node.func, *node.args, *(k.value for k in node.keywords)]
            if any(isinstance(g, ast.Name) and g.id == me for g in given):
                return False
            if any(isinstance(n, ast.Name) and n.id == me for n in ast.walk(node.func)):
                return False
    return True


def _calls_base(value: ast.expr) -> bool:
    """``super().__init__(…)`` or ``Parent.__init__(self, …)``."""
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr == "__init__"
    )


def _is_quiet_base(source: Source, owner: ast.ClassDef) -> bool:
    """The ``__init__`` of each base, as far as there is one, calls none of its own methods."""
    known = {n.name: n for n in source.tree.body if isinstance(n, ast.ClassDef)}
    for base in owner.bases:
        name = base.id if isinstance(base, ast.Name) else ""
        if name in ("object", "ABC"):
            continue
        parent = known.get(name)
        if parent is None or parent is owner or not _is_quiet_base(source, parent):
            return False
        for init in (m for m in parent.body if isinstance(m, FUNCTIONS) and m.name == "__init__"):
            me = self_name(init) or "self"
            if not all(_is_plain(s, me, True) or isinstance(s, ast.Pass) for s in init.body):
                return False
    return True


def _new_init(
    source: Source, owner: ast.ClassDef, attribute: str, quiet: bool
) -> tuple[Edit, ...] | None:
    """Behind the docstring and the class's own attributes, in front of the first method."""
    first = next((n for n in owner.body if isinstance(n, (*FUNCTIONS, ast.ClassDef))), None)
    if first is None or owner.decorator_list:
        return None
    step = unit(source)
    based = any(not (isinstance(b, ast.Name) and b.id in ("object", "ABC")) for b in owner.bases)
    header = "def __init__(self, *args, **kwargs):" if based else "def __init__(self):"
    body = [f"self.{attribute} = None"]
    if based:
        body.insert(0 if quiet else 1, "super().__init__(*args, **kwargs)")
    text = "\n".join([header, *(step + line for line in body), ""])
    return (insert_above(source, first, text),)


def method_at(source: Source, span: Span) -> Method | None:
    """The innermost method around a span."""
    found = locate(source, span)
    if found is None:
        return None
    around = (*found.parents, found.node)
    return next((p for p in reversed(around) if isinstance(p, FUNCTIONS)), None)


def class_at(source: Source, name: Span) -> ast.ClassDef | None:
    """The innermost class around a span."""
    found = locate(source, name)
    around = (*found.parents, found.node) if found else ()
    return next((p for p in reversed(around) if isinstance(p, ast.ClassDef)), None)

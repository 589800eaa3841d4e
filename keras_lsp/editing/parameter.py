"""Parameters: a function gets from its callers what it reads from the module.

Never learns of Keras, nor of other files: whoever asks has to know that none calls the function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from keras_lsp.editing.layout import gap
from keras_lsp.editing.scopes import (
    COMPREHENSIONS,
    FUNCTIONS,
    all_names,
    local_names,
    parameters,
)
from keras_lsp.editing.statements import names_bound, newline, node_span
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position

LATE = (ast.Yield, ast.YieldFrom, ast.Await)
REFLECTING = frozenset({"globals", "vars", "locals", "exec", "eval"})


def pass_parameter(
    source: Source, function: str, name: str, owner: str = ""
) -> tuple[Edit, ...] | None:
    """``def f(x)`` becomes ``def f(model, x)``, and each call ``f(model, …)``.

    The name is the module's, or a local one of the function ``owner``, which makes all calls.
    Refused where the function runs later than it is called, where a call cannot be seen, or
    where the name means something else at a call.
    """
    defined = _definition(source, function)
    if defined is None or not _reads_from_module(defined, name):
        return None
    if any(isinstance(n, ast.Global) and name in n.names for n in ast.walk(source.tree)):
        return None
    calls = _calls(source, function)
    if not calls:
        return None
    edits = [_first(source, _after_name(source, defined), bool(parameters(defined)), name)]
    for call, around in calls:
        known = _is_local(around, name, owner) if owner else _is_shared(around, defined, name)
        if not known or _binds(call, name):
            return None
        given = [*call.args, *call.keywords]
        if any(isinstance(a, ast.GeneratorExp) for a in call.args):
            return None
        edits.append(_first(source, node_span(source, call.func).end, bool(given), name))
    whole = [edit for edit in edits if edit is not None]
    return tuple(whole) if len(whole) == len(edits) else None


def _definition(source: Source, function: str) -> ast.FunctionDef | None:
    """The one definition of that name, at the top of the module."""
    found = [n for n in source.tree.body if isinstance(n, ast.FunctionDef) and n.name == function]
    others = sum(
        (isinstance(n, (*FUNCTIONS, ast.ClassDef)) and n.name == function)
        or (isinstance(n, ast.arg) and n.arg == function)
        or (isinstance(n, ast.alias) and function in (n.name, n.asname))
        or (isinstance(n, ast.Constant) and n.value == function)
        for n in ast.walk(source.tree)
    )
    return found[0] if len(found) == others == 1 and not found[0].decorator_list else None


def _reads_from_module(function: ast.FunctionDef, name: str) -> bool:
    """The body itself reads the name, at once, and neither binds it nor hands it inside."""
    inside = [n for part in function.body for n in ast.walk(part)]
    if name in local_names(function) or any(isinstance(n, LATE) for n in inside):
        return False
    if all_names(function) & REFLECTING:
        return False
    nested = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
    if any(isinstance(n, nested) and name in all_names(n) for n in inside):
        return False
    return any(isinstance(n, ast.Name) and n.id == name for n in inside)


def _calls(source: Source, function: str) -> list[tuple[ast.Call, list[ast.AST]]]:
    """Each call with the scopes around it; none where the function is used in another way."""
    called: list[tuple[ast.Call, list[ast.AST]]] = []
    functions: set[ast.AST] = set()
    for node, around in _with_scopes(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == function:
                called.append((node, around))
                functions.add(node.func)
    uses = [n for n in ast.walk(source.tree) if isinstance(n, ast.Name) and n.id == function]
    return called if all(use in functions for use in uses) else []


def _with_scopes(tree: ast.AST) -> Iterator[tuple[ast.AST, list[ast.AST]]]:
    pending: list[tuple[ast.AST, list[ast.AST]]] = [(tree, [])]
    while pending:
        node, around = pending.pop()
        yield node, around
        scopes = (*FUNCTIONS, ast.Lambda, ast.ClassDef, *COMPREHENSIONS)
        inner = [*around, node] if isinstance(node, scopes) else around
        pending.extend((child, inner) for child in ast.iter_child_nodes(node))


def _is_local(around: list[ast.AST], name: str, owner: str) -> bool:
    """A call stands in the function whose local name it is, and in nothing else."""
    return (
        len(around) == 1
        and isinstance(around[0], FUNCTIONS)
        and around[0].name == owner
        and name in local_names(around[0])
    )


def _is_shared(around: list[ast.AST], function: ast.FunctionDef, name: str) -> bool:
    """At a call the name is the module's, or already what the function was given."""
    for scope in around:
        if isinstance(scope, (*FUNCTIONS, ast.Lambda)):
            if scope is not function and name in local_names(scope):
                return False
        elif isinstance(scope, COMPREHENSIONS):
            if any(name in names_bound(g.target) for g in scope.generators):
                return False
        elif isinstance(scope, ast.ClassDef):
            if any(name in names_bound(part) for part in scope.body):
                return False
    return True


def _binds(call: ast.Call, name: str) -> bool:
    return any(isinstance(n, ast.NamedExpr) and n.target.id == name for n in ast.walk(call))


def _after_name(source: Source, function: ast.FunctionDef) -> Position:
    start = node_span(source, function).start
    line = source.lines[start.line]
    return Position(start.line, line.index(function.name, start.column + 3) + len(function.name))


def _first(source: Source, after: Position, others: bool, name: str) -> Edit | None:
    """Put ``name`` first between the brackets that open right behind a position."""
    line = source.lines[after.line]
    opened = line.find("(", after.column)
    if opened < 0 or line[after.column : opened].strip():
        return None
    at = Position(after.line, opened + 1)
    if not others:
        return Edit.insert(at, name)
    following = source.lines[after.line + 1] if after.line + 1 < len(source.lines) else ""
    end = Position(after.line, len(line.rstrip("\r\n")))
    if gap(source, at, end).code:
        return Edit.insert(at, f"{name}, ")
    space = following[: len(following) - len(following.lstrip())]
    return Edit.insert(Position(after.line + 1, 0), f"{space}{name},{newline(source)}")

"""Scopes: which scope a name belongs to.

Never learns of Keras.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence

from keras_lsp.editing.selfmodel import method_at
from keras_lsp.editing.statements import Located, insert_before, names_bound
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span


def declare_global(source: Source, binding: Span, name: str) -> tuple[Edit, ...] | None:
    """``global name`` at the head of the function around a binding."""
    function = method_at(source, binding)
    if function is None:
        return None
    parameters = {a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)}
    if name in parameters:
        return None
    body = list(function.body)
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and body[1:]:
        body = body[1:]
    if body[0].lineno == function.lineno:
        return None
    return (insert_before(source, body[0], f"global {name}"),)


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_NAMED = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar),
)


def scope_of(located: Located) -> ast.AST:
    """The function, class or module that a statement binds its names in."""
    return next((p for p in reversed(located.parents) if isinstance(p, SCOPES)), located.parents[0])


def free_name(scope: ast.AST, candidates: Sequence[str]) -> str | None:
    """The first of some names that nothing in a scope reads or binds."""
    taken = all_names(scope)
    return next((name for name in candidates if name not in taken), None)


def all_names(scope: ast.AST) -> frozenset[str]:
    """Every name that is mentioned in a scope, those of nested ones included."""
    found: set[str] = set()
    for node in ast.walk(scope):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            found.update(node.names)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, _NAMED) and node.name:
            found.add(node.name)
    return frozenset(found)


def free_reads(nodes: Iterable[ast.AST]) -> list[str]:
    """Names that some nodes read from around them, in the order of the text, each once.

    What a comprehension or a ``lambda`` binds for itself does not count.
    """
    found: list[ast.Name] = []
    pending: list[tuple[ast.AST, frozenset[str]]] = [(node, frozenset()) for node in nodes]
    while pending:
        node, own = pending.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load) and node.id not in own:
                found.append(node)
        elif isinstance(node, ast.Lambda):
            defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            pending += [(part, own) for part in defaults]
            pending.append((node.body, own | parameters(node)))
        elif isinstance(node, COMPREHENSIONS):
            bound = own.union(*(names_bound(g.target) for g in node.generators))
            pending += [(part, bound) for part in ast.iter_child_nodes(node)]
            # The first of them is evaluated outside.
            pending.append((node.generators[0].iter, own))
        else:
            pending += [(part, own) for part in ast.iter_child_nodes(node)]
    found.sort(key=lambda name: (name.lineno, name.col_offset))
    return list(dict.fromkeys(name.id for name in found))


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    a = function.args
    every = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
    return frozenset(p.arg for p in every if p is not None)


def local_names(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """The names that a function binds itself, and its parameters."""
    found = set(parameters(function))
    others: set[str] = set()
    pending: list[ast.AST] = [] if isinstance(function, ast.Lambda) else [*function.body]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            others.update(node.names)
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, COMPREHENSIONS):
            # Only a walrus in it binds outside.
            walrus = (n for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            found.update(n.target.id for n in walrus)
        elif not isinstance(node, ast.Lambda):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.add(node.id)
            elif isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            elif isinstance(node, _NAMED) and node.name:
                found.add(node.name)
            pending.extend(ast.iter_child_nodes(node))
    return frozenset(found - others)


def is_read(scope: ast.AST, name: str, without: Collection[ast.AST]) -> bool:
    """Whether a scope, or one inside it, mentions its own name outside of some statements."""
    pending = list(ast.iter_child_nodes(scope))
    while pending:
        node = pending.pop()
        if node in without:
            continue
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Store):
            return True
        if isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
            return True
        if isinstance(node, (*FUNCTIONS, ast.Lambda)) and name in local_names(node):
            outside = [*getattr(node, "decorator_list", ()), *node.args.defaults]
            pending += [*outside, *filter(None, node.args.kw_defaults)]
            continue
        pending.extend(ast.iter_child_nodes(node))
    return False

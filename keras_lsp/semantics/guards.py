"""Guards: whether a program reckons with several versions of what it uses.

Never learns which version there is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from collections.abc import Sequence as Many

from keras_lsp.syntax import Statement
from keras_lsp.syntax.walk import walk

_VERSION = re.compile(
    r"(?i)version|keras_?[123]|tf_?[12]|tensorflow_?[12]|legacy|compat|theano|cntk|type_checking"
    r"|^backend$|^hasattr$|^find_spec$|^dir$|^modules$|^k3$|^k2$"
)
_LAYOUT = re.compile(r"(?i)data_format|dim_ordering|channels?_?(?:first|last)|backend")
_TOLD = re.compile(r"(?i)version")
_CAUGHT = frozenset(
    {"ImportError", "ModuleNotFoundError", "AttributeError", "TypeError", "ValueError", "NameError"}
    | {"KeyError", "LookupError"}
)
_EXPECTING = re.compile(r"(?i)raises|warns|suppress|expect")
_ANYTHING = frozenset({"Exception", "BaseException"})
_FEW = 3
"""A ``try`` around more than this is there for other failures."""


def asks_for_version(test: ast.expr, names: frozenset[str]) -> bool:
    """Whether a condition is about a version, a backend, or what a module has."""
    return any(word in names or _VERSION.search(word) for word in _words(test))


def asks_for_backend(test: ast.expr) -> bool:
    """Whether a condition is about what the installed Keras is, or how it lays out images."""
    words = list(_words(test))
    return any(_VERSION.search(word) or _LAYOUT.search(word) for word in words)


def catches(node: ast.Try) -> bool:
    """Whether a ``try`` reckons that a name or an argument is not there."""
    for handler in node.handlers:
        types = handler.type
        listed = types.elts if isinstance(types, ast.Tuple) else [types]
        caught = {ast.unparse(t).rpartition(".")[2] for t in listed if t is not None}
        if caught & _CAUGHT:
            return True
        if (types is None or caught & _ANYTHING) and len(node.body) <= _FEW:
            return True
    return False


def expects_failure(node: ast.With | ast.AsyncWith) -> bool:
    """Whether what stands in a ``with`` is there to fail or to warn: ``pytest.raises(…)``."""
    return any(_EXPECTING.search(name) for name in _entered(node))


def lines_to_fail(statement: Statement) -> tuple[range, ...]:
    """Zero-based lines of a statement that are there to raise: ``with pytest.raises(…)``."""
    known = statement.memo.get("lines to fail")
    if not isinstance(known, tuple):
        known = statement.memo["lines to fail"] = tuple(
            range(node.lineno - 1, node.end_lineno or node.lineno)
            for part in (statement.body if "raises" in statement.text.lower() else ())
            for node in walk(part)
            if isinstance(node, ast.With | ast.AsyncWith)
            and any("raises" in name.lower() for name in _entered(node))
        )
    return known


def _entered(node: ast.With | ast.AsyncWith) -> Iterator[str]:
    """The last names of what is called to make the contexts."""
    for item in node.items:
        if isinstance(item.context_expr, ast.Call):
            yield _last(item.context_expr.func)


def _last(callee: ast.expr) -> str:
    return callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")


def version_names(statements: Many[Statement], _: Statement) -> frozenset[str]:
    """The module's names that are bound to something about a version."""
    return frozenset[str]().union(*map(_bound_to_version, statements))


def _bound_to_version(statement: Statement) -> frozenset[str]:
    known = statement.memo.get("version names")
    if not isinstance(known, frozenset):
        says = _TOLD.search(statement.text) is not None
        known = frozenset(name for part in statement.body for name in _about_version(part, says))
        statement.memo["version names"] = known
    return known


def _about_version(node: ast.stmt, says: bool) -> Iterator[str]:
    """The names that a statement binds to what tells a version, or whether an import went well.

    ``says``: its text speaks of versions at all.
    """
    if isinstance(node, ast.Assign):
        if says and any(map(_TOLD.search, _words(node.value))):
            yield from _plain(node)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if not says:
            return
        answers = [n.value for n in walk(node) if isinstance(n, ast.Return) and n.value]
        if any(_TOLD.search(word) for answer in answers for word in _words(answer)):
            yield node.name
    elif isinstance(node, ast.Try) and catches(node):
        # ``try: import … except ImportError: HAS_IT = False``.
        for part in (p for handler in node.handlers for p in handler.body):
            if isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant):
                yield from _plain(part)


def _plain(node: ast.Assign) -> Iterator[str]:
    return (target.id for target in node.targets if isinstance(target, ast.Name))


def _words(node: ast.expr) -> list[str]:
    found = []
    for part in walk(node):
        if isinstance(part, ast.Name):
            found.append(part.id)
        elif isinstance(part, ast.Attribute):
            found.append(part.attr)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.append(part.value)
    return found

"""Gates: what of a module only some releases get to, and whether the present one does.

Never learns what stands behind a gate.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from keras_lsp.catalog.changes import missing
from keras_lsp.catalog.names import below_keras
from keras_lsp.catalog.targets import Target, number
from keras_lsp.semantics.definitions import ClassDefinition, FunctionDefinition
from keras_lsp.syntax.walk import walk

_RELEASE = re.compile(
    r"(?i)version|keras_?[123]|tf_?[12]|tensorflow_?[12]|legacy|^hasattr$|^k[23]$"
)
_SKIPS = re.compile(r"(?i)skip|xfail|require")
_LEAVES = frozenset({"exit", "quit", "_exit", "skip", "fail", "abort"})
_KERAS = frozenset({"keras", "tf_keras", "tfk"})
_TENSORFLOW = frozenset({"tf", "tensorflow"})
_PARSERS = frozenset(
    {"parse", "Version", "LooseVersion", "StrictVersion", "parse_version", "str", "int", "float",
     "tuple", "list"}
)  # fmt: skip
_FIRST_OF_KERAS_3 = (2, 16, 0)
_FAR = (2, 99, 0)
"""TensorFlow has been bringing Keras 3 since 2.16; this one stands for all that come."""

Version = tuple[int, ...]


def shut_by(body: Iterable[ast.stmt], target: Target, names: Callable[[], frozenset[str]]) -> bool:
    """Whether a release may not get past one of some statements of a module.

    ``names`` gives those of the module that tell a version, where they are wanted.
    """
    return any(shuts_out(node, target, names()) for node in filter(is_gate, body))


def is_gate(node: ast.stmt) -> bool:
    """A cheap look before the dear one: whether a statement can keep anybody out."""
    match node:
        case ast.Assert():
            return True
        case ast.If(body=body, orelse=orelse):
            return _leaves(body) or _leaves(orelse)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="importorskip"))):
            return True
        case ast.Assign(value=ast.Call(func=ast.Attribute(attr="importorskip"))):
            return True
        case ast.Assign(targets=[ast.Name(id="pytestmark")]):
            return True
    return False


def shuts_out(node: ast.stmt, target: Target, names: frozenset[str]) -> bool:
    """Whether a release may not get past a statement of a module.

    ``if keras.__version__ >= "3": raise …``, an ``assert``, ``pytest.importorskip``.  ``names``
    are those of the module that tell a version.
    """
    match node:
        case ast.Assert(test=test):
            return _is_asked(test, names) and holds(test, target) is not True
        case ast.If(test=test, body=body, orelse=orelse):
            if _leaves(body):
                return _is_asked(test, names) and holds(test, target) is not False
            return _leaves(orelse) and _is_asked(test, names) and holds(test, target) is not True
        case ast.Expr(value=ast.Call() as call):
            return _needs_what_is_gone(call, target)
        case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
            return _is_skipped(value, target, names)
        case ast.Assign(value=ast.Call() as call):
            return _needs_what_is_gone(call, target)
    return False


def is_skipped(definition: FunctionDefinition, target: Target, names: frozenset[str]) -> bool:
    """Whether decorators may keep a function from running: ``@pytest.mark.skipif(…)``."""
    part: FunctionDefinition | ClassDefinition | None = definition
    while part is not None:
        if not isinstance(part.node, ast.Lambda):
            if any(_is_skipped(d, target, names) for d in part.node.decorator_list):
                return True
        part = part.owner if isinstance(part, FunctionDefinition) and part.owner else part.parent
    return False


def _is_skipped(decorator: ast.expr, target: Target, names: frozenset[str]) -> bool:
    words = list(_words(decorator))
    if isinstance(decorator, ast.Name):
        return decorator.id in names
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(called, ast.Attribute) and called.attr == "skip":
        return True
    if not any(map(_SKIPS.search, words)) or not _is_asked(decorator, names):
        return False
    asked = decorator.args[:1] if isinstance(decorator, ast.Call) else []
    return not any(holds(test, target) is False for test in asked)


def _is_asked(test: ast.expr, names: frozenset[str]) -> bool:
    """Whether a condition is about the release of Keras, as far as it shows."""
    of = [n.value for n in walk(test) if isinstance(n, ast.Attribute) and n.attr == "__version__"]
    others = [o for o in of if not isinstance(o, ast.Name) or o.id not in _KERAS | _TENSORFLOW]
    if of and len(others) == len(of):
        return False
    words = list(_words(test))
    if {"version_info", "python_version"} & set(words):
        return False
    return any(word in names or _RELEASE.search(word) for word in words)


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether a branch ends the module: it raises, exits, or skips the tests."""
    last = body[-1] if body else None
    if isinstance(last, ast.Raise):
        return True
    if not isinstance(last, ast.Expr) or not isinstance(last.value, ast.Call):
        return False
    called = last.value.func
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in (
        _LEAVES
    )


def _needs_what_is_gone(call: ast.Call, target: Target) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "importorskip":
        return False
    wanted = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    found = below_keras(wanted) if isinstance(wanted, str) else None
    return found is not None and missing(*found, target) is not None


def holds(test: ast.expr, target: Target) -> bool | None:
    """Whether a condition about a version is true for a release; ``None``: nobody knows."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            known = holds(operand, target)
            return None if known is None else not known
        case ast.BoolOp(op=op, values=values):
            each = [holds(value, target) for value in values]
            decides = isinstance(op, ast.Or)
            if decides in each:
                return decides
            return None if None in each else not decides
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(left, op, right, target)
        case ast.Call(func=ast.Attribute(value=told, attr="startswith"), args=[argument]):
            starts = argument.elts if isinstance(argument, ast.Tuple) else [argument]
            versions = _versions(told, target)
            wanted = [number(str(s.value)) for s in starts if isinstance(s, ast.Constant)]
            if not versions or len(wanted) != len(starts):
                return None
            return _same(any(v[: len(w)] == w for w in wanted) for v in versions)
    return None


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, target: Target) -> bool | None:
    versions, bound = _versions(left, target), _literal(right)
    if not versions or bound is None:
        return None
    bound = _trimmed(bound)
    match op:
        case ast.Lt():
            return _same(v < bound for v in versions)
        case ast.LtE():
            return _same(v <= bound for v in versions)
        case ast.Gt():
            return _same(v > bound for v in versions)
        case ast.GtE():
            return _same(v >= bound for v in versions)
        case ast.Eq():
            return _same(v == bound for v in versions)
        case ast.NotEq():
            return _same(v != bound for v in versions)
    return None


def _same(answers: Iterator[bool]) -> bool | None:
    found = set(answers)
    return found.pop() if len(found) == 1 else None


def _versions(node: ast.expr, target: Target) -> list[Version]:
    """What an expression that tells a version, or a part of it, may be; empty: unknown."""
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr="__version__"):
            return [_trimmed(v) for v in _of(name, target)]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="version"), args=[]):
            return [_trimmed(v) for v in _of(name, target)]
        case ast.Call(args=[*_, argument]) if _last(node.func) in {*_PARSERS, "map"}:
            return _versions(argument, target)
        case ast.Call(func=ast.Attribute(value=told, attr="split")):
            return _versions(told, target)
        case ast.Attribute(value=told, attr="major"):
            return [v[:1] for v in _versions(told, target)]
        case ast.Attribute(value=told, attr="minor"):
            return [v[1:2] for v in _versions(told, target)]
        case ast.Subscript(value=told, slice=ast.Constant(value=int(index))):
            return [v[index : index + 1] for v in _versions(told, target)]
        case ast.Subscript(
            value=told, slice=ast.Slice(lower=None, upper=ast.Constant(value=int(end)), step=None)
        ):
            return [v[:end] for v in _versions(told, target)]
    return []


def _of(name: str, target: Target) -> list[Version]:
    if name == "keras":
        return [target.number]
    if name in _TENSORFLOW and target.number >= (3,):
        return [_FIRST_OF_KERAS_3, _FAR]
    if name in _TENSORFLOW and target.number >= (2, 4):
        return [(*target.number[:2], 0)]
    return []


def _literal(node: ast.expr) -> Version | None:
    match node:
        case ast.Constant(value=str() | int() | float() as value) if not isinstance(value, bool):
            return number(str(value)) or None
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            parts = [e.value for e in elts if isinstance(e, ast.Constant)]
            found = tuple(int(str(p)) for p in parts if str(p).isdigit())
            return found if found and len(found) == len(elts) else None
        case ast.Call(args=[argument]) if _last(node.func) in _PARSERS:
            return _literal(argument)
    return None


def _trimmed(version: Version) -> Version:
    """``2.16.0`` is ``2.16``."""
    while len(version) > 1 and version[-1] == 0:
        version = version[:-1]
    return version


def _last(callee: ast.expr) -> str:
    return callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")


def _words(node: ast.expr) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value

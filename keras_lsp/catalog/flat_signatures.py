"""Flat signatures: all arguments that a class or function takes, with those of its bases.

Never learns which release it reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from keras_lsp.catalog.package_code import Function, Package, Thing

LONGEST_DEFAULT = 60
"""A longer default is shown as ``...``."""

_REFUSERS = ("validate_kwargs",)
"""Functions that raise for arguments which are left over."""


def of_function(node: Function, *, bound: bool) -> str:
    """The parameters as Python writes them, without annotations and without ``self``."""
    static = any(ast.unparse(d) == "staticmethod" for d in node.decorator_list)
    arguments = _plain(node.args, skip_first=bound and not static)
    return ast.unparse(arguments)


def of_class(package: Package, made: Thing) -> str | None:
    """What a constructor takes; ``**kwargs`` stays where nobody refuses the rest."""
    own: ast.arguments | None = None
    extra: list[str] = []
    passed: set[str] = set()
    for ancestor in package.ancestry(made):
        if not isinstance(ancestor.node, ast.ClassDef):
            # What a foreign base takes is not known; most often it takes nothing.
            continue
        node = _method(ancestor.node, "__init__")
        if node is None:
            continue
        if own is None:
            own = _plain(node.args, skip_first=True)
        else:
            extra += [p for p in _inherited(node) if p.partition("=")[0] not in passed]
        rest = node.args.kwarg
        if rest is None:
            return _written(own, extra, is_open=False)
        extra += [f"{name}=..." for name in _taken_out(node, rest.arg)]
        passed |= _passed_on(node)
        if _refuses(node, rest.arg):
            return _written(own, extra, is_open=False)
        if not _hands_on(node, rest.arg):
            # What is left over is swallowed.
            return _written(own, extra, is_open=True)
    if own is None:
        return ""
    # The last one in the row hands the rest to ``object``, which takes nothing,
    # but mixins make that a guess.
    return _written(own, extra, is_open=True)


def _written(own: ast.arguments | None, extra: list[str], *, is_open: bool) -> str | None:
    if own is None:
        return None
    known = {a.arg for a in (*own.posonlyargs, *own.args, *own.kwonlyargs)}
    rest = own.kwarg.arg if own.kwarg else "kwargs"
    if own.kwarg is None:
        return ast.unparse(own)
    own.kwarg = None
    added = []
    for parameter in extra:
        name = parameter.partition("=")[0]
        if name not in known:
            known.add(name)
            added.append(parameter)
    parts = [ast.unparse(own)] if ast.unparse(own) else []
    if added and own.vararg is None and not own.kwonlyargs:
        parts.append("*")
    parts += added
    if is_open:
        parts.append(f"**{rest}")
    return ", ".join(parts)


def _plain(arguments: ast.arguments, *, skip_first: bool) -> ast.arguments:
    """A copy without annotations, long defaults cut short."""
    positional = [ast.arg(a.arg) for a in arguments.posonlyargs]
    normal = [ast.arg(a.arg) for a in arguments.args]
    if skip_first and (positional or normal):
        (positional or normal).pop(0)
    return ast.arguments(
        posonlyargs=positional,
        args=normal,
        vararg=ast.arg(arguments.vararg.arg) if arguments.vararg else None,
        kwonlyargs=[ast.arg(a.arg) for a in arguments.kwonlyargs],
        kw_defaults=[_short(d) if d else None for d in arguments.kw_defaults],
        kwarg=ast.arg(arguments.kwarg.arg) if arguments.kwarg else None,
        defaults=[_short(d) for d in arguments.defaults],
    )


def _short(default: ast.expr) -> ast.expr:
    text = ast.unparse(default)
    return default if len(text) <= LONGEST_DEFAULT else ast.Constant(...)


def _inherited(node: Function) -> Iterator[str]:
    """The parameters of a base's constructor, as keyword arguments."""
    plain = _plain(node.args, skip_first=True)
    normal = [*plain.posonlyargs, *plain.args]
    needed = len(normal) - len(plain.defaults)
    defaults = [*[None] * needed, *plain.defaults, *plain.kw_defaults]
    for argument, default in zip([*normal, *plain.kwonlyargs], defaults, strict=True):
        yield f"{argument.arg}={ast.unparse(default) if default else '...'}"


def _method(node: ast.ClassDef, name: str) -> Function | None:
    for part in node.body:
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) and part.name == name:
            return part
    return None


def _taken_out(node: Function, rest: str) -> Iterator[str]:
    """``kwargs.pop("input_shape")``, ``"weights" in kwargs``, ``allowed_kwargs = {"name"}``."""
    for part in ast.walk(node):
        match part:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=owner), attr="pop" | "get"),
                args=[ast.Constant(value=str(name)), *_],
            ) if owner == rest:
                yield name
            case ast.Compare(
                left=ast.Constant(value=str(name)),
                ops=[ast.In()],
                comparators=[ast.Name(id=owner)],
            ) if owner == rest:
                yield name
            case ast.Assign(targets=[ast.Name(id="allowed_kwargs")], value=value):
                for literal in ast.walk(value):
                    if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                        yield literal.value


def _passed_on(node: Function) -> set[str]:
    """Arguments that a constructor gives to its base itself."""
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Attribute(attr="__init__"), keywords=keywords):
                return {k.arg for k in keywords if k.arg}
    return set()


def _refuses(node: Function, rest: str) -> bool:
    """Whether what is left in ``kwargs`` is an error."""
    for part in ast.walk(node):
        if isinstance(part, (ast.If, ast.For)):
            asked = part.test if isinstance(part, ast.If) else part.iter
            if _mentions(asked, rest) and any(isinstance(p, ast.Raise) for p in ast.walk(part)):
                return True
        if isinstance(part, ast.Call) and ast.unparse(part.func).endswith(_REFUSERS):
            if any(_mentions(argument, rest) for argument in part.args):
                return True
    return False


def _hands_on(node: Function, rest: str) -> bool:
    """Whether somebody else gets ``**kwargs``."""
    return any(
        keyword.arg is None and _mentions(keyword.value, rest)
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
        for keyword in part.keywords
    )


def _mentions(node: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))

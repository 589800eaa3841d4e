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


def of_method(package: Package, owner: Thing, node: Function) -> str:
    """What a method takes; ``**kwargs`` stays where nobody refuses the rest."""
    own = _plain(node.args, skip_first=True)
    rest = node.args.kwarg
    if rest is None:
        return ast.unparse(own)
    readers = list(_readers(package, owner, node, rest.arg))
    taken = [
        f"{name}=..."
        for reader, its in readers
        for name in _taken_out(reader, its)
        if not name.startswith("_")
    ]
    refused = any(_refuses(reader, its) for reader, its in readers)
    # Where nobody is seen to refuse the rest, nobody knows what else is read from it.
    return _written(own, taken, is_open=False) if refused else ast.unparse(own)


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
        readers = list(_readers(package, made, node, rest.arg))
        extra += [f"{name}=..." for reader, its in readers for name in _taken_out(reader, its)]
        passed |= _passed_on(node)
        if any(_refuses(reader, its) for reader, its in readers):
            return _written(own, extra, is_open=False)
        if not _hands_on(node, rest.arg):
            # What is left over is swallowed.
            return _written(own, extra, is_open=True)
    if own is None:
        return ""
    # The last one in the row hands the rest to ``object``, which takes nothing,
    # but mixins make that a guess.
    return _written(own, extra, is_open=True)


def _readers(
    package: Package, owner: Thing, node: Function, rest: str
) -> Iterator[tuple[Function, str]]:
    """A function, the methods of the same object that get its ``kwargs``, and how they call it."""
    yield node, rest
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                method = _found(package, owner, name)
                its = _name_there(part, method, rest) if method is not None else None
                if method is not None and its is not None and method is not node:
                    yield from _readers(package, owner, method, its)


def _found(package: Package, owner: Thing, name: str) -> Function | None:
    for ancestor in package.ancestry(owner):
        method = _method(ancestor.node, name) if isinstance(ancestor.node, ast.ClassDef) else None
        if method is not None:
            return method
    return None


def _name_there(call: ast.Call, method: Function, rest: str) -> str | None:
    """How a method calls the ``kwargs`` that it is handed, spread or as a dict."""
    if any(k.arg is None and _is(k.value, rest) for k in call.keywords):
        return method.args.kwarg.arg if method.args.kwarg else None
    names = [a.arg for a in (*method.args.posonlyargs, *method.args.args)][1:]
    return next((n for a, n in zip(call.args, names, strict=False) if _is(a, rest)), None)


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _written(own: ast.arguments, extra: list[str], *, is_open: bool) -> str:
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
            case ast.Assign(
                targets=[ast.Name()],
                value=ast.BinOp(
                    left=ast.Call(args=[ast.Name(id=owner)]), op=ast.Sub(), right=value
                ),
            ) if owner == rest:
                # ``unknown = set(kwargs) - {"sample_weight_mode"}``.
                yield from _strings(value)
            case ast.For(target=ast.Name(id=one), iter=ast.Name(id=owner)) if owner == rest:
                # ``for kwarg in kwargs: if kwarg not in ["collections"]: raise …``.
                for test in ast.walk(part):
                    match test:
                        case ast.Compare(
                            left=ast.Name(id=left), ops=[ast.NotIn()], comparators=[value]
                        ) if left == one:
                            yield from _strings(value)
            case ast.Assign(targets=[ast.Name(id="allowed_kwargs")], value=value):
                yield from _strings(value)


def _strings(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _passed_on(node: Function) -> set[str]:
    """Arguments that a constructor gives to its base itself."""
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Attribute(attr="__init__"), keywords=keywords):
                return {k.arg for k in keywords if k.arg}
    return set()


def _refuses(node: Function, rest: str) -> bool:
    """Whether what is left in ``kwargs`` is an error."""
    left = {rest, *_left_over(node, rest)}
    for part in ast.walk(node):
        if isinstance(part, (ast.If, ast.For)):
            asked = part.test if isinstance(part, ast.If) else part.iter
            about_all = any(_is_all_of(asked, name) for name in left)
            if about_all and any(isinstance(p, ast.Raise) for p in ast.walk(part)):
                return True
        if isinstance(part, ast.Call) and ast.unparse(part.func).endswith(_REFUSERS):
            if any(_mentions(argument, rest) for argument in part.args):
                return True
    return False


def _is_all_of(node: ast.expr, name: str) -> bool:
    """``kwargs``, ``len(kwargs) > 0``, ``kwargs.keys()``: not one of them, ``"lr" in kwargs``."""
    match node:
        case ast.Compare(left=left, ops=[ast.Gt() | ast.NotEq() | ast.GtE()]):
            return _is_all_of(left, name)
        case ast.Call(func=ast.Name(id="len" | "list" | "set" | "bool"), args=[inner]):
            return _is_all_of(inner, name)
        case ast.Call(func=ast.Attribute(value=inner, attr="keys" | "items"), args=[]):
            return _is_all_of(inner, name)
    return _is(node, name)


def _left_over(node: Function, rest: str) -> Iterator[str]:
    """Names for what of ``kwargs`` is not known: ``set(kwargs) - {…}``."""
    for part in ast.walk(node):
        match part:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.BinOp(left=ast.Call(args=[ast.Name(id=owner)]), op=ast.Sub()),
            ) if owner == rest:
                yield name


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

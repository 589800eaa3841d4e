"""Paths: dotted names that are written otherwise, in imports and where they are read.

Never learns where a name belongs; somebody says it for each path.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from keras_lsp.editing.statements import delete, locate, newline, node_span, text_of
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span

Moved = Callable[[str], str | None]
"""The new path of a path as the program writes it; ``None`` where there is none."""


def nowhere(path: str) -> str | None:
    """No module took the place of another."""
    return None


def move_import(
    source: Source, statement: Span, moved: Moved, instead: Moved = nowhere, drop: bool = False
) -> tuple[Edit, ...] | None:
    """An import with every name of it taken from where it is now.

    ``instead`` is asked for another module where what the file reads from one does not tell.
    With ``drop`` an import that the file does not use may be left out.
    """
    node = _import_at(source, statement)
    if isinstance(node, ast.ImportFrom):
        return _from_import(source, node, moved, instead, drop)
    return _plain_import(source, node, moved, instead) if node is not None else None


def _import_at(source: Source, statement: Span) -> ast.Import | ast.ImportFrom | None:
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node_span(source, node) == statement:
            return node
    return None


def _is_package(source: Source) -> bool:
    """Other files take from a package's own file what it imports itself."""
    return source.path.replace("\\", "/").rpartition("/")[2] == "__init__.py"


def _is_used(source: Source, name: str) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id == name)
        or (isinstance(node, ast.Constant) and node.value == name)
        for node in ast.walk(source.tree)
    )


def _from_import(
    source: Source, node: ast.ImportFrom, moved: Moved, instead: Moved, drop: bool
) -> tuple[Edit, ...] | None:
    groups: dict[str, list[str]] = {}
    renamed: dict[str, str] = {}
    edits: list[Edit] = []
    dropped = False
    for alias in node.names:
        old = f"{node.module}.{alias.name}"
        new = moved(old)
        bound = alias.asname or alias.name
        if new is None:
            other = _module_instead(source, bound, old, moved) or instead(old)
            if other is None and drop and not _is_package(source) and not _is_used(source, bound):
                dropped = True
                continue
            if other is None:
                return None
            module, _, name = other.rpartition(".")
            if not module:
                return None
            groups.setdefault(module, []).append(f"{name} as {bound}" if name != bound else name)
            continue
        module, _, name = new.rpartition(".")
        if alias.asname is not None:
            entry = name if name == bound else f"{name} as {bound}"
        elif name == bound:
            entry = name
        else:
            uses = _rename(source, bound, name)
            entry = name if uses is not None else f"{name} as {bound}"
            edits += uses or []
            renamed[bound] = name
        groups.setdefault(module, []).append(entry)
    span = node_span(source, node)
    if not groups:
        located = locate(source, span)
        return delete(source, located) if located is not None else None
    if len(groups) == 1 and not renamed and not dropped:
        (module,) = groups
        place = _module_place(source, node)
        same = [_alias(a) for a in node.names] == groups[module]
        if place is not None and same:
            return (Edit(place, module),)
    if "#" in text_of(source, span) or ";" in source.lines[span.start.line][: span.start.column]:
        # A comment would be lost, or a second line would stand in the midst of this one.
        return None
    space = source.lines[span.start.line][: span.start.column]
    lines = [f"from {module} import {', '.join(names)}" for module, names in groups.items()]
    return (Edit(span, f"{newline(source)}{space}".join(lines)), *edits)


def _plain_import(
    source: Source, node: ast.Import, moved: Moved, instead: Moved
) -> tuple[Edit, ...] | None:
    """``import keras.utils.np_utils as u``: another module that has what is read from it."""
    if len(node.names) != 1:
        return None
    alias = node.names[0]
    if alias.asname is None:
        # It binds the package; what is read from the module is told where it is read.
        package = instead(alias.name) or alias.name.partition(".")[0]
        return (Edit(node_span(source, node), f"import {package}"),)
    module = _module_instead(source, alias.asname, alias.name, moved) or instead(alias.name)
    return (
        (Edit(node_span(source, node), f"import {module} as {alias.asname}"),) if module else None
    )


def _module_instead(source: Source, bound: str, old: str, moved: Moved) -> str | None:
    """The one module that has all that the file reads from a name, under the same names."""
    modules = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id == bound and not _is_owner(source, node):
            return None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == bound:
                new = moved(f"{old}.{node.attr}")
                if new is None or new.rpartition(".")[2] != node.attr:
                    return None
                modules.add(new.rpartition(".")[0])
    return modules.pop() if len(modules) == 1 else None


def _is_owner(source: Source, name: ast.Name) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.value is name for node in ast.walk(source.tree)
    )


def _module_place(source: Source, node: ast.ImportFrom) -> Span | None:
    """Where the module's name stands, if it is written plainly."""
    start = node_span(source, node).start
    line = source.lines[start.line]
    at = start.column + len("from ")
    module = node.module or ""
    if not line.startswith(f"from {module} ", start.column):
        return None
    return Span(Position(start.line, at), Position(start.line, at + len(module)))


def _alias(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _rename(source: Source, old: str, new: str) -> list[Edit] | None:
    """Every use of a name with its new spelling; ``None`` where that might hit something else."""
    edits = []
    for node in ast.walk(source.tree):
        match node:
            case ast.Name(id=name) if name == new:
                return None
            case ast.Name(id=name, ctx=ctx) if name == old:
                if not isinstance(ctx, ast.Load):
                    return None
                edits.append(Edit(node_span(source, node), new))
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                if name in (old, new):
                    return None
            case ast.alias(name=name, asname=asname):
                if (asname or name) == new:
                    return None
            case ast.Constant(value=str(text)) if old in text.split("."):
                # ``__all__`` or ``getattr`` may speak of it.
                return None
    return edits


def chain_at(source: Source, span: Span) -> list[ast.Attribute]:
    """The attribute with this span and those that go on from it, the longest last."""
    start = span.start
    found = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and node.lineno - 1 == start.line
        and node_span(source, node).start == start
        and node_span(source, node).end >= span.end
    ]
    return sorted(found, key=lambda n: node_span(source, n).end)


def written(node: ast.expr) -> list[str] | None:
    """``["tf", "keras", "layers"]`` of a chain of names."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return [node.id, *names] if isinstance(node, ast.Name) else None


def move_read(
    source: Source, span: Span, path: str, moved: Moved, keras: str | None
) -> tuple[Edit, ...] | None:
    """A chain such as ``tf.keras.layers.core.Dense`` with the path that it has now.

    ``path`` is what stands at ``span``; ``keras`` is how the file calls the package.
    """
    chain = chain_at(source, span)
    if not chain:
        return None
    for node in reversed(chain):
        names = written(node)
        first = written(chain[0])
        if names is None or first is None:
            return None
        whole = ".".join((path, *names[len(first) :]))
        new = moved(whole)
        if new is None:
            continue
        text = _as_written(names, whole, new, keras)
        return (Edit(node_span(source, node), text),) if text else None
    return None


def _as_written(names: list[str], path: str, new: str, keras: str | None) -> str | None:
    """A new path, from the same name if it leads there, else from the package."""
    parts = path.split(".")
    for kept in range(len(names) - 1, 0, -1):
        prefix = ".".join(parts[: len(parts) - len(names) + kept])
        if prefix and new.startswith(f"{prefix}."):
            return ".".join(names[:kept]) + new[len(prefix) :]
    return keras + new.removeprefix("keras") if keras else None

"""Writing out: a function that can be imported no more is defined in the file instead.

Never learns what the function does; somebody hands its text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from keras_lsp.editing.paths import Moved
from keras_lsp.editing.statements import (
    Located,
    insert_after,
    locate,
    newline,
    node_span,
    text_of,
    whole_lines,
)
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span
from keras_lsp.text.cells import is_boundary

Written = Callable[[str], str | None]
"""The text of a function by its path as the program writes it; ``None`` where there is none."""


def write_out(
    source: Source, statement: Span, written: Written, moved: Moved
) -> tuple[Edit, ...] | None:
    """An import at the top of a file, what is used of it defined below the imports instead.

    Its other names come from the paths that ``moved`` tells. ``None`` where a name has no path, or
    where the name of a function means something else in the file.
    """
    located = locate(source, statement)
    if located is None or not isinstance(located.node, ast.ImportFrom):
        return None
    node = located.node
    place = whole_lines(source, node, comments=False)
    if located.block is not source.tree.body or place is None:
        return None
    functions: dict[str, str] = {}
    edits: list[Edit] = []
    groups: dict[str, list[str]] = {}
    for alias in {(a.name, a.asname): a for a in node.names}.values():
        path, bound = f"{node.module}.{alias.name}", alias.asname or alias.name
        own = written(path) if bound == alias.name else None
        reads = _reads(source, bound)
        new = moved(path)
        if own is not None:
            functions[bound] = own
        elif new is not None:
            module, _, name = new.rpartition(".")
            entry = name if name == bound else f"{name} as {bound}"
            groups.setdefault(module, []).append(entry)
        elif reads:
            for read in reads:
                functions[read.attr] = written(f"{path}.{read.attr}") or ""
                edits.append(Edit(node_span(source, read), read.attr))
        else:
            return None
    if not all(functions.values()) or not functions or _is_bound(source, functions, node):
        return None
    if "#" in text_of(source, node_span(source, node)):
        return None
    end = newline(source)
    lines = "".join(f"from {m} import {', '.join(names)}{end}" for m, names in groups.items())
    return (Edit(place, lines), *edits, _defined(source, located, functions))


def _reads(source: Source, bound: str) -> list[ast.Attribute]:
    """What is read from a name, nothing where the name itself is handed on."""
    reads = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == bound
    ]
    names = sum(isinstance(n, ast.Name) and n.id == bound for n in ast.walk(source.tree))
    return reads if names == len(reads) else []


def _is_bound(source: Source, names: Mapping[str, str], own: ast.ImportFrom) -> bool:
    """Whether anything but an import binds one of the names in the file."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Name(id=name, ctx=ctx) if name in names:
                imported = any((a.asname or a.name) == name for a in own.names)
                if not imported or not isinstance(ctx, ast.Load):
                    return True
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                if name in names:
                    return True
            case ast.alias(name=name, asname=asname) if (asname or name) in names:
                if node not in own.names:
                    return True
    return False


def _defined(source: Source, located: Located, functions: Mapping[str, str]) -> Edit:
    """The functions behind the imports that follow the import, two empty lines around them."""
    index = located.index
    while index + 1 < len(located.block):
        last, following = located.block[index], located.block[index + 1]
        between = source.lines[(last.end_lineno or last.lineno) - 1 : following.lineno - 1]
        if not isinstance(following, (ast.Import, ast.ImportFrom)) or any(
            map(is_boundary, between)
        ):
            break
        index += 1
    last = located.block[index]
    behind = source.lines[last.end_lineno or last.lineno :]
    empty = next((n for n, line in enumerate(behind) if line.strip()), 2)
    text = "\n\n\n".join(functions.values())
    return insert_after(source, last, "\n\n" + text + "\n" * max(2 - empty, 0))

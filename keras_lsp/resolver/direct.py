"""Direct answers: an import of a name that its own module defines needs no jedi.

Never follows a re-export, a star import or anything that is not a plain ``def`` or
``class``; whatever is not obvious is left to jedi.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from keras_lsp.resolver.answers import Definition
from keras_lsp.syntax import Source

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


NOWHERE = Definition("", 0, "", "nothing")
"""The answer that there is nothing to be found."""


def direct(
    path: str, name: str, roots: list[str], source_of: Callable[[str], Source | None]
) -> Definition | None:
    """Where the dotted ``name`` that the file at ``path`` imports is defined, if it is obvious.

    ``None`` also where two places could be meant.
    """
    module, _, last = name.rpartition(".")
    if not last or not module.strip("."):
        # ``from . import name``: a module or something of a package, jedi knows.
        return None
    found = {str(file) for file in _files(Path(path), module, roots)}
    if len(found) != 1:
        return None
    (file,) = found
    source = source_of(file) if file != path else None
    if source is None:
        # Nothing in that file can have to do with models: there is nothing to follow.
        return NOWHERE
    places = [
        (source.start_of(statement) + node.lineno - 1, node)
        for statement in source.statements
        for node in statement.body
        if isinstance(node, DEFINITIONS) and node.name == last
    ]
    if len(places) != 1:
        return None
    line, node = places[0]
    kind = "class" if isinstance(node, ast.ClassDef) else "function"
    return Definition(file, line, last, kind)


def _files(path: Path, module: str, roots: list[str]) -> Iterator[Path]:
    """The files that a dotted module name can mean to the file at ``path``."""
    dots = len(module) - len(module.lstrip("."))
    parts = module[dots:].split(".")
    if dots:
        folder = path.parent
        for _ in range(dots - 1):
            folder = folder.parent
        folders = [folder]
    else:
        folders = [path.parent, *map(Path, roots)]
    for folder in folders:
        file = folder.joinpath(*parts).with_suffix(".py")
        if file.is_file():
            yield file

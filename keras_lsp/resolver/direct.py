"""Direct answers: a chain of plain imports needs no jedi.

Never guesses: where it is not obvious what a module binds, because it makes names while it runs
or because two modules could be meant, jedi is asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from keras_lsp.catalog.names import canonical
from keras_lsp.resolver.answers import Definition, is_same
from keras_lsp.resolver.toplevel import Bound, TopLevel, joined

NOWHERE = Definition("", 0, "", "nothing")
"""The answer that there is nothing to be found."""

Seen = frozenset[tuple[str, str]]
"""The names of files that are being looked up: one that comes again is a circle."""


@dataclass(frozen=True, slots=True)
class Modules:
    """What is known of the modules of a project."""

    roots: Sequence[str]
    """The folders in which absolute names begin."""
    top_level: Callable[[str], TopLevel | None]
    """The names of a file; ``None`` for one that cannot be read."""


def direct(path: str, name: str, modules: Modules) -> Definition | None:
    """Where the dotted ``name`` that the file at ``path`` imports is defined, if it is obvious.

    ``None`` also where two places could be meant.
    """
    return _follow(path, name, modules, frozenset())


def begins(path: str, name: str, modules: Modules) -> bool:
    """Whether a dotted name that the file at ``path`` imports begins in the project."""
    dots = len(name) - len(name.lstrip("."))
    return dots > 0 or bool(_beginnings(path, name.partition(".")[0], dots, modules))


def _follow(path: str, name: str, modules: Modules, seen: Seen) -> Definition | None:
    keras = canonical(name)
    if keras is not None:
        return Definition("", 0, name, "keras", keras=keras)
    dots = len(name) - len(name.lstrip("."))
    parts = name[dots:].split(".")
    if not parts[0]:
        return NOWHERE
    places = _beginnings(path, parts[0], dots, modules)
    if not places:
        # ``from . import name``: what the package itself binds; else it is from outside.
        return _walk(_package(path, dots), parts, modules, seen) if dots else NOWHERE
    return _walk(places[0], parts[1:], modules, seen) if len(places) == 1 else None


def _walk(module: str, parts: list[str], modules: Modules, seen: Seen) -> Definition | None:
    """From a module along the attributes and submodules that a dotted name tells."""
    while parts:
        file = _file(module)
        if file is not None:
            found = _attribute(file, parts[0], parts[1:], modules, seen)
            if found is not NOWHERE:
                return found
        below = os.path.join(module, parts[0])
        if not os.path.isdir(module) or not _exists(below):
            return NOWHERE
        module, parts = below, parts[1:]
    # A module is no value that anything here is concerned with.
    return NOWHERE


def _attribute(
    file: str, name: str, rest: list[str], modules: Modules, seen: Seen
) -> Definition | None:
    """What a name at the top level of a file is; ``NOWHERE`` if there is no such name."""
    top = modules.top_level(file)
    if top is None:
        return None
    if (file, name) in seen:
        # ``from package import module`` in the package itself: there is a submodule of that name.
        return NOWHERE
    seen |= {(file, name)}
    if name in top.names:
        return _agreed([_binding(file, name, b, rest, modules, seen) for b in top.names[name]])
    if not top.certain:
        return None
    found = [_brought(file, star, name, rest, modules, seen) for star in top.stars]
    return _agreed([each for each in found if each is not NOWHERE] or [NOWHERE])


def _binding(
    file: str, name: str, bound: Bound, rest: list[str], modules: Modules, seen: Seen
) -> Definition | None:
    if bound.kind == "import":
        return _follow(file, ".".join((bound.imported, *rest)), modules, seen)
    # What is inside of a class or an object is somebody else's question.
    return NOWHERE if rest else Definition(file, bound.line, name, bound.kind)


def _brought(
    file: str, star: str, name: str, rest: list[str], modules: Modules, seen: Seen
) -> Definition | None:
    """What a star import in a file brings under a name."""
    if canonical(star) is not None:
        found = canonical(f"{star}.{name}")
        if found is None or found.kind == "unknown":
            return NOWHERE
        return _follow(file, ".".join((star, name, *rest)), modules, seen)
    module = _module_of(file, star, modules)
    top = modules.top_level(module) if module is not None else None
    if top is None or not top.certain:
        # A module from outside may bring anything, though hardly something of this project.
        return NOWHERE if module is None and not star.startswith(".") else None
    gives = top.gives(name)
    if gives is None:
        return None
    if not gives:
        return NOWHERE
    return _follow(file, ".".join((joined(star, name), *rest)), modules, seen)


def _agreed(found: Sequence[Definition | None]) -> Definition | None:
    """The one answer of several bindings: nobody knows which of them counts."""
    first = found[0]
    if None in found or first is None:
        return None
    same = all(is_same(first, other) for other in found[1:] if other is not None)
    return first if same else NOWHERE


def _module_of(path: str, name: str, modules: Modules) -> str | None:
    """The file of a module that is imported as a whole."""
    dots = len(name) - len(name.lstrip("."))
    parts = [part for part in name[dots:].split(".") if part]
    if not parts:
        return _file(_package(path, dots))
    places = _beginnings(path, parts[0], dots, modules)
    return _file(os.path.join(places[0], *parts[1:])) if len(places) == 1 else None


def _beginnings(path: str, first: str, dots: int, modules: Modules) -> list[str]:
    """The modules that the first part of a dotted name can mean to the file at ``path``."""
    if dots:
        return _existing([_package(path, dots)], first)
    folder = os.path.dirname(path)
    near = _existing([folder, *modules.roots], first)
    if near:
        return near
    # A program of its own somewhere inside of the project: its folders, from within.
    while (above := os.path.dirname(folder)) != folder:
        folder = above
        if not any(_is_inside(folder, root) for root in modules.roots):
            break
        found = _existing([folder], first)
        if found:
            return found
    return []


def _is_inside(folder: str, root: str) -> bool:
    return folder == root or folder.startswith(root.rstrip(os.sep) + os.sep)


def _existing(folders: Sequence[str], first: str) -> list[str]:
    places = dict.fromkeys(os.path.join(folder, first) for folder in folders)
    return [place for place in places if _exists(place)]


def _exists(module: str) -> bool:
    return os.path.isdir(module) or os.path.isfile(f"{module}.py")


def _package(path: str, dots: int) -> str:
    folder = os.path.dirname(path)
    for _ in range(dots - 1):
        folder = os.path.dirname(folder)
    return folder


def _file(module: str) -> str | None:
    """The file that a module is; ``None`` for a folder without one."""
    package = os.path.join(module, "__init__.py")
    if os.path.isfile(package):
        return package
    return f"{module}.py" if os.path.isfile(f"{module}.py") else None

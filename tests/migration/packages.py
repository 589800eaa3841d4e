"""The pinned releases of packages for Keras 1 and 2, and the modules in them.

Never learns how they are mended or measured.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import releases
from tests.support.releases import Release, Unavailable

__all__ = [
    "Package",
    "Unavailable",
    "beside",
    "fetch",
    "modules",
    "pinned",
    "stand_ins",
    "unavailable",
]

HERE = Path(__file__).resolve().parent
STORE = releases.STORE / "migration"
LEFT_OUT = frozenset({"tests", "test", "examples", "setup", "conftest", "demo", "docs"})
"""Folders and modules that are no part of a package."""
# A pattern, as many of these files are of a Python that no parser reads any more.
_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Package(Release):
    """A release of a package for an older Keras."""

    imports: tuple[str, ...]
    """The names of its top-level packages and modules."""

    @property
    def folder(self) -> Path:
        return STORE / f"{self.name}-{self.version}"


def pinned() -> tuple[Package, ...]:
    table = _table()
    return tuple(
        Package(**{**entry, "imports": tuple(entry["imports"])}) for entry in table["package"]
    )


def stand_ins() -> tuple[str, ...]:
    """Packages that have nothing to do with Keras, and need not be there to import."""
    return tuple(_table()["stand-ins"])


def unavailable() -> dict[str, str]:
    """Packages that would belong here and cannot be had, and why."""
    return dict(_table()["unavailable"])


def modules(package: Package, folder: Path) -> Iterator[tuple[str, Path]]:
    """The modules of a package below a folder, by their dotted names."""
    for top in package.imports:
        for file in sorted((folder / top).rglob("*.py")):
            parts = list(file.relative_to(folder).with_suffix("").parts)
            if parts[-1] == "__init__":
                parts.pop()
            if not LEFT_OUT & set(parts) and all(part.isidentifier() for part in parts):
                yield ".".join(parts), file


def beside(packages: Sequence[Package], pinned: Sequence[Package]) -> tuple[Package, ...]:
    """The other pinned packages that these import, and those that they import in turn.

    Fetches all of them. Raises `Unavailable`.
    """
    found = list(packages)
    for package in found:
        fetch(package)
        named = {top for _, file in modules(package, package.folder) for top in _imports(file)}
        found += [p for p in pinned if p not in found and named & set(p.imports)]
    return tuple(found[len(packages) :])


def _imports(file: Path) -> list[str]:
    return _IMPORT.findall(file.read_text(encoding="utf-8", errors="replace"))


def fetch(package: Package) -> bool:
    """Makes the package's folder; ``False`` where it was there already.

    Raises `Unavailable`.
    """
    return releases.fetch(
        package,
        package.folder,
        lambda path: path.suffix == ".py" and path.parts[0] in package.imports,
        # A source release is asked for its name by its setup.py; an empty environment is slow.
        options=("--no-build-isolation",),
    )


def _table() -> dict[str, Any]:
    return tomllib.loads((HERE / "packages.toml").read_text(encoding="utf-8"))

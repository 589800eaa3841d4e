"""The pinned wheels of packages that use Keras; it knows nothing about findings."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.support import releases
from tests.support.releases import STORE, Release, Unavailable

__all__ = ["Package", "Unavailable", "fetch", "pinned"]

HERE = Path(__file__).resolve().parent
SUFFIXES = frozenset({".py", ".ipynb"})

# One target for every machine, so that a wheel with compiled parts is the same file everywhere.
TARGET = (
    "--only-binary=:all:",
    "--platform=manylinux_2_28_x86_64",
    "--python-version=3.11",
    "--implementation=cp",
    "--abi=cp311",
)


@dataclass(frozen=True, slots=True)
class Package(Release):
    @property
    def folder(self) -> Path:
        return STORE / f"{self.name}-{self.version}"


def pinned() -> tuple[Package, ...]:
    table = tomllib.loads((HERE / "packages.toml").read_text(encoding="utf-8"))
    return tuple(Package(**entry) for entry in table["package"])


def fetch(package: Package) -> bool:
    """Makes the package's folder; ``False`` where it was there already.

    Raises `Unavailable`.
    """
    return releases.fetch(
        package, package.folder, lambda path: path.suffix in SUFFIXES, options=TARGET
    )

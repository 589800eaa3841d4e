"""The pinned releases of packages for Keras 1 and 2, fetched, verified and unpacked.

Never learns how they are mended or measured.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

HERE = Path(__file__).resolve().parent
STORE = HERE.parent.parent / ".corpus" / "migration"
LEFT_OUT = frozenset({"tests", "test", "examples", "setup", "conftest", "demo", "docs"})
"""Folders and modules that are no part of a package."""


class Unavailable(Exception):
    """A release could not be fetched, or is not the one that was pinned."""


@dataclass(frozen=True, slots=True)
class Package:
    """A release of a package for an older Keras."""

    name: str
    version: str
    file: str
    sha256: str
    imports: tuple[str, ...]
    """The names of its top-level packages."""

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


def modules(package: Package, folder: Path) -> Iterator[tuple[str, Path]]:
    """The modules of a package below a folder, by their dotted names."""
    for top in package.imports:
        for file in sorted((folder / top).rglob("*.py")):
            parts = list(file.relative_to(folder).with_suffix("").parts)
            if parts[-1] == "__init__":
                parts.pop()
            if not LEFT_OUT & set(parts) and all(part.isidentifier() for part in parts):
                yield ".".join(parts), file


def fetch(package: Package) -> bool:
    """Makes the package's folder; ``False`` where it was there already.

    Raises `Unavailable`.
    """
    # This marks a repository of its own: the one around it ignores the folder, as keras-lsp would.
    (STORE / ".git").mkdir(parents=True, exist_ok=True)
    if package.folder.is_dir():
        return False
    archives = STORE / "archives"
    archives.mkdir(exist_ok=True)
    archive = archives / package.file
    if not archive.is_file():
        _download(package, archives)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != package.sha256:
        archive.unlink()
        raise Unavailable(f"{package.file}: sha256 is {found}, pinned is {package.sha256}")
    # The folder gets its name last: a broken-off unpacking is never taken for a whole one.
    unfinished = package.folder.with_name(package.folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for path, content in _members(archive):
        if path.suffix == ".py" and path.parts[0] in package.imports:
            target = unfinished.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    unfinished.rename(package.folder)
    return True


def _members(archive: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The files of a wheel or a source release, by their path below its first folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for entry in wheel.infolist():
                if not entry.is_dir():
                    yield _inside(entry.filename), wheel.read(entry)
        return
    with tarfile.open(archive) as release:
        for member in release:
            path = _inside(member.name)
            content = release.extractfile(member) if member.isfile() else None
            if content is not None and len(path.parts) > 1:
                yield PurePosixPath(*path.parts[1:]), content.read()


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or set(name) & set("\\:"):
        raise Unavailable(f"{name!r} would leave its folder")
    return path


def _download(package: Package, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    # A source release is asked for its name by its setup.py; an empty environment would be slow.
    command += ["--no-build-isolation", f"--dest={folder}", f"{package.name}=={package.version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not (folder / package.file).is_file():
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"{package.file}: {lines[-1] if lines else 'pip brought another file'}")


def _table() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads((HERE / "packages.toml").read_text(encoding="utf-8"))

"""The pinned wheels, fetched, verified and unpacked; it knows nothing about findings."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

HERE = Path(__file__).resolve().parent
STORE = HERE.parent.parent / ".corpus"
SUFFIXES = frozenset({".py", ".ipynb"})

# One target for every machine, so that a wheel with compiled parts is the same file everywhere.
TARGET = (
    "--platform=manylinux_2_28_x86_64",
    "--python-version=3.11",
    "--implementation=cp",
    "--abi=cp311",
)


class Unavailable(Exception):
    """A package could not be fetched, or is not the one that was pinned."""


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    file: str
    sha256: str

    @property
    def folder(self) -> Path:
        return STORE / f"{self.name}-{self.version}"


def pinned() -> tuple[Package, ...]:
    table = tomllib.loads((HERE / "packages.toml").read_text(encoding="utf-8"))
    return tuple(Package(**entry) for entry in table["package"])


def fetch(package: Package) -> bool:
    """Makes the package's folder; False where it was there already."""
    # This marks a repository of its own: the one around it ignores the folder, as keras-lsp would.
    (STORE / ".git").mkdir(parents=True, exist_ok=True)
    if package.folder.is_dir():
        return False
    wheels = STORE / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    wheel = wheels / package.file
    if not wheel.is_file():
        _download(package, wheels)
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != package.sha256:
        wheel.unlink()
        raise Unavailable(f"{package.file}: sha256 is {found}, pinned is {package.sha256}")
    # The folder gets its name last: a broken-off unpacking is never taken for a whole one.
    unfinished = package.folder.with_name(package.folder.name + ".part")
    _unpack(wheel, unfinished)
    unfinished.rename(package.folder)
    return True


def _download(package: Package, wheels: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", *TARGET, f"--dest={wheels}"]
    command += [f"{package.name}=={package.version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not (wheels / package.file).is_file():
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"{package.file}: {lines[-1] if lines else 'pip brought another file'}")


def _unpack(wheel: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            path = PurePosixPath(entry.filename)
            if path.suffix not in SUFFIXES:
                continue
            if path.is_absolute() or ".." in path.parts or set(entry.filename) & set("\\:"):
                raise Unavailable(f"{wheel.name}: {entry.filename!r} would leave its folder")
            target = folder.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))

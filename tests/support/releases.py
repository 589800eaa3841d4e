"""Pinned releases of packages, wheels and source releases: fetched, verified and unpacked.

Never learns what they are wanted for, and never installs one.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

STORE = Path(__file__).resolve().parents[2] / ".corpus"


class Unavailable(Exception):
    """A release could not be fetched, or is not the one that was pinned."""


@dataclass(frozen=True, slots=True)
class Release:
    """A file of a package index, by its name and what is in it."""

    name: str
    version: str
    file: str
    sha256: str


def fetch(
    release: Release,
    folder: Path,
    wanted: Callable[[PurePosixPath], bool],
    options: Sequence[str] = (),
) -> bool:
    """Unpacks the wanted files of a release into a folder; ``False`` where it was there already.

    The options are pip's, for the download. Raises `Unavailable`.
    """
    # This marks a repository of its own: the one around it ignores the folder, as keras-lsp would.
    (STORE / ".git").mkdir(parents=True, exist_ok=True)
    if folder.is_dir():
        return False
    archives = STORE / "archives"
    archives.mkdir(exist_ok=True)
    archive = archives / release.file
    if not archive.is_file():
        _download(release, archives, options)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != release.sha256:
        archive.unlink()
        raise Unavailable(f"{release.file}: sha256 is {found}, pinned is {release.sha256}")
    # The folder gets its name last: a broken-off unpacking is never taken for a whole one.
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for path, content in members(archive):
        if wanted(path):
            target = unfinished.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    unfinished.rename(folder)
    return True


def members(archive: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The files of a wheel, or of a source release by their path below its first folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for entry in wheel.infolist():
                if not entry.is_dir():
                    yield _inside(archive, entry.filename), wheel.read(entry)
        return
    with tarfile.open(archive) as release:
        for member in release:
            path = _inside(archive, member.name)
            content = release.extractfile(member) if member.isfile() else None
            if content is not None and len(path.parts) > 1:
                yield PurePosixPath(*path.parts[1:]), content.read()


def _inside(archive: Path, name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or set(name) & set("\\:"):
        raise Unavailable(f"{archive.name}: {name!r} would leave its folder")
    return path


def _download(release: Release, folder: Path, options: Sequence[str]) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *options]
    command += [f"--dest={folder}", f"{release.name}=={release.version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not (folder / release.file).is_file():
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"{release.file}: {lines[-1] if lines else 'pip brought another file'}")

"""Files: which ones a path on the command line means, and how they are read and written.

Never checks anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pathspec

from keras_lsp.config import EXCLUDED, Config, matches
from keras_lsp.text import Decoded, decode

SUFFIXES = (".py", ".pyi", ".ipynb")
LARGEST = 20_000_000
"""Bytes; a larger file is no program that somebody wrote."""


class Unreadable(OSError):
    """A file that cannot be checked; the message says why."""


@dataclass(frozen=True, slots=True)
class File:
    """A file with its text and what it takes to write it back."""

    path: Path
    decoded: Decoded

    def write(self, text: str) -> None:
        self.path.write_bytes(self.decoded.encode(text))


def read(path: Path) -> File:
    """Read a Python file or a notebook; raises `Unreadable`."""
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable("it is larger than 20 MB")
        return File(path, decode(path.read_bytes()))
    except (OSError, ValueError) as problem:
        if isinstance(problem, Unreadable):
            raise
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise Unreadable(reason or str(problem)) from None


def discover(paths: Iterable[Path], config_for: object) -> Iterator[Path]:
    """The files to check: named ones as they are, folders searched."""
    for path in paths:
        if path.is_dir():
            yield from _search(path, config_for)
        else:
            yield path


def _search(top: Path, config_for: object) -> Iterator[Path]:
    seen: set[tuple[int, int]] = set()
    pending: list[tuple[Path, tuple[tuple[Path, pathspec.PathSpec], ...]]] = [
        (top, _ignored_above(top))
    ]
    config: Config = config_for(top)  # type: ignore[operator]
    while pending:
        folder, ignored = pending.pop()
        try:
            status = folder.stat()
            entries = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError:
            continue
        if (status.st_dev, status.st_ino) in seen and status.st_ino:
            continue
        seen.add((status.st_dev, status.st_ino))
        ignored = (*ignored, *_ignore_file(folder))
        below = []
        for entry in entries:
            path = Path(entry.path)
            if _is_ignored(path, entry, ignored) or _is_excluded(path, config):
                continue
            if _is_dir(entry):
                below.append((path, ignored))
            elif entry.name.endswith(SUFFIXES):
                yield path
        pending.extend(reversed(below))


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_excluded(path: Path, config: Config) -> bool:
    return path.name in EXCLUDED or any(
        matches(str(path), pattern, config.root) for pattern in config.exclude
    )


def _is_ignored(
    path: Path, entry: os.DirEntry[str], ignored: Iterable[tuple[Path, pathspec.PathSpec]]
) -> bool:
    slash = "/" if _is_dir(entry) else ""
    for root, spec in ignored:
        try:
            relative = path.relative_to(root).as_posix()
        except ValueError:
            continue
        if spec.match_file(relative + slash):
            return True
    return False


def _ignore_file(folder: Path) -> Iterator[tuple[Path, pathspec.PathSpec]]:
    try:
        lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
        yield folder, pathspec.PathSpec.from_lines("gitignore", lines)
    except (OSError, ValueError):
        return


def _ignored_above(top: Path) -> tuple[tuple[Path, pathspec.PathSpec], ...]:
    """The ignore files between a folder and the root of its repository."""
    found: list[tuple[Path, pathspec.PathSpec]] = []
    folder = top.resolve()
    if (folder / ".git").exists():
        return ()
    for parent in folder.parents:
        found[:0] = [(top.__class__(os.path.relpath(parent)) if not top.is_absolute() else parent, s) for _, s in _ignore_file(parent)]
        if (parent / ".git").exists():
            return tuple(found)
    return ()

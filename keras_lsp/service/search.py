"""Search: the Python files of a folder, those that are ignored left out.

Never opens a file other than ``.gitignore``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pathspec

from keras_lsp.config import EXCLUDED, Config, matches

Ignored = tuple[tuple[Path, "pathspec.PathSpec[Any]"], ...]


def python_files(
    top: str, config: Config, suffixes: tuple[str, ...] = (".py", ".pyi")
) -> Iterator[str]:
    """Files below ``top`` in alphabetical order; each folder once, links or not."""
    seen: set[tuple[int, int]] = set()
    pending: list[tuple[Path, Ignored]] = [(Path(top), _ignored_above(Path(top)))]
    while pending:
        folder, ignored = pending.pop()
        try:
            status = folder.stat()
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda e: e.name)
        except OSError:
            continue
        identity = (status.st_dev, status.st_ino)
        if status.st_ino and identity in seen:
            continue
        seen.add(identity)
        ignored = (*ignored, *_ignore_file(folder))
        below: list[tuple[Path, Ignored]] = []
        for entry in entries:
            path, folder_like = Path(entry.path), _is_folder(entry)
            if is_excluded(path, config) or _is_ignored(path, folder_like, ignored):
                continue
            if folder_like:
                below.append((path, ignored))
            elif entry.name.endswith(suffixes):
                yield str(path)
        pending.extend(reversed(below))


def is_excluded(path: Path, config: Config) -> bool:
    return path.name in EXCLUDED or any(
        matches(str(path), pattern, config.root) for pattern in config.exclude
    )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_ignored(path: Path, folder: bool, ignored: Ignored) -> bool:
    absolute = Path(os.path.abspath(path))
    for root, spec in ignored:
        if absolute.is_relative_to(root):
            relative = absolute.relative_to(root).as_posix()
            if spec.match_file(f"{relative}/" if folder else relative):
                return True
    return False


def _ignore_file(folder: Path) -> Ignored:
    try:
        text = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace")
        spec = pathspec.PathSpec.from_lines("gitignore", text.splitlines())
    except (OSError, ValueError):
        return ()
    return ((Path(os.path.abspath(folder)), spec),)


def _ignored_above(top: Path) -> Ignored:
    """The ignore files between a folder and the root of its repository."""
    folder = Path(os.path.abspath(top))
    found: Ignored = ()
    above: Ignored = ()
    if (folder / ".git").exists():
        return ()
    for parent in folder.parents:
        found = (*_ignore_file(parent), *found)
        if (parent / ".git").exists():
            above = found
            break
    # A folder that is named is meant, ignored or not.
    return tuple(item for item in above if not _is_ignored(folder, True, (item,)))

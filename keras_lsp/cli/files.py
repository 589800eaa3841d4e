"""Files: which ones a path on the command line means, and how they are read and written.

Never checks anything.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from keras_lsp.config import Config
from keras_lsp.service.search import python_files
from keras_lsp.text import Decoded, books, decode
from keras_lsp.text.markdown import is_notebook

SUFFIXES = (".py", ".pyi", ".ipynb", ".md", *books.SUFFIXES)
LARGEST = 20_000_000
"""Bytes; a larger file is no program that somebody wrote."""
LARGEST_NOTEBOOK = 300_000_000
"""Bytes; most of a notebook may be pictures that it has drawn."""


_HEADER = 4_096
"""Bytes in which the header of a Markdown notebook is looked for."""


class Unreadable(OSError):
    """A file that cannot be checked; the message says why."""


@dataclass(frozen=True, slots=True)
class File:
    """A file with its text and what it takes to write it back."""

    path: Path
    decoded: Decoded
    stamp: tuple[int, int]
    """When it was changed last, and its size, when it was read."""

    def write(self, text: str) -> None:
        """Replace the file in one step: an end or a full disk in the middle loses nothing.

        Raises `OSError`, also where somebody has changed the file since it was read.
        """
        import shutil
        import tempfile

        path = Path(os.path.realpath(self.path))
        if _stamp(path) != self.stamp:
            raise OSError("it has changed since it was read")
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        data = self.decoded.encode(text)
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        except OSError:
            # Nothing can be made in its folder: then the file itself is all there is.
            path.write_bytes(data)
            return
        try:
            with os.fdopen(handle, "wb") as made:
                made.write(data)
            shutil.copymode(path, name)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def read(path: Path) -> File:
    """Read a Python file or a notebook; raises `Unreadable`."""
    try:
        largest = LARGEST_NOTEBOOK if path.suffix == ".ipynb" else LARGEST
        stamp = _stamp(path)
        if stamp[1] > largest:
            raise Unreadable(f"it is larger than {largest // 1_000_000} MB")
        return File(path, decode(path.read_bytes()), stamp)
    except (OSError, ValueError) as problem:
        if isinstance(problem, Unreadable):
            raise
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise Unreadable(reason or str(problem)) from None


def discover(paths: Iterable[Path], config_for: Callable[[Path], Config]) -> Iterator[Path]:
    """The files to check: named ones as they are, folders searched for programs and notebooks."""
    for path in paths:
        if path.is_dir():
            for name in python_files(str(path), config_for(path), SUFFIXES):
                if _says_program(name):
                    yield Path(name)
        else:
            yield path


def _says_program(name: str) -> bool:
    """Whether a document is one with a program in it; most are prose."""
    if name.endswith(books.SUFFIXES):
        from keras_lsp.text.chunks import has_program

        try:
            return has_program(read(Path(name)).decoded.text)
        except Unreadable:
            return True
    if not name.endswith(".md"):
        return True
    try:
        with open(name, "rb") as file:
            head = file.read(_HEADER)
    except OSError:
        return False
    return head.startswith(b"---") and is_notebook(head.decode("utf-8", "replace"))

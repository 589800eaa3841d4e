"""Files as they are on disk, each read once; the ones asked for last stay in memory.

Never learns of what an editor holds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from keras_lsp.syntax import Source
from keras_lsp.text import Undecodable, decode

_RELEVANT = re.compile(
    r"keras|tensorflow|\.(?:fit|compile|evaluate|predict|train_on_batch|summary)\(|keras-lsp:|(?i:model)"
)

Stamp = tuple[int, int]


def is_relevant(text: str) -> bool:
    """Whether a file can have anything to do with Keras at all."""
    return _RELEVANT.search(text) is not None


class SavedFiles:
    """The sources of files that can have to do with Keras, in the order in which they were asked
    for, the last one at the end."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Stamp, Source | None]] = {}

    def source(self, path: str) -> Source | None:
        """The file as it is now; ``None`` if it cannot be read or has nothing to do with Keras."""
        stamp = stamp_of(path)
        if stamp is None:
            self._known.pop(path, None)
            return None
        known = self._known.pop(path, None)
        if known is None or known[0] != stamp:
            known = stamp, _relevant(path)
        self._known[path] = known
        return known[1]

    def last(self, path: str) -> Source | None:
        """The file as it was when it was last asked for."""
        return self._known.get(path, (None, None))[1]

    def took(self, path: str, source: Source) -> None:
        """A file was just read by somebody else."""
        stamp = stamp_of(path)
        if stamp is not None:
            self._known.pop(path, None)
            self._known[path] = (stamp, source)

    def let_go(self, most: int) -> list[str]:
        """Where there are more than ``most`` lines, keep the half that was asked for last.

        Gives the paths of the others.
        """
        heights = {
            path: source.height if source else 0 for path, (_, source) in self._known.items()
        }
        gone = beyond(heights, most)
        for path in gone:
            del self._known[path]
        return gone


def beyond(heights: Mapping[str, int], most: int) -> list[str]:
    """The first of some paths, so that the lines of the others are half of ``most``; none where
    there are no more lines than that."""
    kept = sum(heights.values())
    found: list[str] = []
    if kept > most:
        for path, height in heights.items():
            if kept <= most // 2:
                break
            found.append(path)
            kept -= height
    return found


def stamp_of(path: str) -> Stamp | None:
    """The time of a file's last change and its size; ``None`` if there is no such file."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size


def text_of(path: str) -> str | None:
    """The text of a file; ``None`` if it has none that can be read."""
    try:
        return decode(Path(path).read_bytes()).text
    except (OSError, Undecodable):
        return None


def parsed(path: str) -> Source | None:
    """A file read anew, whatever it has to do with."""
    text = text_of(path)
    return Source.parse(path, text) if text is not None else None


def _relevant(path: str) -> Source | None:
    source = parsed(path)
    return source if source is not None and is_relevant(source.text) else None

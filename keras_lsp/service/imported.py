"""Imported: the other files of a project for those who follow models through them.

Never shares a parsed text with anybody else, so that any one thread may use it.

It knows what is obvious from the imports themselves, and asks nobody about the rest.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from keras_lsp.catalog.names import KerasName
from keras_lsp.resolver.direct import Modules, begins, direct
from keras_lsp.resolver.toplevel import TopLevel, top_level
from keras_lsp.service.saved import Stamp, beyond, stamp_of, text_of
from keras_lsp.syntax import Source

LARGEST = 1 << 20
"""Bytes of a file that is looked into."""
KEPT = 20_000
"""Lines that are kept from one time to the next."""


@dataclass(slots=True)
class _Kept:
    """A file that was read, or the text of an editor that stands for it."""

    stamp: Stamp | str
    """Of a text the text itself."""
    source: Source | None
    top: TopLevel | None = None

    @property
    def height(self) -> int:
        return 0 if self.source is None else self.source.height


@dataclass(eq=False)
class Texts:
    """The files that were read, kept from one time to the next."""

    kept: dict[str, _Kept] = field(default_factory=dict)

    def of(self, path: str, buffer: str | None) -> _Kept | None:
        """What is known of a file; None for one that cannot be read."""
        stamp = buffer if buffer is not None else _stamp_if_small(path)
        if stamp is None:
            self.kept.pop(path, None)
            return None
        known = self.kept.pop(path, None)
        if known is None or known.stamp != stamp:
            text = buffer if buffer is not None else text_of(path)
            source = None if text is None else Source.parse(path, text)
            known = _Kept(stamp, source)
            for other in beyond({p: k.height for p, k in self.kept.items()}, KEPT):
                del self.kept[other]
        # The last to be asked for is the last to be let go of.
        self.kept[path] = known
        return known


class Imported:
    """Answers for one look at a program; raises nothing."""

    def __init__(
        self,
        roots: Sequence[str],
        buffers: Mapping[str, str] | None = None,
        texts: Texts | None = None,
    ) -> None:
        """``buffers`` are the texts of an editor, by their files (see `os.path.normcase`)."""
        self._modules = Modules(list(dict.fromkeys(filter(None, roots))), self._top_level)
        self._buffers = buffers or {}
        self._texts = texts or Texts()
        self._seen: dict[str, _Kept | None] = {}
        self._begins: dict[tuple[str, str], bool] = {}
        self._found: dict[tuple[str, str], tuple[str, str] | KerasName | None] = {}

    @property
    def files(self) -> dict[str, str]:
        """The texts of the files that were looked into, by these (see `os.path.normcase`)."""
        return {
            os.path.normcase(path): kept.source.text if kept and kept.source else ""
            for path, kept in self._seen.items()
        }

    def is_here(self, path: str, name: str) -> bool:
        if not os.path.isabs(path):
            # A text that has no file yet.
            return False
        key = (os.path.dirname(path), name if name.startswith(".") else name.partition(".")[0])
        if key not in self._begins:
            self._begins[key] = begins(path, name, self._modules)
        return self._begins[key]

    def definition(self, path: str, name: str) -> tuple[str, str] | KerasName | None:
        key = (path, name)
        if key not in self._found:
            found = direct(path, name, self._modules) if self.is_here(path, name) else None
            if found is None or not (found.path or found.keras):
                self._found[key] = None
            else:
                self._found[key] = found.keras or (found.path, found.name)
        return self._found[key]

    def source(self, path: str) -> Source | None:
        found = self._look(path)
        return None if found is None else found.source

    def _top_level(self, path: str) -> TopLevel | None:
        found = self._look(path)
        if found is None or found.source is None:
            return None
        if found.top is None:
            found.top = top_level(found.source)
        return found.top

    def _look(self, path: str) -> _Kept | None:
        """Each file as it is when it is first looked into."""
        if path not in self._seen:
            self._seen[path] = self._texts.of(path, self._buffers.get(os.path.normcase(path)))
        return self._seen[path]


def roots_of(root: str, extra_paths: Sequence[str]) -> list[str]:
    """The folders in which absolute imports of a project begin."""
    return [root, str(Path(root) / "src"), *extra_paths] if root else list(extra_paths)


def _stamp_if_small(path: str) -> Stamp | None:
    stamp = stamp_of(path)
    return stamp if stamp is not None and stamp[1] <= LARGEST else None

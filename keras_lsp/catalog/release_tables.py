"""The tables of all releases, made of the releases' own files.

Never fetches one; somebody says where its archive lies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from keras_lsp.catalog import release_api
from keras_lsp.catalog.package_code import Package, texts
from keras_lsp.catalog.preference import preference
from keras_lsp.catalog.release_api import Api

KERAS = ("0.3.3", "1.2.2", "2.0.8", "2.3.1", "2.6.0", "2.9.0", "2.12.0", "2.15.0",
         "3.0.5", "3.3.3", "3.6.0", "3.9.2", "3.12.0", "3.15.1")  # fmt: skip
TF_KERAS = "2.21.0"

RELEASES = (*(("keras", version) for version in KERAS), ("tf_keras", TF_KERAS))


def views(archive: Callable[[str, str], Path]) -> Iterator[tuple[str, Api]]:
    """Each way in which a release can be imported, oldest first, with what it offers.

    Until Keras 2 ``tf.keras`` is what ``keras`` is, in Keras 3 it is a package of its own.
    """
    behind: list[tuple[str, Api]] = []
    for name, version in RELEASES:
        package = Package(texts(archive(name, version), name))
        bases = (f"{name}.api._v2.keras", f"{name}.api", name)
        base = next(base for base in bases if base in package)
        yield f"{name} {version}", release_api.read(package, name, base)
        for base in ("keras._tf_keras.keras", "keras.api._tf_keras.keras"):
            if base in package:
                behind.append((f"tf.keras {version}", release_api.read(package, name, base)))
    yield from behind


class Tables:
    """Rows of all tables; a mask has a bit for each view."""

    def __init__(self, read: Iterable[tuple[str, Api]]) -> None:
        found = list(read)
        self.views = [label for label, _ in found]
        self.apis = [api for _, api in found]
        newest = max(i for i, label in enumerate(self.views) if label.startswith("keras "))
        self.current = self.apis[newest].names.keys()
        self.canonical: dict[str, str] = {}
        """The best name of what a name means, in the newest view that has it."""
        self.best: list[dict[str, str]] = [self._best(api) for api in self.apis]
        order = [*(i for i in range(len(self.views)) if i != newest), newest]
        for index in order:
            api, best = self.apis[index], self.best[index]
            for name, origin in api.names.items():
                self.canonical[name] = best[origin]

    def _best(self, api: Api) -> dict[str, str]:
        groups: dict[str, list[str]] = defaultdict(list)
        for name, origin in api.names.items():
            groups[origin].append(name)
        return {
            origin: min(
                names,
                key=lambda n: (n not in self.current, preference(n, origin.rpartition(".")[2])),
            )
            for origin, names in groups.items()
        }

    def files(self) -> dict[str, str]:
        """The content of each file by its name."""
        head = "#\t" + "\t".join(self.views)
        return {
            "names.tsv": _text(head, self._names()),
            "signatures.tsv": _text(head, self._signatures()),
            "members.tsv": _text(head, self._members()),
            "identifiers.tsv": _text(head, self._identifiers()),
            "renames.tsv": _text(head, self._renames()),
            "summaries.tsv": _text(head, self._summaries()),
        }

    def _names(self) -> Iterator[str]:
        masks: dict[tuple[str, str], int] = defaultdict(int)
        for index, api in enumerate(self.apis):
            for name in api.modules:
                masks[name, "m"] |= 1 << index
            for name, origin in api.names.items():
                if name not in api.modules:
                    masks[name, api.kinds[origin][0]] |= 1 << index
        for (name, kind), mask in masks.items():
            canonical = self.canonical.get(name, name) if kind != "m" else name
            yield f"{name}\t{mask:x}\t{kind}\t{canonical if canonical != name else ''}"

    def _signatures(self) -> Iterator[str]:
        masks: dict[tuple[str, str], int] = defaultdict(int)
        for index, api in enumerate(self.apis):
            for origin, text in api.signatures.items():
                best = self.best[index].get(origin)
                if best is None:
                    owner, _, method = origin.rpartition(".")
                    best = f"{self.best[index][owner]}.{method}"
                masks[best, text] |= 1 << index
        for (name, text), mask in masks.items():
            yield f"{name}\t{mask:x}\t{text}"

    def _members(self) -> Iterator[str]:
        masks: dict[tuple[str, str], int] = defaultdict(int)
        for index, api in enumerate(self.apis):
            for name, members in api.members.items():
                if name.startswith("keras.optimizers.legacy"):
                    continue
                for member in members:
                    masks[name.rpartition(".")[2], member] |= 1 << index
        for (name, member), mask in masks.items():
            yield f"{name}.{member}\t{mask:x}"

    def _identifiers(self) -> Iterator[str]:
        masks: dict[tuple[str, str], int] = defaultdict(int)
        for index, api in enumerate(self.apis):
            for family, identifiers in api.identifiers.items():
                if len(identifiers) < _FEWEST:
                    # Made while Keras runs: nothing to read.
                    continue
                for identifier in identifiers:
                    masks[family, identifier] |= 1 << index
        for (family, identifier), mask in masks.items():
            yield f"{family}.{identifier}\t{mask:x}"

    def _renames(self) -> Iterator[str]:
        found = {row for api in self.apis for row in api.renames}
        for owner, old, new in found:
            yield f"{owner}\t{old}\t{new}"

    def _summaries(self) -> Iterator[str]:
        told: dict[str, str] = {}
        for index, api in enumerate(self.apis):
            for origin, text in api.summaries.items():
                told[self.best[index][origin]] = text
        for name, text in told.items():
            yield f"{name}\t{text}"


_FEWEST = 5
"""A family that has fewer identifiers was not understood."""


def _text(head: str, rows: Iterable[str]) -> str:
    return "\n".join([head, *sorted(rows)]) + "\n"

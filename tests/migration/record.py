"""What was measured of the old packages, kept between runs: ``measured.json``.

Never measures.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from tests.migration.measuring import State
from tests.migration.packages import HERE, Package

FILE = HERE / "measured.json"


@dataclass(frozen=True, slots=True)
class Row:
    """A package, in how many modules, and how many of them are imported in each state."""

    version: str
    modules: int
    imported: Mapping[str, int]
    raised: Mapping[str, int]
    """What modules still raise in the last state, and how many of them."""
    told: Mapping[str, str] = field(default_factory=dict)
    """What is found on the line that raises it; a reason without a finding is left out."""


@dataclass(frozen=True, slots=True)
class Record:
    """The rows of packages by their names, and the releases of what imported them."""

    keras: str
    tensorflow: str
    packages: Mapping[str, Row]

    def renewed(self, other: Record) -> Record | None:
        """This with the other's rows, ``None`` where another release imported them."""
        if (self.keras, self.tensorflow) != (other.keras, other.tensorflow):
            return None
        return Record(self.keras, self.tensorflow, {**self.packages, **other.packages})

    def only(self, packages: Sequence[Package]) -> Record:
        """The rows of these releases, in their order."""
        kept = {
            p.name: self.packages[p.name]
            for p in packages
            if p.name in self.packages and self.packages[p.name].version == p.version
        }
        return Record(self.keras, self.tensorflow, kept)


def of(packages: Sequence[Package], states: Mapping[str, State]) -> Record:
    """The record of what was measured just now, here."""
    last = list(states.values())[-1]
    rows = {
        package.name: Row(
            package.version,
            len(last.raised[package.name]),
            {name: state.imported(package.name) for name, state in states.items()},
            dict(sorted(Counter(r for r in last.raised[package.name].values() if r).items())),
            {
                reason: last.told[package.name][place(reason)]
                for reason in sorted(set(last.raised[package.name].values()))
                if place(reason) in last.told.get(package.name, {})
            },
        )
        for package in packages
    }
    return Record(version("keras"), version("tensorflow-cpu"), rows)


def place(reason: str) -> str:
    """``rl/util.py:3`` of ``ImportError: … [rl/util.py:3]``."""
    return reason.rpartition(" [")[2].rstrip("]")


def read(file: Path = FILE) -> Record:
    told = json.loads(file.read_text(encoding="utf-8"))
    rows = {name: Row(**row) for name, row in told["packages"].items()}
    return Record(told["keras"], told["tensorflow"], rows)


def write(record: Record, file: Path = FILE) -> None:
    text = json.dumps(asdict(record), indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8", newline="\n")

"""The findings in the corpus, compared with those committed; it knows nothing about downloads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from tests.corpus.packages import HERE, Package

ROOT = HERE.parent.parent
SNAPSHOT = HERE / "findings.json"


class CheckFailed(Exception):
    """keras-lsp did not finish a package as it promises to."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    package: str
    file: str
    line: int
    rule: str
    judged: str = ""

    @property
    def key(self) -> tuple[str, str, int, str]:
        return self.package, self.file, self.line, self.rule

    def __str__(self) -> str:
        return f"{self.package}: {self.file}:{self.line} {self.rule}"


@dataclass(frozen=True, slots=True)
class Result:
    entries: tuple[Entry, ...]
    messages: tuple[str, ...]
    seconds: float
    complaints: str


@dataclass(frozen=True, slots=True)
class Difference:
    appeared: tuple[Entry, ...]
    vanished: tuple[Entry, ...]


def check(package: Package, *options: str) -> Result:
    # A package is checked from its own folder, as its author would, but with this keras-lsp;
    # -P keeps the modules in that folder from shadowing those of the standard library.
    command = [sys.executable, "-P", "-m", "keras_lsp", "check", "--output-format", "json"]
    command += ["--jobs", "1", *options, "."]
    began = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=package.folder,
        # The newest Keras is what counts, whatever environment the tests run in.
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "VIRTUAL_ENV": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    seconds = time.perf_counter() - began
    if "Traceback (most recent call last)" in done.stderr or done.returncode not in (0, 1, 2):
        raise CheckFailed(f"{package.name}: exit code {done.returncode}\n{done.stderr}")
    found = json.loads(done.stdout)
    pairs = sorted((_entry(package, item), str(item["message"])) for item in found)
    return Result(
        tuple(entry for entry, _ in pairs),
        tuple(message for _, message in pairs),
        seconds,
        done.stderr,
    )


def load() -> tuple[Entry, ...]:
    if not SNAPSHOT.is_file():
        return ()
    return tuple(Entry(**item) for item in json.loads(SNAPSHOT.read_text(encoding="utf-8")))


def save(entries: Iterable[Entry]) -> None:
    rows = ",\n".join(json.dumps(asdict(entry), ensure_ascii=False) for entry in sorted(entries))
    with SNAPSHOT.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"[\n{rows}\n]\n" if rows else "[]\n")


def compare(known: Sequence[Entry], found: Sequence[Entry]) -> Difference:
    return Difference(_beyond(found, known), _beyond(known, found))


def _beyond(entries: Sequence[Entry], others: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries that the others lack; a line may have several findings of one rule."""
    left = Counter(entry.key for entry in others)
    beyond = []
    for entry in entries:
        left[entry.key] -= 1
        if left[entry.key] < 0:
            beyond.append(entry)
    return tuple(beyond)


def judged_as_before(known: Sequence[Entry], found: Sequence[Entry]) -> list[Entry]:
    verdicts = {entry.key: entry.judged for entry in known}
    return [replace(entry, judged=verdicts.get(entry.key, "")) for entry in found]


def excerpt(package: Package, entry: Entry, around: int = 6) -> str:
    """The lines around a finding as they lie in the file, the finding's own marked."""
    text = (package.folder / entry.file).read_text(encoding="utf-8", errors="replace")
    lines = text.splitlines()
    first = max(0, entry.line - 1 - around)
    return "\n".join(
        f"{'>' if number == entry.line else ' '}{number:6} {line}"
        for number, line in enumerate(lines[first : entry.line + around], first + 1)
    )


def _entry(package: Package, item: dict[str, object]) -> Entry:
    path = (package.folder / str(item["filename"])).resolve().relative_to(package.folder.resolve())
    location = item["location"]
    assert isinstance(location, dict)
    return Entry(package.name, path.as_posix(), int(location["row"]), str(item["code"]))

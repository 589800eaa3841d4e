"""How many modules import before and after the fixes, and why the others do not.

Never downloads; works on copies of what was unpacked.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.migration.packages import HERE, STORE, Package, modules, stand_ins

ROOT = HERE.parent.parent
STATES: Mapping[str, tuple[str, ...]] = {
    "as released": (),
    "--fix": ("--fix",),
    "--fix --unsafe-fixes": ("--fix", "--unsafe-fixes"),
}
"""What is done to a package before its modules are imported."""


class Failed(Exception):
    """keras-lsp or the process that imports did not do its work."""


@dataclass(frozen=True, slots=True)
class State:
    """The packages after something was done to them."""

    raised: Mapping[str, Mapping[str, str]]
    """What importing each module of each package raised, ``""`` where nothing."""
    told: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the findings of each package say, by the file and the line: ``rl/util.py:3``."""

    def imported(self, package: str) -> int:
        return sum(not told for told in self.raised[package].values())


def measure(
    packages: Sequence[Package], beside: Sequence[Package], options: Sequence[str]
) -> State:
    """Copies the packages, mends the copies, and imports the modules of the first ones."""
    key = "".join(options).strip("-") or "released"
    base = STORE / "states" / key
    shutil.rmtree(base, ignore_errors=True)
    folders = {}
    for package in (*packages, *beside):
        folder = base / package.name
        shutil.copytree(package.folder, folder)
        folders[package.name] = folder
        if options:
            mend(folder, options)
    # Each finds the others that it imports, mended like itself.
    path = [str(folder) for folder in folders.values()]
    wanted = {p.name: [m for m, _ in modules(p, folders[p.name])] for p in packages}
    raised = imported(path, list(wanted.values()))
    told = {p.name: findings(folders[p.name]) for p in packages} if options else {}
    return State({n: {m: raised[m] for m in ms} for n, ms in wanted.items()}, told)


def mend(folder: Path, options: Sequence[str]) -> None:
    """Runs ``keras-lsp check`` in a folder. Raises `Failed`."""
    _check(folder, options)


def findings(folder: Path) -> dict[str, str]:
    """The messages of what is found in a folder, by each line of their places. Raises `Failed`."""
    found: dict[str, str] = {}
    for item in json.loads(_check(folder, ["--output-format", "json"])):
        file = Path(item["filename"])
        shown = file.relative_to(folder) if file.is_absolute() else file
        first, last = item["location"]["row"], item["end_location"]["row"]
        for line in range(first, last + 1):
            found.setdefault(f"{shown}:{line}", f"{item['code']}: {item['message']}")
    return found


def _check(folder: Path, options: Sequence[str]) -> str:
    command = [sys.executable, "-P", "-m", "keras_lsp", "check", "--select", "api", *options]
    done = subprocess.run(
        [*command, "."],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "VIRTUAL_ENV": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if "Traceback (most recent call last)" in done.stderr or done.returncode not in (0, 1, 2):
        raise Failed(f"{folder.name}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def imported(path: Sequence[str], packages: Sequence[Sequence[str]]) -> dict[str, str]:
    """Imports the modules of packages under the real Keras, and tells what each of them raised."""
    request = {"path": list(path), "packages": list(packages), "stand_ins": stand_ins()}
    done = subprocess.run(
        [sys.executable, "-I", str(HERE / "importer.py")],
        input=json.dumps(request) + "\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        check=False,
    )
    told = dict(json.loads(line) for line in done.stdout.splitlines())
    wanted = {name for names in packages for name in names}
    if told.keys() != wanted:
        raise Failed(f"only {len(told)} of {len(wanted)} modules were tried")
    return told

"""The four measurements as Markdown tables; they print targets and assert nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks import material, peers
from benchmarks.client import Client, Silence
from benchmarks.peers import ROOT, Tool
from benchmarks.processes import cpu_ms, family, resident_mb, wait_until_quiet

LENGTHS = (100, 300, 1_000, 3_000, 10_000)
CELLS = 100
EDIT_TARGETS = {1_000: "30 ms", 3_000: "60 ms"}
CORPUS_PART = ("keras-tuner", "deepctr", "csbdeep")


def edits(rounds: int) -> None:
    """What one keystroke costs until the findings of the changed file are there."""
    print("## An edit to its findings\n")
    print(
        f"Median of {rounds} edits inside a function in the middle of the file: a literal changes, "
        "a line appears and goes, a name is half typed; then the same in the cells of a notebook. "
        "CPU is that of the server with all its processes: until the findings are there, and until "
        "it is quiet again.\n"
    )
    _header("Lines", "Server", "CPU to findings", "CPU until quiet", "Wall", "Target (CPU)")
    tools = peers.servers()
    for lines in LENGTHS:
        for tool in tools:
            with _silence_told(), tempfile.TemporaryDirectory() as folder:
                path = material.write(Path(folder).resolve(), "program", lines)
                to_findings, until_quiet, wall = _edit(tool, path, rounds)
                target = EDIT_TARGETS.get(lines, "") if tool.name == "keras-lsp" else ""
                _row(
                    f"{lines:,}",
                    tool.name,
                    f"{to_findings:.1f} ms",
                    f"{until_quiet:.1f} ms",
                    f"{wall:.1f} ms",
                    target,
                )
        with _silence_told(), tempfile.TemporaryDirectory() as folder:
            path = material.write(Path(folder).resolve(), "program", lines)
            parts = material.cells(path, CELLS)
            to_findings, until_quiet, wall = _edit(tools[0], path, rounds, parts)
            _row(
                f"{lines:,}",
                f"{tools[0].name}, {len(parts)} cells",
                f"{to_findings:.1f} ms",
                f"{until_quiet:.1f} ms",
                f"{wall:.1f} ms",
                "as the file",
            )
    print()


def _edit(
    tool: Tool, path: Path, rounds: int, parts: Sequence[str] = ()
) -> tuple[float, float, float]:
    line = material.middle(path)
    column = len(material.EDITED)
    # Each pair leaves the text as it was, so that all rounds see the same file.
    changes = (
        (0, 0, "1 + "),
        (0, 4, ""),
        (0, 0, "0)]\n" + material.EDITED),
        (1, 0, ""),
        (0, 0, "los"),
        (0, 3, ""),
    )
    to_findings, until_quiet, wall = [], [], []
    with _started(tool, path.parent) as client:
        if parts:
            client.open_notebook(path, parts)
        else:
            client.open(path)
        wait_until_quiet(client.pid, 300)
        for number in range(rounds):
            down, removed, text = changes[number % len(changes)]
            before, began = cpu_ms(*family(client.pid)), time.perf_counter()
            client.edit(path, (line, column), (line + down, column + removed), text)
            wall.append((time.perf_counter() - began) * 1000)
            to_findings.append(cpu_ms(*family(client.pid)) - before)
            wait_until_quiet(client.pid)
            until_quiet.append(cpu_ms(*family(client.pid)) - before)
    return median(to_findings), median(until_quiet), median(wall)


def check(packages: Sequence[str] = CORPUS_PART) -> None:
    """How much source a checker gets through."""
    # The corpus is the tests' own: without it there is nothing to read, which is said.
    from tests.corpus.packages import Unavailable, fetch, pinned

    print("## Throughput of `check`\n")
    folders = []
    for package in pinned():
        if package.name in packages:
            try:
                fetch(package)
            except Unavailable as problem:
                print(f"**MISSING: {problem}**\n")
                continue
            folders.append(package.folder)
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    if not files:
        print("**Nothing to check: the corpus is not there.**\n")
        return
    lines = sum(path.read_bytes().count(b"\n") for path in files)
    names = ", ".join(folder.name for folder in folders)
    print(f"{len(files)} files, {lines:,} lines of {names}; one job each, start-up included.\n")
    _header("Checker", "CPU", "Wall", "Lines per CPU second", "keras-lsp is", "Target")
    own = None
    with tempfile.TemporaryDirectory() as name:
        # A copy under a plain name: peers leave out hidden and ignored folders, each its own.
        work = Path(name).resolve()
        for folder in folders:
            shutil.copytree(folder, work / folder.name, ignore=shutil.ignore_patterns("*.ipynb"))
        for tool in peers.checkers():
            cpu, wall = _run(tool, work)
            speed = lines / cpu
            own = own or speed
            targets = {"pyright": "5 times as fast", "pylint -E": "10 times as fast"}
            target = targets.get(tool.name.partition(",")[0], "")
            times = f"{own / speed:.2f} times as fast"
            _row(tool.name, f"{cpu:.2f} s", f"{wall:.2f} s", f"{speed:,.0f}", times, target)
    print()


# The children of this small process are the checker's and nobody else's.
_METER = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, time.perf_counter() - began]))
"""


def _run(tool: Tool, folder: Path) -> tuple[float, float]:
    """Seconds of CPU with all children, and of the clock."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), *tool.paths))}
    if os.name == "nt":
        began = time.perf_counter()
        subprocess.run([*tool.command, "."], cwd=folder, env=env, capture_output=True, check=False)
        wall = time.perf_counter() - began
        return wall, wall
    meter = [peers.OWN[0], "-c", _METER, *tool.command, "."]
    done = subprocess.run(meter, cwd=folder, env=env, capture_output=True, text=True, check=True)
    cpu, wall = json.loads(done.stdout)
    return cpu, wall


def startup(rounds: int) -> None:
    """What a server costs until it has answered `initialize`."""
    print("## Start-up\n")
    print(
        f"Until the answer to `initialize`, median of {rounds} starts; then until the findings of "
        "the first file, of 300 lines, are there, counted from the start of the process.\n"
    )
    _header("Server", "CPU", "Wall", "CPU against bare pygls", "Target", "Wall to first findings")
    bare = None
    with tempfile.TemporaryDirectory() as name:
        path = material.write(Path(name).resolve(), "program", 300)
        tools = (peers.bare_server(), *peers.servers())
        # In turns: what else the machine does meanwhile befalls all of them.
        turns = [{tool.name: _start_if_any(tool, path) for tool in tools} for _ in range(rounds)]
        for tool in tools:
            with _silence_told():
                starts = [start for turn in turns if (start := turn[tool.name]) is not None]
                if len(starts) < rounds:
                    raise Silence(f"{tool.name} did not start {rounds - len(starts)} times")
                finds = tool.name != "bare pygls"
                cpu = median(start[0] for start in starts)
                bare = bare or cpu
                _row(
                    tool.name,
                    f"{cpu:.0f} ms",
                    f"{median(start[1] for start in starts):.0f} ms",
                    f"{cpu / bare:.2f}",
                    "1.3" if tool.name == "keras-lsp" else "",
                    f"{median(start[2] for start in starts):.0f} ms" if finds else "",
                )
    print()


def _start_if_any(tool: Tool, path: Path) -> tuple[float, float, float] | None:
    try:
        return _start(tool, path, finds=tool.name != "bare pygls")
    except (Silence, OSError):
        return None


def _start(tool: Tool, path: Path, finds: bool) -> tuple[float, float, float]:
    began = time.perf_counter()
    with Client(tool, path.parent) as client:
        client.initialize()
        cpu, wall = cpu_ms(*family(client.pid)), time.perf_counter() - began
        if finds:
            client.initialized()
            client.open(path)
        return cpu, wall * 1000, (time.perf_counter() - began) * 1000


def memory() -> None:
    """What a server holds with ten files open."""
    print("## Resident memory\n")
    print("Ten files of 200 to 2,000 lines are open and the server is quiet.\n")
    _header("Server", "Server alone", "With its workers", "Target (alone)")
    for tool in (peers.bare_server(), *peers.servers()):
        with _silence_told(), tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            paths = [material.write(folder, f"program_{n}", 200 * n) for n in range(1, 11)]
            with _started(tool, folder) as client:
                for path in paths if tool.name != "bare pygls" else ():
                    client.open(path)
                wait_until_quiet(client.pid, 1000)
                _row(
                    tool.name,
                    f"{resident_mb(client.pid):.0f} MB",
                    f"{resident_mb(*family(client.pid)):.0f} MB",
                    "90 MB" if tool.name == "keras-lsp" else "",
                )
    print()


@contextmanager
def _started(tool: Tool, folder: Path) -> Iterator[Client]:
    """A client whose server is initialized."""
    with Client(tool, folder) as client:
        client.initialize()
        client.initialized()
        yield client


@contextmanager
def _silence_told() -> Iterator[None]:
    """A server that falls silent costs its own row only."""
    try:
        yield
    except (Silence, OSError) as problem:
        _row(f"**FAILED: {problem}**")


def _header(*titles: str) -> None:
    _row(*titles)
    _row(*("---" for _ in titles))


def _row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)

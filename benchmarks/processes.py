"""What a process has cost so far, as Linux tells it; it knows nothing about language servers."""

from __future__ import annotations

import time
from pathlib import Path

PROC = Path("/proc")
AVAILABLE = (PROC / "self" / "task").is_dir()
MISSING = float("nan")


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for member in found:
        for children in PROC.glob(f"{member}/task/*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:
                continue
    return found


def cpu_ms(*pids: int) -> float:
    """CPU time of these processes' threads in milliseconds, finer than the scheduler's tick."""
    if not AVAILABLE:
        return MISSING
    total = 0
    for pid in pids:
        for task in PROC.glob(f"{pid}/task/*/schedstat"):
            try:
                total += int(task.read_text().split()[0])
            except (OSError, IndexError):
                continue
    return total / 1e6


def resident_mb(*pids: int) -> float:
    if not AVAILABLE:
        return MISSING
    kilobytes = 0
    for pid in pids:
        try:
            lines = (PROC / str(pid) / "status").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return kilobytes / 1024


def wait_until_quiet(pid: int, still_ms: float = 60, limit: float = 30) -> None:
    """Returns when the process and its children have used next to no CPU for a while."""
    if not AVAILABLE:
        time.sleep(1)
        return
    began = since = time.monotonic()
    before = cpu_ms(*family(pid))
    while time.monotonic() - began < limit:
        time.sleep(0.01)
        now = cpu_ms(*family(pid))
        if now - before > 1:
            before, since = now, time.monotonic()
        elif (time.monotonic() - since) * 1000 >= still_ms:
            return

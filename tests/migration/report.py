"""The table of old packages before and after their fixes, as it stands in the repository.

Never measures.
"""

from __future__ import annotations

from collections import Counter

from tests.migration.measuring import ROOT, STATES
from tests.migration.packages import unavailable
from tests.migration.record import Record

PAGE = ROOT / "docs" / "migration.md"


def table(record: Record) -> str:
    """A row for each package: how many of its modules import in each state."""
    rows = [
        ["package", "modules", *STATES],
        ["---", *["--:"] * (len(STATES) + 1)],
    ]
    modules, totals = 0, Counter[str]()
    for name, row in record.packages.items():
        modules += row.modules
        totals.update(row.imported)
        imported = [str(row.imported.get(state, "")) for state in STATES]
        rows.append([f"{name} {row.version}", str(row.modules), *imported])
    shares = [f"**{totals[s]}** ({100 * totals[s] // max(modules, 1)} %)" for s in STATES]
    rows.append(["**all**", f"**{modules}**", *shares])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def left(record: Record) -> str:
    """What modules still raise, the most frequent first, with where it is raised."""
    told = Counter(
        {(name, why): n for name, row in record.packages.items() for why, n in row.raised.items()}
    )
    return "\n".join(f"{count:4} {name}: {why}" for (name, why), count in told.most_common())


def page(record: Record) -> str:
    """The page in ``docs``."""
    remaining = "\n".join(
        f"| {name} | {count} | {_shown(reason)} | {_escaped(row.told.get(reason, 'nothing'))} |"
        for name, row in sorted(record.packages.items())
        for reason, count in row.raised.items()
    )
    count = len(record.packages)
    told, all_left = said(record)
    return f"""# Old packages under Keras {record.keras}

Made by `python -m tests.migration`: {count} releases of packages for Keras 1, Keras 2 and
`tf.keras`, unpacked, each of their modules imported under Keras {record.keras} and TensorFlow
{record.tensorflow}, each package in a process of its own; then the same after
`keras-lsp check --select api --fix`, and after `--fix --unsafe-fixes`.

No line of them is changed by hand. Tests, examples and `setup.py` are left out. Other packages that
they import (matplotlib, OpenCV, …) are stand-ins, and names that Python, NumPy and SciPy dropped
(`collections.Iterable`, `np.float`, `scipy.misc.imresize`) are put back, so what is counted is what
Keras and TensorFlow decide. That a module imports does not say that all in it works.

{absent()}

{table(record)}
## What still does not import

The number of modules, what they raise, and what is found on that line after all fixes: for
{told} of {all_left} modules there is a finding that says why.

| package | modules | raises | found there |
|---|--:|---|---|
{remaining}
"""


def said(record: Record) -> tuple[int, int]:
    """Of how many modules that do not import a finding tells why, and how many there are."""
    rows = record.packages.values()
    told = sum(n for row in rows for why, n in row.raised.items() if why in row.told)
    return told, sum(sum(row.raised.values()) for row in rows)


def absent() -> str:
    """The packages that would belong to the table."""
    told = "; ".join(f"{name}: {why}" for name, why in unavailable().items())
    return f"Not in the table, as the index has no release of it: {told}."


def _escaped(text: str) -> str:
    return text.replace("|", r"\|")


def _shown(reason: str) -> str:
    message, _, place = _escaped(reason).rpartition(" [")
    shortened = message if len(message) <= 160 else f"{message[:160]}…"
    return f"{shortened.replace('`', '')} at `{place.rstrip(']')}`" if place else shortened

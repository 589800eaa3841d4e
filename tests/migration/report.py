"""The table of old packages before and after their fixes, as it stands in the repository.

Never measures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from tests.migration.measuring import ROOT, State
from tests.migration.packages import Package, unavailable

PAGE = ROOT / "docs" / "migration.md"


def table(packages: Sequence[Package], states: Mapping[str, State]) -> str:
    """A row for each package: how many of its modules import in each state."""
    rows = [
        ["package", "modules", *states],
        ["---", *["--:"] * (len(states) + 1)],
    ]
    totals = [0, *[0] * len(states)]
    for package in packages:
        count = len(next(iter(states.values())).raised[package.name])
        imported = [state.imported(package.name) for state in states.values()]
        totals = [a + b for a, b in zip(totals, [count, *imported], strict=True)]
        rows.append([f"{package.name} {package.version}", str(count), *map(str, imported)])
    shares = [f"**{n}** ({100 * n // max(totals[0], 1)} %)" for n in totals[1:]]
    rows.append(["**all**", f"**{totals[0]}**", *shares])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def left(state: State) -> str:
    """What modules still raise, the most frequent first, with where it is raised."""
    told = Counter(
        (package, reason)
        for package, modules in state.raised.items()
        for reason in modules.values()
        if reason
    )
    return "\n".join(
        f"{count:4} {package}: {reason}" for (package, reason), count in told.most_common()
    )


def page(packages: Sequence[Package], states: Mapping[str, State]) -> str:
    """The page in ``docs``."""
    last = list(states.values())[-1]
    reasons = Counter(
        (package, re.sub(r"\|", r"\\|", reason))
        for package, modules in last.raised.items()
        for reason in modules.values()
        if reason
    )
    remaining = "\n".join(
        f"| {package} | {count} | {_shown(reason)} |"
        for (package, reason), count in sorted(reasons.items())
    )
    return f"""# Old packages under Keras {version("keras")}

Made by `python -m tests.migration`: releases of {len(packages)} packages for Keras 1, Keras 2 and
`tf.keras`, unpacked, each of their modules imported under Keras {version("keras")} and TensorFlow
{version("tensorflow-cpu")}, each package in a process of its own; then the same after
`keras-lsp check --select api --fix`, and after `--fix --unsafe-fixes`.

No line of them is changed by hand. Tests, examples and `setup.py` are left out. Other packages that
they import (matplotlib, OpenCV, …) are stand-ins, and names that Python, NumPy and SciPy dropped
(`collections.Iterable`, `np.float`, `scipy.misc.imresize`) are put back, so what is counted is what
Keras and TensorFlow decide. That a module imports does not say that all in it works.

{absent()}

{table(packages, states)}
## What still does not import

The number of modules, and what they raise, where.

| package | modules | raises |
|---|--:|---|
{remaining}
"""


def absent() -> str:
    """The packages that would belong to the table."""
    told = "; ".join(f"{name}: {why}" for name, why in unavailable().items())
    return f"Not in the table, as the index has no release of it: {told}."


def _shown(reason: str) -> str:
    message, _, place = reason.rpartition(" [")
    shortened = message if len(message) <= 160 else f"{message[:160]}…"
    return f"{shortened.replace('`', '')} at `{place.rstrip(']')}`" if place else shortened

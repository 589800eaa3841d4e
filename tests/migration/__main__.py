"""``python -m tests.migration``: mend old packages, and count what a new Keras imports of them.

The table goes to ``docs/migration.md``; with names of packages nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.migration import report
from tests.migration.measuring import STATES, Failed, measure
from tests.migration.packages import Unavailable, fetch, pinned


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.migration", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="PACKAGE", help="only these packages")
    parser.add_argument("--last", action="store_true", help="only after all fixes")
    options = parser.parse_args()
    packages = [item for item in pinned() if not options.names or item.name in options.names]
    unknown = set(options.names) - {item.name for item in packages}
    if unknown:
        parser.error(f"not among the pinned packages: {', '.join(sorted(unknown))}")
    wanted = list(STATES)[-1:] if options.last else list(STATES)
    try:
        for package in pinned():
            fetch(package)
        with ThreadPoolExecutor(len(wanted)) as pool:
            measured = pool.map(lambda name: measure(packages, STATES[name]), wanted)
            states = dict(zip(wanted, measured, strict=True))
    except (Unavailable, Failed) as problem:
        print(problem, file=sys.stderr)
        return 2
    print(report.table(packages, states))
    print(report.left(states[wanted[-1]]))
    if not options.names and not options.last:
        report.PAGE.write_text(report.page(packages, states), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m tests.migration``: mend old packages, and count what a new Keras imports of them.

The table goes to ``docs/migration.md``; with names of packages their rows alone are renewed.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.migration import record, report
from tests.migration.measuring import STATES, Failed, measure
from tests.migration.packages import Unavailable, beside, pinned


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.migration", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="PACKAGE", help="only these packages")
    parser.add_argument(
        "--last", action="store_true", help="only after all fixes, and write nothing"
    )
    options = parser.parse_args()
    packages = [item for item in pinned() if not options.names or item.name in options.names]
    unknown = set(options.names) - {item.name for item in packages}
    if unknown:
        parser.error(f"not among the pinned packages: {', '.join(sorted(unknown))}")
    wanted = list(STATES)[-1:] if options.last else list(STATES)
    try:
        others = beside(packages, pinned())
        with ThreadPoolExecutor(len(wanted)) as pool:
            measured = pool.map(lambda name: measure(packages, others, STATES[name]), wanted)
            states = dict(zip(wanted, measured, strict=True))
    except (Unavailable, Failed) as problem:
        print(problem, file=sys.stderr)
        return 2
    found = record.of(packages, states)
    print(report.table(found))
    print(report.left(found))
    print("A finding tells why for {} of {} modules.".format(*report.said(found)))
    if options.last:
        return 0
    whole = record.read().renewed(found) if options.names else found
    if whole is None:
        print("The other rows are of another Keras or TensorFlow: run it whole.", file=sys.stderr)
        return 2
    whole = whole.only(pinned())
    record.write(whole)
    report.PAGE.write_text(report.page(whole), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

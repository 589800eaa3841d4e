"""``python -m tests.corpus``: download the packages, check them, read what was found."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.corpus import snapshot
from tests.corpus.newest import UP_TO_DATE, newest
from tests.corpus.packages import Package, Unavailable, fetch, pinned


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, purpose in (
        ("download", "fetch, verify and unpack the pinned packages"),
        ("check", "check them and compare with the committed findings"),
        ("show", "print the committed findings with their source"),
        ("newest", "check the newest releases of packages that keep up with Keras: --select api"),
    ):
        command = commands.add_parser(name, help=purpose)
        command.add_argument("names", nargs="*", metavar="PACKAGE", help="only these packages")
        if name == "check":
            command.add_argument("--update", action="store_true", help="rewrite the findings")
    options = parser.parse_args()
    if options.command == "newest":
        return _newest(options.names or UP_TO_DATE)
    packages = [item for item in pinned() if not options.names or item.name in options.names]
    unknown = set(options.names) - {item.name for item in packages}
    if unknown:
        parser.error(f"not among the pinned packages: {', '.join(sorted(unknown))}")
    if options.command == "show":
        return _show(packages)
    complete = _download(packages)
    if options.command == "check" and complete:
        return _check(packages, update=options.update)
    return 0 if complete else 2


def _download(packages: Sequence[Package]) -> bool:
    complete = True
    for package in packages:
        try:
            if fetch(package):
                print(f"unpacked {package.name} {package.version}")
        except Unavailable as problem:
            complete = False
            print(problem, file=sys.stderr)
    return complete


def _check(packages: Sequence[Package], *, update: bool) -> int:
    names = {package.name for package in packages}
    everything = snapshot.load()
    known = [entry for entry in everything if entry.package in names]
    found: list[snapshot.Entry] = []
    failed: list[Package] = []
    for package in packages:
        try:
            result = snapshot.check(package)
        except snapshot.CheckFailed as problem:
            print(problem, file=sys.stderr)
            failed.append(package)
            continue
        found += result.entries
        print(f"{package.name}: {len(result.entries)} findings, {result.seconds:.1f} s", flush=True)
        if result.complaints:
            print(result.complaints.rstrip())
    # Of a package that was not checked to its end, nothing is known to have vanished.
    names -= {package.name for package in failed}
    known = [entry for entry in known if entry.package in names]
    difference = snapshot.compare(known, found)
    for sign, entries in (("+", difference.appeared), ("-", difference.vanished)):
        for entry in entries:
            print(f"{sign} {entry}")
    if update:
        others = [entry for entry in everything if entry.package not in names]
        snapshot.save(others + snapshot.judged_as_before(known, found))
    return 1 if difference.appeared or difference.vanished or failed else 0


def _newest(names: Sequence[str]) -> int:
    found = 0
    for name in names:
        try:
            package = newest(name)
            result = snapshot.check(package, "--select", "api")
        except (Unavailable, snapshot.CheckFailed) as problem:
            print(problem, file=sys.stderr)
            return 2
        print(f"{name} {package.version}: {len(result.entries)} findings, {result.seconds:.1f} s")
        judged = {(e.file, e.rule): e.judged for e in snapshot.load() if e.package == name}
        for entry, message in zip(result.entries, result.messages, strict=True):
            verdict = judged.get((entry.file, entry.rule), "")
            print(f"  {entry.file}:{entry.line} {entry.rule}: {message}", f"({verdict})")
            found += not verdict.startswith("right")
    return 1 if found else 0


def _show(packages: Sequence[Package]) -> int:
    by_name = {package.name: package for package in packages}
    for entry in snapshot.load():
        package = by_name.get(entry.package)
        if package is None:
            continue
        print(f"{entry}\n  {entry.judged or 'not judged'}")
        if package.folder.is_dir():
            print(snapshot.excerpt(package, entry))
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())

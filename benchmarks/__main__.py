"""``python -m benchmarks``: keras-lsp beside its peers, as Markdown."""

from __future__ import annotations

import argparse
import platform
import sys

from benchmarks import measures, processes, shapes


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what",
        nargs="?",
        default="all",
        choices=("edits", "check", "startup", "memory", "shapes", "probe", "all"),
    )
    parser.add_argument("--rounds", type=int, default=18, help="edits per file and server")
    parser.add_argument("--starts", type=int, default=7, help="starts per server")
    parser.add_argument(
        "--packages",
        nargs="+",
        default=measures.CORPUS_PART,
        metavar="PACKAGE",
        help="the part of the corpus that is checked",
    )
    options = parser.parse_args()
    print(f"# Benchmarks\n\nPython {platform.python_version()}, {platform.platform()}.\n")
    if not processes.AVAILABLE:
        print("**No figures for CPU and memory of servers: only Linux tells them.**\n")
    if options.what in ("startup", "all"):
        measures.startup(options.starts)
    if options.what in ("edits", "all"):
        measures.edits(options.rounds)
    if options.what in ("memory", "all"):
        measures.memory()
    if options.what in ("shapes", "all"):
        shapes.hints(options.rounds)
    if options.what in ("probe", "all"):
        shapes.memory()
    if options.what in ("check", "all"):
        measures.check(options.packages)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m benchmarks``: keras-lsp beside its peers, as Markdown."""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import sys

from benchmarks import measures, processes, shapes
from benchmarks.peers import ROOT


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
    _compile_as_installed()
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


def _compile_as_installed() -> None:
    """All are measured as an installer leaves them: with their modules compiled to bytecode."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(ROOT / "keras_lsp", quiet=2)


if __name__ == "__main__":
    sys.exit(main())

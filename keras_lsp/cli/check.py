"""``keras-lsp check``: findings of files, printed or mended.

Never imports the editor's side.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from keras_lsp.cli.checker import Checker, Options, Outcome
from keras_lsp.cli.files import discover
from keras_lsp.cli.reports.records import (
    Record,
)
from keras_lsp.cli.settings import Settings

MANY = 24
"""Files from which on several processes pay."""


def run(arguments: argparse.Namespace) -> int:
    """Check what the command line names; the exit status."""
    from keras_lsp.cli.reports import FORMATS

    options = Options(
        overrides=arguments.overrides,
        fix=arguments.fix,
        unsafe=arguments.unsafe_fixes,
        diff=arguments.diff,
        with_fixes=arguments.output_format in ("json", "full", "concise"),
        root=os.getcwd(),
    )
    if arguments.watch:
        return _watch(arguments, options)
    outcomes = _outcomes(arguments, options)
    return _print(arguments, outcomes, FORMATS[arguments.output_format])


def _outcomes(arguments: argparse.Namespace, options: Options) -> list[Outcome]:
    if arguments.paths == ["-"]:
        name = arguments.stdin_filename or "-"
        checker = Checker(options)
        try:
            return [checker.check_bytes(sys.stdin.buffer.read(), name)]
        finally:
            checker.close()
    settings = Settings(options.overrides)
    paths = [Path(p) for p in (arguments.paths or ["."])]
    files = list(dict.fromkeys(discover(paths, settings.config_for)))
    if not files:
        print("warning: no Python files found under the given paths", file=sys.stderr)
    jobs = arguments.jobs or (1 if len(files) < MANY else os.cpu_count() or 1)
    if jobs == 1:
        _collect_seldom()
        checker = Checker(options)
        try:
            return [checker.check(path) for path in _progress(files)]
        finally:
            checker.close()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _start, (options,)) as pool:
        return list(_progress(pool.map(_check, files, chunksize=4), len(files)))


def _progress(items: Any, total: int | None = None) -> Iterator[Any]:
    """Tell a terminal how far it is, once it takes long."""
    terminal = sys.stderr.isatty()
    count = len(items) if total is None else total
    begun = time.monotonic()
    shown = False
    for number, item in enumerate(items, start=1):
        yield item
        if terminal and time.monotonic() - begun > 1:
            sys.stderr.write(f"\r{number} of {count} files")
            sys.stderr.flush()
            shown = True
    if shown:
        sys.stderr.write("\r\x1b[K")


_checker: Checker | None = None


def _start(options: Options) -> None:
    """The only state of a worker process: what it has learned so far."""
    global _checker
    _collect_seldom()
    _checker = Checker(options)


def _collect_seldom() -> None:
    """Few cycles die while files are checked; looking for them as often as usual costs a tenth."""
    gc.set_threshold(100_000, 20, 50)


def _check(path: Path) -> Outcome:
    assert _checker is not None
    return _checker.check(path)


def _print(arguments: argparse.Namespace, outcomes: Sequence[Outcome], render: Any) -> int:
    """Print what was found; the exit status."""
    problems = [o.problem for o in outcomes if o.problem]
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    records = [r for o in outcomes for r in o.records]
    fixed = sum(o.fixed for o in outcomes)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    if arguments.diff:
        changed = [o.diff for o in outcomes if o.diff]
        _write("".join(changed))
        if problems:
            return 2
        return 1 if changed and not arguments.exit_zero else 0
    written = [o.written for o in outcomes if o.written is not None]
    if written:
        _write("".join(written))
    elif arguments.statistics:
        _write(_statistics(records))
    else:
        text = render(records, colour)
        if problems and not records and text.startswith("All checks passed"):
            text = ""
        _write(text)
        if fixed and arguments.output_format in ("full", "concise"):
            _write(f"Fixed {fixed} finding{'s' if fixed != 1 else ''}.\n")
    if problems:
        return 2
    return 1 if records and not arguments.exit_zero else 0


def _write(text: str) -> None:
    # A console that knows fewer characters than the report must not end it.
    data = text.encode(sys.stdout.encoding or "utf-8", "replace")
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
    else:
        buffer.write(data)
        buffer.flush()


def _statistics(records: Sequence[Record]) -> str:
    counts = Counter(r.code for r in records)
    return "".join(f"{count:>6}  {code}\n" for code, count in counts.most_common())


def _watch(arguments: argparse.Namespace, options: Options) -> int:
    """Check again whenever a file has changed, until interrupted."""
    from keras_lsp.cli.reports import FORMATS

    render = FORMATS[arguments.output_format]
    seen: dict[Path, float] = {}
    status = 0
    try:
        while True:
            now = _stamps(arguments, options)
            if now != seen:
                seen = now
                if sys.stdout.isatty():
                    _write("\x1b[2J\x1b[H")
                status = _print(arguments, _outcomes(arguments, options), render)
                _write("Watching for changes.\n")
            time.sleep(0.3)
    except KeyboardInterrupt:
        return status


def _stamps(arguments: argparse.Namespace, options: Options) -> dict[Path, float]:
    settings = Settings(options.overrides)
    stamps = {}
    for path in discover([Path(p) for p in (arguments.paths or ["."])], settings.config_for):
        try:
            stamps[path] = path.stat().st_mtime
        except OSError:
            continue
    return stamps

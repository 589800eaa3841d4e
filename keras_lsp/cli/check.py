"""``keras-lsp check``: findings of files, printed or mended.

Never imports the editor's side.
"""

from __future__ import annotations

import argparse
import difflib
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keras_lsp.cli.files import File, Unreadable, discover, read
from keras_lsp.cli.reports.records import (
    EditRecord,
    FixRecord,
    Location,
    Record,
    RelatedRecord,
)
from keras_lsp.cli.settings import Settings
from keras_lsp.findings import Finding, Fix, Safety
from keras_lsp.text import Edit, Position, Span
from keras_lsp.text.cells import MalformedNotebook, Notebook

MANY = 24
"""Files from which on several processes pay."""


@dataclass(slots=True)
class Outcome:
    """What one file gave."""

    records: list[Record] = field(default_factory=list)
    problem: str = ""
    """Why the file could not be checked."""
    fixed: int = 0
    diff: str = ""
    written: str | None = None
    """The new text, where the file came from standard input."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a worker has to know to check a file."""

    overrides: dict[str, Any]
    fix: bool
    unsafe: bool
    diff: bool
    with_fixes: bool
    root: str


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
    jobs = arguments.jobs or (1 if len(files) < MANY else os.cpu_count() or 1)
    if jobs == 1:
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
    _checker = Checker(options)


def _check(path: Path) -> Outcome:
    assert _checker is not None
    return _checker.check(path)


class Checker:
    """Checks one file after another."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.settings = Settings(options.overrides)
        self._projects: dict[str, Any] = {}

    def close(self) -> None:
        for project in self._projects.values():
            project.close()

    def check(self, path: Path) -> Outcome:
        try:
            file = read(path)
            return self._check(str(path), file.decoded.text, file)
        except Unreadable as problem:
            return Outcome(problem=f"{path}: {problem}")

    def check_bytes(self, data: bytes, name: str) -> Outcome:
        from keras_lsp.text import decode

        try:
            decoded = decode(data)
        except ValueError as problem:
            return Outcome(problem=f"{name}: {problem}")
        return self._check(name, decoded.text, None)

    def _check(self, name: str, text: str, file: File | None) -> Outcome:
        notebook = None
        if name.endswith(".ipynb"):
            try:
                notebook = Notebook.read(text)
            except MalformedNotebook as problem:
                return Outcome(problem=f"{name}: {problem}")
        from keras_lsp.syntax import Source

        path = os.path.abspath(name) if name != "-" else os.path.join(self.options.root, "-.py")
        project = self._project(Path(path))
        source = Source.parse(path, notebook.source if notebook else text)
        project.open[path] = source
        checked = project.check_fully(source)
        outcome = Outcome()
        if self.options.fix or self.options.diff:
            self._mend(name, checked, project, notebook, text, file, outcome)
            checked = project.check(outcome_source(outcome, checked))
        records = [self._record(name, f, checked, project, notebook) for f in checked.findings]
        outcome.records = records
        return outcome

    def _project(self, path: Path) -> Any:
        from keras_lsp.service.project import Project

        config = self.settings.config_for(path)
        root = config.root or self.options.root
        if not path.is_relative_to(root):
            root = str(path.parent)
        key = f"{root}\0{id(config)}"
        if key not in self._projects:
            self._projects[key] = Project(root, config)
        return self._projects[key]

    def _mend(
        self,
        name: str,
        checked: Any,
        project: Any,
        notebook: Notebook | None,
        text: str,
        file: File | None,
        outcome: Outcome,
    ) -> None:
        from keras_lsp.fixing import fixed

        result = fixed(checked.source, project.recheck, unsafe=self.options.unsafe)
        new = result.source.text
        if notebook is not None:
            new = notebook.apply(_line_edits(checked.source.text, new))
        outcome.fixed = len(result.applied)
        _sources[id(outcome)] = result.source
        if self.options.diff:
            outcome.diff = _diff(name, text, new)
            _sources[id(outcome)] = checked.source
        elif file is None:
            outcome.written = new
        elif new != text:
            file.write(new)

    def _record(
        self, name: str, finding: Finding, checked: Any, project: Any, notebook: Notebook | None
    ) -> Record:
        from keras_lsp.checking import rule_url

        fix = _fix_of(finding, checked, project) if self.options.with_fixes else None
        cell, start = _location(finding.span.start, notebook)
        _, end = _location(finding.span.end, notebook)
        lines = checked.source.lines
        first = finding.span.start.line
        return Record(
            filename=name,
            code=finding.rule,
            severity=finding.severity.value,
            message=finding.message,
            location=start,
            end_location=end,
            cell=cell,
            url=rule_url(finding.rule),
            fix=_fix_record(fix, notebook) if fix else None,
            related=tuple(
                RelatedRecord(
                    name if r.path == checked.source.path else os.path.relpath(r.path),
                    _location(r.span.start, notebook if r.path == checked.source.path else None)[1],
                    r.message,
                )
                for r in finding.related
            ),
            lines=tuple(lines[first : finding.span.end.line + 1]),
        )


_sources: dict[int, Any] = {}


def outcome_source(outcome: Outcome, checked: Any) -> Any:
    """The source that is left to report on: the mended one, or the old one of ``--diff``."""
    return _sources.pop(id(outcome), checked.source)


def _fix_of(finding: Finding, checked: Any, project: Any) -> Fix | None:
    from keras_lsp.fixing import verified

    return next(iter(verified(finding, checked.source, project.recheck)), None)


def _fix_record(fix: Fix, notebook: Notebook | None) -> FixRecord:
    return FixRecord(
        "safe" if fix.safety is Safety.SAFE else "unsafe",
        fix.title,
        tuple(
            EditRecord(
                e.content, _location(e.span.start, notebook)[1], _location(e.span.end, notebook)[1]
            )
            for e in fix.edits
        ),
    )


def _location(position: Position, notebook: Notebook | None) -> tuple[int | None, Location]:
    if notebook is None:
        return None, Location(position.line + 1, position.column + 1)
    cell, inside = notebook.locate(position)
    return cell, Location(inside.line + 1, inside.column + 1)


def _line_edits(old: str, new: str) -> list[Edit]:
    """The edits, line by line, that make one text of another."""
    from keras_lsp.text import split_lines

    before, after = split_lines(old), split_lines(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [
        Edit(Span.of(a, 0, b, 0), "".join(after[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


def _diff(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), name, name
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


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

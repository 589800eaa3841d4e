"""The checker: one file after another, found faulty and mended, as records for reports.

Never prints; what a file gave is returned.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keras_lsp.checking import rule_url
from keras_lsp.cli.files import File, Unreadable, read
from keras_lsp.cli.reports.records import (
    EditRecord,
    FixRecord,
    Location,
    Record,
    RelatedRecord,
)
from keras_lsp.cli.settings import Settings
from keras_lsp.findings import Finding, Fix, Safety
from keras_lsp.fixing import Recheck, fixed, verified
from keras_lsp.service.asking import Asking
from keras_lsp.service.notebooks import within
from keras_lsp.service.probes import Probes
from keras_lsp.service.project import Checked, Project
from keras_lsp.service.saved import is_relevant
from keras_lsp.syntax import Source
from keras_lsp.text import Position, Span, Undecodable, decode
from keras_lsp.text.books import Book, read_book, shown
from keras_lsp.text.notebook import MalformedNotebook


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


@dataclass(frozen=True, slots=True)
class Input:
    """A file, or what came from standard input, with its name for people."""

    name: str
    text: str
    notebook: Book | None
    file: File | None
    """``None`` for standard input."""


class Checker:
    """Checks files and keeps what it has learned of their projects."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.settings = Settings(options.overrides)
        self._projects: dict[tuple[str, int], Project] = {}
        self._probes = Probes()

    def close(self) -> None:
        for project in self._projects.values():
            project.close()
        self._probes.close()

    def check(self, path: Path) -> Outcome:
        try:
            file = read(path)
            return self._check(str(path), file.decoded.text, file)
        except Unreadable as problem:
            return Outcome(problem=f"{path}: {problem}")

    def check_bytes(self, data: bytes, name: str) -> Outcome:
        """Standard input under the name that was given for it."""
        try:
            return self._check(name, decode(data).text, None)
        except Undecodable as problem:
            return Outcome(problem=f"{name}: {problem}")

    def _check(self, name: str, text: str, file: File | None) -> Outcome:
        try:
            notebook = read_book(name, text)
        except MalformedNotebook as problem:
            return Outcome(problem=f"{name}: {problem}")
        given = Input(name, text, notebook, file)
        program = notebook.cells.source if notebook else text
        if not is_relevant(program):
            back = file is None and self.options.fix and not self.options.diff
            return Outcome(written=text if back else None)
        path = os.path.join(self.options.root, "-.py") if name == "-" else os.path.abspath(name)
        project = self._project(Path(path))
        source = Source.parse(path, program)
        if file is not None and notebook is None:
            project.took(path, source)
        else:
            project.tell(path, source)
        checked = project.check_fully(source)
        outcome = Outcome(problem=f"{name}: {checked.problem}" if checked.problem else "")
        if self.options.fix or self.options.diff:
            try:
                mended = self._mend(given, checked, project, outcome)
            except OSError as problem:
                outcome.problem = f"{name}: cannot be written: {problem.strerror or problem}"
                outcome.fixed, mended = 0, checked.source
            if not self.options.diff:
                checked = project.check(mended)
        outcome.records = [self._record(given, f, checked, project) for f in checked.findings]
        project.trim()
        return outcome

    def _project(self, path: Path) -> Project:
        config = self.settings.config_for(path)
        root = config.root or self.options.root
        if not path.is_relative_to(root):
            root = str(path.parent)
        key = (root, id(config))
        if key not in self._projects:
            asking = Asking(self._probes, config, root)
            self._projects[key] = Project(root, config, shaped=asking)
        return self._projects[key]

    def _mend(self, given: Input, checked: Checked, project: Project, outcome: Outcome) -> Source:
        """Apply the fixes, or say what they would change; the source after them."""
        recheck = _recheck(given, project)
        result = fixed(checked.source, recheck, unsafe=self.options.unsafe)
        new = result.source.text
        if given.notebook is not None:
            new = given.notebook.with_texts(given.notebook.cells.mended(new) or {})
        outcome.fixed = len(result.applied)
        if self.options.diff:
            outcome.diff = _diff(given.name, given.text, new)
        elif given.file is None:
            outcome.written = new
        elif new != given.text:
            given.file.write(new)
        return result.source

    def _record(self, given: Input, finding: Finding, checked: Checked, project: Project) -> Record:
        fix = _fix_of(given, finding, checked, project) if self.options.with_fixes else None
        cell, start, end = _located(finding.span, given.notebook)
        lines = checked.source.lines
        first, last = finding.span.start.line, finding.span.end.line
        return Record(
            filename=given.name,
            code=finding.rule,
            severity=finding.severity.value,
            message=finding.message,
            location=start,
            end_location=end,
            cell=cell,
            url=rule_url(finding.rule),
            fix=_fix_record(fix, checked.source, given.notebook) if fix else None,
            related=tuple(_related(given, finding, checked)),
            lines=tuple(lines[first : last + 1]),
        )


def _related(given: Input, finding: Finding, checked: Checked) -> list[RelatedRecord]:
    found = []
    for related in finding.related:
        own = related.path == checked.source.path
        cell, at, _ = _located(related.span, given.notebook if own else None)
        name = given.name if own else os.path.relpath(related.path)
        found.append(RelatedRecord(name, at, related.message, cell))
    return found


def _recheck(given: Input, project: Project) -> Recheck:
    return within(given.notebook.cells, project.recheck) if given.notebook else project.recheck


def _fix_of(given: Input, finding: Finding, checked: Checked, project: Project) -> Fix | None:
    return next(iter(verified(finding, checked.source, _recheck(given, project))), None)


def _fix_record(fix: Fix, source: Source, notebook: Book | None) -> FixRecord:
    edits: list[EditRecord] = []
    if notebook is None:
        for edit in fix.edits:
            start, end = _location(edit.span.start), _location(edit.span.end)
            edits.append(EditRecord(edit.content, start, end))
    else:
        for index, edit in notebook.cells.edits(source.edit(fix.edits).text) or ():
            number, first = shown(notebook, index, edit.span.start)
            _, last = shown(notebook, index, edit.span.end)
            edits.append(EditRecord(edit.content, _location(first), _location(last), number))
    safety = "safe" if fix.safety is Safety.SAFE else "unsafe"
    return FixRecord(safety, fix.title, tuple(edits))


def _location(position: Position) -> Location:
    """One-based."""
    return Location(position.line + 1, position.column + 1)


def _located(span: Span, notebook: Book | None) -> tuple[int | None, Location, Location]:
    """The cell in a notebook, and the two ends of a span inside of it."""
    if notebook is None:
        return None, _location(span.start), _location(span.end)
    index, inside = notebook.cells.locate_span(span)
    number, start = shown(notebook, index, inside.start)
    return number, _location(start), _location(shown(notebook, index, inside.end)[1])


def _diff(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), name, name
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

"""The workspace: the folders and open documents of one editor; the one mutable thing.

Never learns of the editor protocol: paths, code points and plain data only.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from keras_lsp.config import FILES, Config, ConfigError, find, load
from keras_lsp.findings import Finding
from keras_lsp.semantics.program import Analysis
from keras_lsp.service.project import Checked, Project, query_of
from keras_lsp.service.snapshot import Snapshot
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span

log = logging.getLogger("keras_lsp")


WARM = 5_000
"""Lines of open documents whose analyses are kept; they take five to ten times the text."""


@dataclass(slots=True)
class Document:
    """An open document: its text, and what is known of it."""

    path: str
    version: int
    source: Source
    checked: Checked | None = None
    analysis: Analysis | None = None
    """The last analysis, from which the next one starts."""
    held: tuple[Finding, ...] = ()
    """What was last reported, moved along with the edits since."""
    snapshot: Snapshot | None = None
    asked: set[tuple[str, str]] = field(default_factory=set)

    def rest(self) -> None:
        """Let go of what can be found out again: all but the text and what was reported."""
        self.source = Source.parse(self.path, self.source.text)
        self.held = tuple(replace(f, proposals=()) for f in self.held)
        self.snapshot = self.checked = self.analysis = None


class Workspace:
    """Opens, changes and closes documents; gives snapshots of them."""

    def __init__(self, folders: Sequence[str] = ()) -> None:
        self.folders = list(folders)
        self.documents: dict[str, Document] = {}
        self._projects: dict[str, Project] = {}
        self._overrides: dict[str, dict[str, Any]] = {}
        self._warm: dict[str, int] = {}
        """The lines of the documents that have an analysis, the last one asked for at the end."""
        self.problems: dict[str, str] = {}
        """Settings that cannot be followed, by folder."""
        self.on_news: Callable[[list[str]], None] = lambda paths: None
        """Told (on another thread) which documents other files say more about."""

    # Documents

    def open(self, path: str, text: str, version: int) -> None:
        source = Source.parse(path, text)
        self.documents[path] = Document(path, version, source)
        self.project_of(path).open[path] = source

    def change(self, path: str, edits: Sequence[Edit] | str, version: int) -> None:
        """Edits of the present text, one after another in its positions, or a new text."""
        document = self.documents.get(path)
        if document is None:
            return
        if isinstance(edits, str):
            document.source = Source.parse(path, edits)
            document.held = ()
        else:
            document.source = document.source.edit(edits)
            document.held = tuple(_moved(f, e) for f in document.held for e in edits[:1])
        document.version = version
        document.snapshot = document.checked = None
        self.project_of(path).open[path] = document.source

    def close(self, path: str) -> None:
        self.documents.pop(path, None)
        self._warm.pop(path, None)
        project = self.project_of(path)
        project.open.pop(path, None)
        project.program.refresh()

    def snapshot(self, path: str) -> Snapshot | None:
        """What is known now of an open document; made when it is asked for."""
        document = self.documents.get(path)
        if document is None:
            return None
        if document.snapshot is None:
            project = self.project_of(path)
            checked = project.check(document.source, document.analysis)
            document.checked = checked
            document.analysis = checked.analysis
            findings = _unflickering(checked, document.held)
            document.held = findings
            shown = replace(checked, findings=findings)
            document.snapshot = Snapshot(path, document.version, shown, project)
            self._ask(document, project)
            self._rest_others(path)
        return document.snapshot

    def _rest_others(self, path: str) -> None:
        """Keep what an editor with many documents takes within bounds."""
        self._warm.pop(path, None)
        self._warm[path] = self.documents[path].source.height
        while len(self._warm) > 1 and sum(self._warm.values()) > WARM:
            idle = next(iter(self._warm))
            del self._warm[idle]
            if (document := self.documents.get(idle)) is not None:
                document.rest()
                self.project_of(idle).open[idle] = document.source

    def _ask(self, document: Document, project: Project) -> None:
        """Ask other files in the background; the findings come refined when they answer."""
        if document.analysis is None:
            return
        for path, questions in project.open_questions(document.analysis.questions).items():
            fresh = [q for q in questions if (q.path, q.name) not in document.asked]
            source = project.source(path)
            if not fresh or source is None:
                continue
            document.asked.update((q.path, q.name) for q in fresh)
            queries = [query_of(source, q) for q in fresh]

            def learn(answers: Any, asked: Any = fresh) -> None:
                self.on_answers(lambda: project.learn(asked, answers))

            project.resolver.ask(path, source.text, queries, learn)

    on_answers: Callable[[Callable[[], bool]], None] = staticmethod(lambda learn: None)
    """How answers get back to the thread of the workspace; set by whoever has a loop."""

    def stale(self) -> list[str]:
        """Forget what was concluded of open documents; their paths."""
        for document in self.documents.values():
            document.snapshot = None
        return list(self.documents)

    def files_changed(self) -> None:
        """Files have changed on disk, settings files among them."""
        self.problems.clear()
        old, self._projects = self._projects, {}
        for project in old.values():
            project.close()
        for document in self.documents.values():
            document.snapshot = document.analysis = None
            document.asked.clear()
            self.project_of(document.path).open[document.path] = document.source

    # Folders and settings

    def add_folder(self, folder: str) -> None:
        if folder not in self.folders:
            self.folders.append(folder)
            self.files_changed()

    def remove_folder(self, folder: str) -> None:
        if folder in self.folders:
            self.folders.remove(folder)
            self._overrides.pop(folder, None)
            self.files_changed()

    def configure(self, folder: str, table: dict[str, Any]) -> None:
        """The editor's settings for a folder (``""``: for all); they win over files."""
        self._overrides[folder] = table
        self.files_changed()

    def folder_of(self, path: str) -> str:
        """The innermost folder that holds a file; its own directory where none does."""
        inside = [f for f in self.folders if Path(path).is_relative_to(f)]
        return max(inside, key=len) if inside else os.path.dirname(path)

    def project_of(self, path: str) -> Project:
        folder = self.folder_of(path)
        config_file = _settings_file(path, folder)
        key = f"{folder}\0{config_file}"
        if key not in self._projects:
            config = self._config(folder, config_file)
            root = folder or config.root
            self._projects[key] = Project(root, config)
        return self._projects[key]

    def _config(self, folder: str, file: Path | None) -> Config:
        try:
            config = load(file) if file is not None else Config(root=folder)
            overrides = {**self._overrides.get("", {}), **self._overrides.get(folder, {})}
            return config.merged(overrides, "editor settings")
        except ConfigError as problem:
            self.problems[folder] = str(problem)
            return Config(root=folder)

    def files(self) -> Iterator[str]:
        """The Python files of all folders that are not excluded."""
        from keras_lsp.service.search import python_files

        for folder in self.folders:
            config = self.project_of(os.path.join(folder, "x.py")).config
            yield from python_files(folder, config)

    def shut_down(self) -> None:
        for project in self._projects.values():
            project.close()


def _settings_file(path: str, folder: str) -> Path | None:
    """The settings file that applies, not looked for above the workspace folder."""
    found = find(Path(path).parent) if path else None
    if found is not None and folder and not found.is_relative_to(folder):
        above = any((Path(folder) / name).is_file() for name in FILES)
        return None if above else found
    return found


def _moved(finding: Finding, edit: Edit) -> Finding:
    """A finding where its text is after an edit above it."""
    delta = edit.content.count("\n") - (edit.span.end.line - edit.span.start.line)
    span = finding.span
    if not delta or span.start.line <= edit.span.start.line:
        return finding
    start = max(edit.span.start.line, span.start.line + delta)
    end = start + span.end.line - span.start.line
    moved = Span(Position(start, span.start.column), Position(end, span.end.column))
    return replace(finding, span=moved)


def _unflickering(checked: Checked, held: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """In a statement that is being typed the last findings stay; elsewhere the new ones count."""
    source = checked.source
    broken = [
        (start, start + max(1, s.height), {start + line for line in s.broken})
        for s, start in zip(source.statements, source.starts, strict=True)
        if s.broken
    ]
    if not broken:
        return checked.findings

    def around(finding: Finding) -> tuple[int, int, set[int]] | None:
        line = finding.span.start.line
        return next((b for b in broken if b[0] <= line < b[1]), None)

    shown: list[Finding] = []
    frozen = [f for f in held if around(f) is not None]
    for finding in checked.findings:
        where = around(finding)
        if where is None or (finding.span.start.line not in where[2] and not held):
            shown.append(finding)
        elif any(
            f.rule == finding.rule and f.span.start.line == finding.span.start.line for f in frozen
        ):
            shown.append(finding)
            frozen = [
                f
                for f in frozen
                if (f.rule, f.span.start.line) != (finding.rule, finding.span.start.line)
            ]
    shown += [replace(f, proposals=()) for f in frozen if f.span.start.line < len(source.lines)]
    return tuple(sorted(shown, key=lambda f: (f.span, f.rule)))

"""The survey: what is to be said of all files of the folders, apart from the documents' typing.

Runs on a thread of its own; of the workspace it keeps copies and the resolvers, nothing else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from keras_lsp.config import Config
from keras_lsp.service.folders import Folders, selected
from keras_lsp.service.project import Checked, Project
from keras_lsp.service.workspace import Workspace
from keras_lsp.syntax import Source

Text = tuple[int, int] | Source | None
"""What tells one text of a file from another: its time and size, or the buffer."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the findings of a file rest on; with an equal one they are the same."""

    config: Config
    texts: tuple[tuple[str, Text], ...]
    names: int
    """The files that there were: a new one may be what an import means."""


class Survey(Folders):
    """One look at all files; made on the workspace's thread, used on another."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace.folders)
        self.interpreters = workspace.interpreters
        self.set_overrides(workspace.overrides)
        self._buffers = {d.path: d.source for d in workspace.documents.values()}
        self._resolvers = {
            folder: workspace.project_of(os.path.join(folder, "x.py")).resolver
            for folder in self.folders
        }
        self._names = 0

    def paths(self) -> list[str]:
        found = list(self.files())
        self._names = hash(tuple(found))
        return found

    def check(self, path: str, before: Stamp | None) -> tuple[Stamp, Checked | None]:
        """What the findings rest on, and the findings if that is not what it was before."""
        project = self.project_of(path)
        if before is not None and before == self._stamp(project, [p for p, _ in before.texts]):
            return before, None
        source = project.source(path)
        if source is None:
            return self._stamp(project, [path]), None
        checked = project.check_fully(source)
        files = checked.analysis.files if checked.analysis is not None else frozenset()
        return self._stamp(project, [path, *sorted(files - {path})]), checked

    def _stamp(self, project: Project, paths: list[str]) -> Stamp:
        return Stamp(project.config, tuple((p, self._text(p)) for p in paths), self._names)

    def _text(self, path: str) -> Text:
        if (buffer := self._buffers.get(path)) is not None:
            return buffer
        try:
            status = Path(path).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    def made(self, key: tuple[str, str], root: str, config: Config) -> Project:
        resolver = self._resolvers.get(key[0])
        project = Project(root, config, resolver, interpreter=selected(self.interpreters, root))
        for path, source in self._buffers.items():
            project.tell(path, source, mine=False)
        return project

    def close(self) -> None:
        """The resolvers are the workspace's: they go on."""
        self.projects.clear()

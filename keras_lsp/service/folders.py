"""Folders: those of an editor, what is set for each, and the projects that come of it.

Never learns what is open or what is found.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_lsp.config import FILES, Config, ConfigError, find, load
from keras_lsp.service.project import Project


class Folders:
    """Finds the project of a file; a project is a folder with one set of settings."""

    def __init__(self, folders: Sequence[str] = ()) -> None:
        self.folders = list(folders)
        self.interpreters: Mapping[str, str] = {}
        """Those that the editor has selected, by folder, ``""`` for all others; their Keras may be
        asked."""
        self.problems: dict[str, str] = {}
        """Settings that cannot be followed, by where they are."""
        self.projects: dict[tuple[str, str], Project] = {}
        self.overrides: dict[str, Mapping[str, Any]] = {}
        self._good: dict[str, Config] = {}
        """The last settings of each file that could be followed: they count while it is broken."""

    def folder_of(self, path: str) -> str:
        """The innermost folder that holds a file; its own directory where none does."""
        if not is_file(path):
            return self.folders[0] if self.folders else ""
        inside = [f for f in self.folders if Path(path).is_relative_to(f)]
        return max(inside, key=len) if inside else os.path.dirname(path)

    def project_of(self, path: str) -> Project:
        folder = self.folder_of(path)
        where = Path(path) if is_file(path) else Path(folder, "x.py")
        file = _settings_file(where, folder) if folder else None
        key = (folder, str(file or ""))
        if key not in self.projects:
            config = self._config(folder, file)
            self.projects[key] = self.made(key, folder or config.root, config)
        return self.projects[key]

    def made(self, key: tuple[str, str], root: str, config: Config) -> Project:
        """A new project."""
        return Project(root, config, interpreter=selected(self.interpreters, root))

    def _config(self, folder: str, file: Path | None) -> Config:
        config = Config(root=folder)
        if file is not None:
            try:
                config = self._good[str(file)] = load(file)
            except ConfigError as problem:
                self.problems[str(file)] = str(problem)
                config = self._good.get(str(file), config)
        overrides = {**self.overrides.get("", {}), **self.overrides.get(folder, {})}
        try:
            return config.merged(overrides, "editor settings")
        except ConfigError as problem:
            self.problems[f"editor settings of {folder}"] = str(problem)
            return config

    def set_overrides(self, by_folder: Mapping[str, Mapping[str, Any]]) -> bool:
        """The editor's settings by folder (``""``: for all); they win over files.

        Whether they are others than before.
        """
        fresh: dict[str, Mapping[str, Any]] = {
            folder: dict(table) for folder, table in by_folder.items()
        }
        if fresh == self.overrides:
            return False
        self.overrides = fresh
        return True

    def forget_projects(self) -> None:
        """Make them anew when they are needed."""
        self.problems.clear()
        old, self.projects = self.projects, {}
        for project in old.values():
            project.close()

    def files(self) -> Iterator[str]:
        """The Python files of all folders that are not excluded, each once."""
        from keras_lsp.service.search import python_files

        seen: set[str] = set()
        for folder in self.folders:
            config = self.project_of(os.path.join(folder, "x.py")).config
            for path in python_files(folder, config):
                if path not in seen:
                    seen.add(path)
                    yield path


def selected(interpreters: Mapping[str, str], folder: str) -> str:
    """The interpreter of a folder; ``""`` where none is selected."""
    return interpreters.get(folder) or interpreters.get("", "")


def is_file(path: str) -> bool:
    """Whether a document is named by a file, not by an address of another kind."""
    scheme, colon, _ = path.partition(":")
    # One letter is a drive of Windows.
    return not colon or len(scheme) < 2 or os.sep in scheme or "/" in scheme


def _settings_file(path: Path, folder: str) -> Path | None:
    """The settings file that applies, not looked for above the workspace folder."""
    found = find(path.parent)
    if found is not None and not found.is_relative_to(folder):
        above = any((Path(folder) / name).is_file() for name in FILES)
        return None if above else found
    return found

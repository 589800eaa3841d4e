"""Settings for the shell: the configuration that applies to each file, flags over files.

Never reads a Python file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keras_lsp.config import Config, find, load


class Settings:
    """Finds and keeps configurations by the file that holds them."""

    def __init__(self, overrides: dict[str, Any]) -> None:
        self._overrides = overrides
        self._by_folder: dict[Path, Config] = {}
        self._by_file: dict[Path | None, Config] = {}

    def config_for(self, path: Path) -> Config:
        """What applies to a file or a folder; raises `ConfigError`."""
        absolute = path.absolute()
        folder = absolute if absolute.is_dir() else absolute.parent
        if folder not in self._by_folder:
            file = find(folder)
            if file not in self._by_file:
                config = load(file) if file is not None else Config()
                self._by_file[file] = config.merged(self._overrides, "command line")
            self._by_folder[folder] = self._by_file[file]
        return self._by_folder[folder]

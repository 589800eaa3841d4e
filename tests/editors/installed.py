"""Which editors are there: one that is not is skipped loudly, and in CI some may not be missing."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 300
"""Seconds after which an editor counts as one that hangs."""

NEEDED = frozenset(
    {"Emacs with Eglot", "Helix", "JupyterLab", "Kate", "Neovim", "Vim with ALE", "VS Code"}
)
"""What continuous integration installs: a test that is skipped there would be lost."""


def program(editor: str, *names: str) -> str:
    """The first program of these names, on the search path or beside this Python."""
    beside = str(Path(sys.executable).parent)
    found = [shutil.which(name) or shutil.which(name, path=beside) for name in names]
    if not any(found):
        missing(editor, f"no {' or '.join(names)} on the search path")
    return next(filter(None, found))


def search_path(*first: Path) -> str:
    """As it is where no keras-lsp is installed; these folders come first."""
    folders = os.environ["PATH"].split(os.pathsep)
    others = [folder for folder in folders if shutil.which("keras-lsp", path=folder) is None]
    return os.pathsep.join([*map(str, first), *others])


def missing(editor: str, reason: str) -> NoReturn:
    """Among the warnings too, where a skipped editor is not overlooked."""
    told = f"{editor.upper()} WAS NOT TESTED: {reason}"
    if os.environ.get("CI") == "true" and editor in NEEDED:
        pytest.fail(told)
    warnings.warn(told, stacklevel=2)
    pytest.skip(told)

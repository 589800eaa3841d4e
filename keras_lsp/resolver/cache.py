"""The cache folder: what can be made again, and that nobody else may write to.

Never holds anything of the user's; deleting it is always safe.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path

from keras_lsp import __version__


def cache_folder() -> Path:
    """A folder of this version and this user; a temporary one where there can be no other."""
    folder = _home() / "keras-lsp" / __version__
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder if _is_private(folder) else _temporary()
    except OSError:
        return _temporary()


def _home() -> Path:
    if sys.platform == "win32":
        given, usual = os.environ.get("LOCALAPPDATA"), Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        given, usual = None, Path.home() / "Library" / "Caches"
    else:
        given, usual = os.environ.get("XDG_CACHE_HOME"), Path.home() / ".cache"
    # A relative folder would lie in the workspace.
    return Path(given) if given and Path(given).is_absolute() else usual


def _is_private(folder: Path) -> bool:
    """Whether what is found there can only be ours: jedi unpickles what it has put there."""
    if sys.platform == "win32":
        return os.access(folder, os.W_OK)
    about = folder.stat()
    if about.st_uid != os.getuid():
        return False
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        folder.chmod(0o700)
    return os.access(folder, os.W_OK | os.X_OK)


@cache
def _temporary() -> Path:
    folder = tempfile.mkdtemp(prefix="keras-lsp-cache-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)

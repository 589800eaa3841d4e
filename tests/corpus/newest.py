"""The newest releases of packages that keep up with Keras: the rules about its API find nothing.

Never learns a version beforehand: the index tells it when the command runs.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.corpus.packages import SUFFIXES, TARGET, Package, Unavailable
from tests.support.releases import STORE, members

UP_TO_DATE = ("keras", "keras-tuner", "keras-hub", "autokeras")
_WHEEL = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)-")


def newest(name: str) -> Package:
    """Fetches and unpacks the newest release of a package.

    Raises `Unavailable`.
    """
    folder = STORE / "newest" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (STORE / ".git").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *TARGET]
    done = subprocess.run(
        [*command, f"--dest={folder}", name], capture_output=True, text=True, check=False
    )
    wheel = next(folder.glob("*.whl"), None)
    if wheel is None:
        raise Unavailable(f"{name}: {done.stderr.strip() or 'pip brought no wheel'}")
    found = _WHEEL.match(wheel.name)
    version = found["version"] if found else "?"
    package = Package(f"newest/{name}", version, wheel.name, "")
    _unpack(wheel, package.folder)
    return package


def _unpack(wheel: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in members(wheel):
        if path.suffix in SUFFIXES:
            target = folder.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

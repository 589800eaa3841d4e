"""Older releases of Keras, each in an environment of its own, over the TensorFlow of the tests.

Never imports Keras.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tests.support.releases import STORE, Unavailable

RELEASES = ("3.0.5", "3.6.0", "3.12.0")
"""The first, and two on the way."""
MORE = {"3.0.5": ("dm-tree",)}
"""What a release needs that later ones do not."""


def python_of(release: str) -> Path:
    """The interpreter of an environment with this Keras; all else is that of the tests.

    Raises `Unavailable`.
    """
    folder = STORE / f"environment-keras-{release}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "done"
    if not done.is_file():
        (STORE / ".git").mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        venv.EnvBuilder(with_pip=False).create(folder)
        packages = _packages(folder)
        _install((f"keras=={release}", *MORE.get(release, ())), packages)
        (packages / "rest.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        done.touch()
    return python


def _packages(folder: Path) -> Path:
    names = {"base": str(folder), "platbase": str(folder)}
    return Path(sysconfig.get_path("purelib", vars=names))


def _install(wanted: tuple[str, ...], target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", f"--target={target}"]
    done = subprocess.run([*command, *wanted], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise Unavailable(f"{wanted[0]}: {lines[-1] if lines else 'pip failed'}")

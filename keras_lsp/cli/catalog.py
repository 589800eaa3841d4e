"""Makes the tables of all releases of Keras, from the releases' own files.

    python -m keras_lsp.cli.catalog [--check]

Needs the network once, for what is not in the cache yet; pip fetches it, and nothing
of it is installed or run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from keras_lsp.catalog.release_tables import RELEASES, Tables, views
from keras_lsp.catalog.tables import BY_RELEASE

SDIST_ONLY = frozenset({"0.3.3", "1.2.2"})
"""Releases without a wheel; pip asks their ``setup.py`` for the name."""


class NotFetched(Exception):
    """A release could not be had."""


def cache_folder() -> Path:
    """Where archives are kept from one run to the next."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "keras-lsp-releases"


def archive(package: str, version: str) -> Path:
    """The wheel or sdist of a release; downloads it where it is not there yet."""
    folder = cache_folder()
    found = _find(folder, package, version)
    if found is None:
        folder.mkdir(parents=True, exist_ok=True)
        _download(folder, package, version)
        found = _find(folder, package, version)
    if found is None:
        raise NotFetched(f"pip did not download {package} {version}")
    return found


def missing() -> list[str]:
    """The releases that would have to be downloaded."""
    folder = cache_folder()
    return [f"{p} {v}" for p, v in RELEASES if _find(folder, p, v) is None]


def _find(folder: Path, package: str, version: str) -> Path | None:
    start = f"{package.replace('-', '_')}-{version}"
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.name.lower().startswith((f"{start}-", f"{start}.tar.gz")):
            return file
    return None


def _download(folder: Path, package: str, version: str) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    if version in SDIST_ONLY:
        command += ["--no-binary", ":all:", "--no-build-isolation"]
    else:
        command += ["--only-binary", ":all:"]
    done = subprocess.run(
        [*command, "--dest", str(folder), f"{package}=={version}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotFetched(f"{package} {version}: {done.stderr.strip()}")


def files() -> dict[str, str]:
    """The content of each table by its name."""
    return Tables(views(archive)).files()


def stale(made: Mapping[str, str]) -> list[str]:
    """The files that are not as they should be."""
    return [
        name
        for name, text in made.items()
        if not (BY_RELEASE / name).is_file()
        or (BY_RELEASE / name).read_text(encoding="utf-8") != text
    ]


def main() -> int:
    if "--check" in sys.argv and missing():
        print("not in the cache: " + ", ".join(missing()), file=sys.stderr)
        return 2
    try:
        made = files()
    except NotFetched as problem:
        print(problem, file=sys.stderr)
        return 2
    old = stale(made)
    if "--check" in sys.argv:
        print("\n".join(f"{name} is out of date" for name in old) or "up to date")
        return 1 if old else 0
    BY_RELEASE.mkdir(parents=True, exist_ok=True)
    for name in old:
        (BY_RELEASE / name).write_text(made[name], encoding="utf-8", newline="\n")
    print("\n".join(f"{name}: {len(text) // 1000} kB" for name, text in made.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

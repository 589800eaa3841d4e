"""Interpreters: whose Keras is asked, found by looking at folders only.

Never starts an interpreter and never imports what it finds.

The first of these that has a Keras counts: the one that was set, the editor's, the active
environment's, the workspace's own if the workspace is trusted, and the one that runs keras-lsp.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.machinery import PathFinder
from pathlib import Path

SETTING = "the setting `python`"
EDITOR = "the editor"
ENVIRONMENT = "the active environment"
WORKSPACE = "the workspace"
OWN = "keras-lsp's own Python"

VERSION = re.compile(r"^keras(?:_nightly)?-(?P<version>\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info$")
VERSION_2 = re.compile(r"^tf_keras-(?P<version>\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info$")
OLDEST = (3, 9)
"""The oldest Python that Keras 3 has ever run on."""
DEEPEST = 3
"""How far ``.pth`` files are followed."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What may decide which interpreter is asked."""

    setting: str = ""
    setting_is_the_users: bool = False
    """It does not come from a file of the workspace."""
    editor: str = ""
    roots: tuple[str, ...] = ()
    trusted: bool = False
    tensorflow: bool = False
    """A Keras 2 may be asked, too, which needs TensorFlow for it."""
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An interpreter that could be asked, and why it is not."""

    executable: str
    origin: str
    keras: str = ""
    """The installed release; ``""`` if there is none."""
    problem: str = ""
    folders: tuple[str, ...] = ()
    """Where else its Keras is, if it does not find it by itself."""
    final: bool = False
    """What comes after it is not asked in its place."""
    keras2: str = ""
    """The package, ``keras`` or ``tf_keras``, if it is a Keras 2 that is asked over TensorFlow."""


def candidates(wishes: Wishes) -> Iterator[Candidate]:
    """All there are, in the order in which they count; the last one is asked or none is."""
    for candidate in _all(wishes):
        yield candidate
        if not candidate.problem or candidate.final:
            return


def chosen(wishes: Wishes) -> Candidate | None:
    """The one that is asked."""
    *_, last = candidates(wishes)
    return last if not last.problem else None


def _all(wishes: Wishes) -> Iterator[Candidate]:
    if wishes.setting:
        path = _resolved(wishes)
        if not (wishes.trusted or wishes.setting_is_the_users):
            reason = "set by a workspace that is not trusted"
            yield Candidate(path, SETTING, problem=reason)
        else:
            yield _looked_at(path, SETTING, wishes.tensorflow, final=True)
    if wishes.editor:
        yield _looked_at(wishes.editor, EDITOR, wishes.tensorflow)
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if folder := wishes.environ.get(name):
            yield _looked_at(python_of(Path(folder)), ENVIRONMENT, wishes.tensorflow)
    for root in wishes.roots:
        folder_of_it = Path(root, ".venv")
        if not (folder_of_it / "pyvenv.cfg").is_file():
            continue
        executable = python_of(folder_of_it)
        if wishes.trusted:
            yield _looked_at(executable, WORKSPACE, wishes.tensorflow)
        else:
            yield Candidate(executable, WORKSPACE, problem="the workspace is not trusted")
    yield _own(wishes.roots)


def _resolved(wishes: Wishes) -> str:
    """A path is relative to the workspace; a bare name is looked up as the shell does."""
    path = Path(os.path.expanduser(wishes.setting))
    if path.name == wishes.setting:
        named = shutil.which(path, path=_shell_path(wishes))
        if named and os.path.isabs(named):  # Windows looks in the current folder, too
            return named
    if path.is_absolute() or not wishes.roots:
        return str(path)
    return str(Path(wishes.roots[0], path))


def _shell_path(wishes: Wishes) -> str:
    # An empty or relative entry would be the current folder, which may be the workspace.
    entries = wishes.environ.get("PATH", "").split(os.pathsep)
    return os.pathsep.join(entry for entry in entries if os.path.isabs(entry))


def python_of(prefix: Path) -> str:
    """The interpreter of an environment."""
    places = [("bin", "python"), ("Scripts", "python.exe"), ("python.exe",), ("bin", "python3")]
    for place in places:
        if prefix.joinpath(*place).is_file():
            return str(prefix.joinpath(*place))
    return str(prefix.joinpath(*places[1 if os.name == "nt" else 0]))


def _looked_at(
    executable: str, origin: str, tensorflow: bool = False, final: bool = False
) -> Candidate:
    path = Path(executable)
    if path.is_dir():
        path = Path(python_of(path))
    if not path.is_file():
        return Candidate(str(path), origin, problem="no such file", final=final)
    folders = list(site_folders(path))
    version = next((v for folder in folders if (v := keras_in(folder))), "")
    found = Candidate(str(path), origin, version, final=final)
    if not version or _is_keras2(version):
        older = next((v for folder in folders if (v := keras_in(folder, "tf_keras"))), "")
        package, version = ("keras", version) if version else ("tf_keras", older)
        if version:
            has_it = any((folder / "tensorflow" / "__init__.py").is_file() for folder in folders)
            return _of_keras2(replace(found, keras=version), package, tensorflow, has_it)
    return _judged(found, python_version(path))


def _is_keras2(version: str) -> bool:
    return int(version.partition(".")[0]) < 3


def _of_keras2(candidate: Candidate, package: str, wanted: bool, has_tensorflow: bool) -> Candidate:
    """A newer Keras would say something else of the same program: no other is asked."""
    if not wanted:
        problem = "older than Keras 3: asked only where `probe` is `tensorflow`"
    else:
        problem = "" if has_tensorflow else "older than Keras 3, and without TensorFlow"
    return replace(candidate, problem=problem, keras2="" if problem else package, final=True)


def _own(roots: Sequence[str]) -> Candidate:
    refused = {os.path.realpath(path) for path in (os.getcwd(), *roots)}
    places = [p for p in sys.path if p and os.path.realpath(p) not in refused]
    found: list[str] = []
    for name in ("keras", "numpy"):
        spec = PathFinder.find_spec(name, places)
        if spec is not None and spec.origin is not None:
            found.append(str(Path(spec.origin).parent.parent))
    version = next((v for folder in found if (v := keras_in(Path(folder)))), "")
    folders = tuple(dict.fromkeys(found))
    return _judged(Candidate(sys.executable, OWN, version, folders=folders), sys.version_info[:2])


def _judged(candidate: Candidate, python: tuple[int, ...]) -> Candidate:
    problem, final = "", candidate.final
    if not candidate.keras:
        problem = "no Keras is installed"
    elif _is_keras2(candidate.keras):
        problem, final = "older than Keras 3", True
    elif python and python < OLDEST:
        problem = f"Python {'.'.join(map(str, python))} is too old"
    return Candidate(
        candidate.executable,
        candidate.origin,
        candidate.keras,
        problem,
        candidate.folders,
        final,
    )


# Folders


def keras_in(folder: Path, package: str = "keras") -> str:
    """The release of Keras, or of ``tf_keras``, that is installed in a folder."""
    if not (folder / package / "__init__.py").is_file():
        return ""
    for path in sorted(_entries(folder)):
        if found := (VERSION if package == "keras" else VERSION_2).match(path):
            return found["version"]
    return ""


def site_folders(executable: Path) -> Iterator[Path]:
    """Where an interpreter looks for packages."""
    prefix = executable.parent
    if prefix.name.lower() in ("bin", "scripts"):
        prefix = prefix.parent
    settings = _environment_settings(prefix)
    if settings is None:
        # Not of an environment: its own place is where its link leads to.
        real = executable.resolve()
        prefix = real.parent.parent if real.parent.name == "bin" else real.parent
        yield from _packages_below(prefix)
        if prefix == Path("/usr"):
            yield from _packages_below(Path("/usr/local"))
        return
    yield from _packages_below(prefix)
    if settings.get("include-system-site-packages", "").lower() == "true" and "home" in settings:
        home = Path(settings["home"])
        yield from _packages_below(home.parent if home.name == "bin" else home)


def python_version(executable: Path) -> tuple[int, ...]:
    """``(3, 11)`` as far as the folders tell it."""
    prefix = executable.parent.parent
    settings = _environment_settings(prefix) or {}
    told = settings.get("version") or settings.get("version_info") or ""
    if not told:
        folders = [e for e in _entries(prefix / "lib") if re.fullmatch(r"python3\.\d+", e)]
        told = folders[0].removeprefix("python") if len(folders) == 1 else ""
    return tuple(int(n) for n in told.split(".")[:2] if n.isdigit())


def _environment_settings(prefix: Path) -> dict[str, str] | None:
    try:
        text = (prefix / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _packages_below(prefix: Path) -> Iterator[Path]:
    places = [prefix / "Lib" / "site-packages"]
    for library in ("lib", "lib64"):
        for name in sorted(_entries(prefix / library)):
            if re.fullmatch(r"python3(\.\d+)?t?", name):
                below = prefix / library / name
                places += [below / "site-packages", below / "dist-packages"]
    seen: set[Path] = set()
    for place in places:
        if place.is_dir() and place.resolve() not in seen:
            seen.add(place.resolve())
            yield from _with_linked(place, 0)


def _with_linked(folder: Path, depth: int) -> Iterator[Path]:
    """A folder and those that its ``.pth`` files name; lines of code in them are not run."""
    yield folder
    if depth >= DEEPEST:
        return
    for name in sorted(_entries(folder)):
        if not name.endswith(".pth"):
            continue
        try:
            lines = (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            linked = folder / line.strip()
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                if linked.is_dir():
                    yield from _with_linked(linked, depth + 1)


def _entries(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []

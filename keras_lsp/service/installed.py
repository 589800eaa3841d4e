"""Installed: which release of Keras a project meets, told by names of files only.

Never starts an interpreter and never imports what it finds.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from keras_lsp.catalog.targets import Target, number

_METADATA = re.compile(
    r"(?i)(keras|tensorflow(?:_cpu|_intel|_macos|_gpu)?)-(\d[\w.]*?)(?:-py[\d.]+)?\.(?:dist|egg)-info"
)
_SITES = ("lib/python3*/site-packages", "lib/python3*/dist-packages", "Lib/site-packages",
          "lib64/python3*/site-packages")  # fmt: skip
_BACKENDS = frozenset({"jax", "torch"})
"""Packages that Keras may compute with instead of TensorFlow."""
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
_ASKING = ("environment.yml", "Pipfile", "pyproject.toml", "setup.cfg", "setup.py")
_REQUIRED = re.compile(
    r"(?im)(?:^|[\[(,])[\s\"'-]*(?P<name>keras|tensorflow(?:[-_](?:cpu|gpu|intel|macos))?)"
    r"(?:\[[^\]]*\])?\s*(?:=\s*[\"'{]*(?:version\s*=\s*\")?)?(?P<rule>[=<>~!^][^#;\"'\n]*|\d[\w.]*)"
)
_FROM = re.compile(
    r"(?:(?:>=?|~=|\^|~)\s*v?(?=\d)|={1,3}\s*v?(?=[\d.]+\.\*))(?P<version>\d+(?:\.\d+)*)"
)
"""The beginning of a range."""
_PLAIN = re.compile(r"\s*v?\d+(?:\.\d+)*\s*")
_NEXT_MAJOR = {1: "1.2", 2: "2.15"}
"""The last release before the next major one."""
_VERSION = re.compile(r"(?m)^__version__\s*=\s*[\"'](\d[\w.]*)")
_PACKAGES = ("keras", "tf_keras")
"""Packages that are a Keras."""
_OF_ITSELF = ("src/version.py", "__init__.py")
"""Where a Keras keeps its own version: since 3.0, and before."""


def target_of(
    root: str, setting: str, python: str, environment: Mapping[str, str], selected: str = ""
) -> Target:
    """The release that a project is written for, and who says so.

    ``python`` is the interpreter that was set, ``selected`` the one that an editor has selected.
    """
    package = _package(root)
    found = _said(root, setting, python, environment, selected, package)
    return replace(found, package=str(package)) if package else found


def _said(
    root: str,
    setting: str,
    python: str,
    environment: Mapping[str, str],
    selected: str,
    package: Path | None,
) -> Target:
    if number(setting):
        newest = _wanted(setting)
        if not newest and not _PLAIN.fullmatch(setting):
            newest = Target().version
        source = "the setting `keras-version`"
        return Target(newest or setting, source, oldest=_oldest(setting, newest))
    if package is not None and package.name == "keras":
        version = _of_itself(package)
        if version:
            return Target(version, f"`keras` in {package.parent}")
    for prefix in _prefixes(root, python, environment, selected):
        version, tensorflow = _in_environment(prefix)
        if version:
            return Target(version, f"installed in {prefix}", tensorflow=tensorflow)
    if root:
        for file, version in _declared(Path(root)):
            return Target(version, file)
    return Target()


def _package(root: str) -> Path | None:
    """The Keras that a project holds itself, which comes before any that is installed.

    A checkout of Keras, or a copy that a program brings along.
    """
    if not root:
        return None
    folders = (Path(root, *source, name) for source in ((), ("src",)) for name in _PACKAGES)
    return next((f for f in folders if _is_keras(f)), None)


def _is_keras(folder: Path) -> bool:
    parts = ("src", "layers")
    return (folder / "__init__.py").is_file() and any((folder / p).is_dir() for p in parts)


def _of_itself(package: Path) -> str:
    found = (_VERSION.search(_text(package / name)) for name in _OF_ITSELF)
    return next((match[1] for match in found if match), "")


def _prefixes(
    root: str, python: str, environment: Mapping[str, str], selected: str
) -> Iterator[Path]:
    """The folders of the interpreters that may run the project, the likeliest first."""
    base = Path(root) if root else Path()
    if python:
        # The path as it is written: resolving it would leave the virtual environment.
        interpreter = base / Path(python).expanduser()
        yield interpreter.parent.parent if not interpreter.is_dir() else interpreter
        return
    if selected:
        yield Path(selected).parent.parent
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if environment.get(variable):
            yield Path(environment[variable])
    if root:
        yield from (base / name for name in (".venv", "venv"))


def _in_environment(prefix: Path) -> tuple[str, bool]:
    """The release of Keras, and whether TensorFlow is all that it may compute with."""
    found: dict[str, str] = {}
    others = False
    for pattern in _SITES:
        for site in sorted(prefix.glob(pattern)):
            try:
                names = os.listdir(site)
            except OSError:
                continue
            others = others or any(name in _BACKENDS for name in names)
            for name in names:
                match = _METADATA.match(name)
                if match:
                    found.setdefault(match[1].lower().partition("_")[0], match[2])
    version = found.get("keras") or _of_tensorflow(found.get("tensorflow", ""))
    return version, "tensorflow" in found and not others


def _of_tensorflow(version: str) -> str:
    """The Keras that comes with a TensorFlow."""
    its = number(version)
    if not its:
        return ""
    if its < (2,):
        return "2.2"
    if its < (2, 4):
        return "2.3"
    return f"2.{its[1]}" if its < (2, 16) else "3"


# What the project's own files ask for


def _declared(root: Path) -> Iterator[tuple[str, str]]:
    """Files with the release that they name, exact ones first."""
    for name in _LOCKS:
        version = _locked(_toml(root / name))
        if version:
            yield name, version
    named = (root / name for name in _ASKING)
    for file in (*sorted(root.glob("requirements*.txt")), *named):
        version = _required(_text(file))
        if version:
            yield file.name, version


def _locked(table: Mapping[str, Any]) -> str:
    packages = table.get("package", ())
    found = {
        str(p.get("name", "")).lower(): str(p.get("version", ""))
        for p in packages
        if isinstance(p, dict)
    }
    for name, version in found.items():
        if name == "keras":
            return version
    plain = next((v for n, v in found.items() if n.startswith("tensorflow") and v), "")
    return _of_tensorflow(found.get("tensorflow", plain)) if "tensorflow" in found else ""


def _required(text: str) -> str:
    wanted: dict[str, str] = {}
    for match in _REQUIRED.finditer(text):
        version = _wanted(match["rule"])
        if version:
            name = re.split(r"[-_]", match["name"].lower())[0]
            wanted.setdefault(name, version)
    return wanted.get("keras") or _of_tensorflow(wanted.get("tensorflow", ""))


def _wanted(rule: str) -> str:
    """The newest release that ``==2.15.*``, ``~=2.9``, ``>=2.6,<3`` or ``^2.12`` allows.

    Nothing where no upper bound keeps the newest of all away.
    """
    for part in re.split(r"[,\s]+(?=[=<>~!^])|,", rule.strip()):
        match = re.match(r"(===?|~=|\^|~|<=|<|=)?\s*v?(\d+(?:\.\d+)*)", part.strip())
        if match is None:
            continue
        sign, version = match[1] or "==", number(match[2])
        if sign == "<":
            if len(version) == 1 or not any(version[1:]):
                return _NEXT_MAJOR.get(version[0] - 1, "")
            return f"{version[0]}.{version[1] - 1}" if version[1] else ""
        if sign in ("^", "~=") and len(version) <= 2 and version[0] in _NEXT_MAJOR:
            return _NEXT_MAJOR[version[0]]
        if sign in ("^", "~=") and version[0] >= 3:
            return ""
        return match[2]
    return ""


def _oldest(rule: str, newest: str) -> str:
    """The oldest release that ``>=2.13``, ``~=3.1`` or ``==3.*`` allows, if there are newer."""
    for part in re.split(r"[,\s]+(?=[=<>~!^])|,", rule.strip()):
        match = _FROM.match(part.strip())
        if match is not None:
            version = match["version"] if "." in match["version"] else f"{match['version']}.0"
            return version if number(version)[:2] < Target(newest).number[:2] else ""
    return ""


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return ""

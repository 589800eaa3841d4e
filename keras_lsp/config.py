"""Settings: what the user wants checked, from the project's files and the editor.

Never reads the environment; a mistake in a settings file is an error that says where.
"""

from __future__ import annotations

import difflib
import fnmatch
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

from keras_lsp.catalog.targets import number
from keras_lsp.findings import Severity
from keras_lsp.rules import Rule, all_rules

FILES = ("keras-lsp.toml", "pyproject.toml")
"""Settings files in the order in which they win over each other in one folder."""

EXCLUDED = (
    ".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".jedi", ".mypy_cache", ".nox",
    ".pytest_cache", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pycache__", "_build",
    "build", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip
"""Folders that are never searched unless they are named on the command line."""

INLAY_HINTS = ("off", "shapes", "parameters")

UNUSED_IGNORE = "unused-ignore"
SYNTAX_ERROR = "syntax-error"
SWITCHES = ("hover", "completion", "signature-help")
"""Features of the editor that can be turned off, where another server has the like."""
EXTRA_RULES = (UNUSED_IGNORE,)
"""Names of findings that do not come from a rule of their own file."""


class ConfigError(ValueError):
    """A setting that cannot be followed; the message names the file and the key."""


PROBES = ("auto", "tensorflow", "off")
"""``tensorflow``: a Keras 2 is asked, too, in a process that needs TensorFlow for it."""


@dataclass(frozen=True)
class Config:
    """What applies to the files of one folder."""

    select: tuple[str, ...] = ("ALL",)
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    extra_paths: tuple[str, ...] = ()
    python: str = ""
    probe: str = "auto"
    keras_version: str = ""
    inlay_hints: str = "shapes"
    """``off``, ``shapes``, or ``parameters`` for both."""
    hover: bool = True
    completion: bool = True
    signature_help: bool = True
    root: str = ""
    """The folder of the settings file; patterns are relative to it."""

    @cached_property
    def selected(self) -> frozenset[str]:
        """The names of the rules that are on."""
        return expand(self.select) - expand(self.ignore)

    def enabled(self, rule: str, path: str) -> bool:
        return rule in self.selected and rule not in self._ignored_in(path)

    def _ignored_in(self, path: str) -> frozenset[str]:
        ignored: frozenset[str] = frozenset()
        for pattern, rules in self.per_file_ignores.items():
            if matches(path, pattern, self.root):
                ignored |= expand(rules)
        return ignored

    def severity_of(self, rule: str, default: Severity) -> Severity:
        return self.severity.get(rule, default)

    def merged(self, table: Mapping[str, Any], where: str) -> Config:
        """These settings with those of ``table`` over them; raises `ConfigError`."""
        return replace(self, **_read(table, where))


def matches(path: str, pattern: str, root: str) -> bool:
    """Whether a file fits a pattern: by its name, or by its path below ``root``."""
    pure = PurePath(path)
    try:
        relative = pure.relative_to(root).as_posix() if root else pure.as_posix()
    except ValueError:
        relative = pure.as_posix()
    pattern = pattern.replace("\\", "/").rstrip("/")
    return (
        fnmatch.fnmatch(relative, pattern)
        or fnmatch.fnmatch(pure.name, pattern)
        or fnmatch.fnmatch(relative, f"{pattern}/*")
        or fnmatch.fnmatch(pure.as_posix(), pattern)
    )


def rule_names() -> tuple[str, ...]:
    return (*all_rules(), *EXTRA_RULES)


def groups() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {"ALL": frozenset(rule_names())}
    for name, rule in all_rules().items():
        for group in (rule.group, *rule.also):
            found[group] = found.get(group, frozenset()) | {name}
    return found


def expand(names: Iterable[str]) -> frozenset[str]:
    """Rules by name, by group (``lifecycle``) or ``ALL``."""
    known = groups()
    found: frozenset[str] = frozenset()
    for name in names:
        found |= known.get(name, frozenset((name,)))
    return found


def rule(name: str) -> Rule | None:
    return all_rules().get(name)


def find(path: Path) -> Path | None:
    """The settings file that applies to a file or folder: the nearest one upwards."""
    start = path if path.is_dir() else path.parent
    for folder in (start, *start.parents):
        for name in FILES:
            candidate = folder / name
            if candidate.is_file() and (name != "pyproject.toml" or _has_section(candidate)):
                return candidate
    return None


def _has_section(path: Path) -> bool:
    try:
        return "tool.keras-lsp" in path.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return False


def load(path: Path) -> Config:
    """The settings in a file; raises `ConfigError`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as problem:
        raise ConfigError(f"{path}: cannot be read: {problem}") from None
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(f"{path}: {problem}") from None
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("keras-lsp", {})
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.keras-lsp has to be a table")
    return replace(Config().merged(table, str(path)), root=str(path.parent))


def check_rules(names: Iterable[str], where: str) -> tuple[str, ...]:
    """The names as they are, if all are rules or groups; raises `ConfigError`."""
    known = {*rule_names(), *groups()}
    result = tuple(names)
    for name in result:
        if name not in known:
            raise ConfigError(f"{where}: unknown rule `{name}`{_nearest(name, known)}")
    return result


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), 1)
    return f"; did you mean `{close[0]}`?" if close else ""


def setting_names() -> dict[str, str]:
    """The names of all settings, with those of their fields."""
    return {f.name.replace("_", "-"): f.name for f in fields(Config) if f.name != "root"}


def _read(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    keys = setting_names()
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key not in keys:
            raise ConfigError(f"{where}: unknown setting `{key}`{_nearest(key, keys)}")
        found[keys[key]] = _value(key, value, f"{where}: {key}")
    return found


def _value(key: str, value: Any, where: str) -> Any:
    if key in ("select", "ignore"):
        return check_rules(_strings(value, where), where)
    if key in ("exclude", "extra-paths"):
        return _strings(value, where)
    if key == "severity":
        return {k: _severity(v, f"{where}.{k}") for k, v in _rules_table(value, where).items()}
    if key == "per-file-ignores":
        table = _table(value, where)
        return {k: check_rules(_strings(v, where), where) for k, v in table.items()}
    if key == "inlay-hints":
        if isinstance(value, bool):
            return "shapes" if value else "off"
        if value not in INLAY_HINTS:
            raise ConfigError(f"{where} has to be true, false or one of {', '.join(INLAY_HINTS)}")
        return value
    if key in SWITCHES:
        if not isinstance(value, bool):
            raise ConfigError(f"{where} has to be true or false")
        return value
    if not isinstance(value, str):
        raise ConfigError(f"{where} has to be a string")
    if key == "keras-version" and value and not number(value):
        raise ConfigError(f"{where} has to be a release or a range (`3.12`, `>=2.13`): `{value}`")
    if key == "probe" and value not in PROBES:
        raise ConfigError(f"{where} has to be `auto`, `tensorflow` or `off`, not `{value}`")
    return value


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) for v in value):
        raise ConfigError(f"{where} has to be a list of strings")
    return tuple(value)


def _table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{where} has to be a table")
    return value


def _rules_table(value: Any, where: str) -> Mapping[str, Any]:
    table = _table(value, where)
    check_rules(table, where)
    return table


def _severity(value: Any, where: str) -> Severity:
    try:
        return Severity(value)
    except ValueError:
        allowed = ", ".join(f"`{s.value}`" for s in Severity)
        raise ConfigError(f"{where} has to be one of {allowed}") from None

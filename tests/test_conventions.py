"""The house's conventions, as assertions whose messages teach."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from keras_lsp.cli import docs
from keras_lsp.rules import all_rules

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "keras_lsp"
MODULES = sorted(PACKAGE.rglob("*.py"))

LONGEST_MODULE = 330
LONGEST_RULE = 205
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
CORE = ("text", "syntax", "findings", "catalog", "flow", "editing", "pages", "semantics", "rules")
REACHES_OUT = {
    "asyncio",
    "multiprocessing",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "urllib",
}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(params=MODULES, ids=named)
def module(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_a_module_says_what_it_is(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert docstring, "first line: what it is; second: what it must never learn"
    assert docstring.splitlines()[0].rstrip()[-1] in ".:;`", "the first line is a sentence"


def test_a_module_is_short_enough_to_be_read(module: Path) -> None:
    lines = len(module.read_text(encoding="utf-8").splitlines())
    longest = LONGEST_RULE if is_rule(module) else LONGEST_MODULE
    assert lines <= longest, f"{lines} lines, {longest} at the most: find the second subject in it"


def test_a_module_is_named_after_its_subject(module: Path) -> None:
    parts = {part.strip("_") for part in module.relative_to(PACKAGE).with_suffix("").parts}
    assert not parts & FORBIDDEN_NAMES, "such a name says nothing, and everything ends up there"


def test_every_folder_with_modules_is_a_package() -> None:
    """Else the layers below would not see what is in it."""
    folders = {path.parent for path in MODULES}
    assert [named(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


def test_the_core_does_not_reach_out() -> None:
    """Results and problems are returned; files, processes and threads are for others."""
    core = [path for path in MODULES if path.relative_to(PACKAGE).with_suffix("").parts[0] in CORE]
    reaching = {named(p): found for p in core if (found := set(imports(p)) & REACHES_OUT)}
    assert core
    assert reaching == {}


def test_layers() -> None:
    run("-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache")


def test_lint() -> None:
    run("-m", "ruff", "check", "--no-fix", ".")


def test_format() -> None:
    run("-m", "ruff", "format", "--check", ".")


def test_types() -> None:
    run("-m", "mypy")


def test_a_rule_is_named_like_its_file() -> None:
    files = {path.stem.replace("_", "-") for path in MODULES if is_rule(path)}
    assert files == set(all_rules())


def test_generated_pages_are_current() -> None:
    stale = [named(p) for p, text in docs.generated().items() if p.read_text("utf-8") != text]
    assert stale == [], "run: python -m keras_lsp.cli.docs"


def is_rule(module: Path) -> bool:
    """A rule lies in the folder of its group: ``rules/lifecycle/undefined_model.py``."""
    parts = module.relative_to(PACKAGE).parts
    return parts[0] == "rules" and len(parts) == 3 and module.stem != "__init__"


def imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def run(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert done.returncode == 0, done.stdout

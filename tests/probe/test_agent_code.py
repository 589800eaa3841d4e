"""What runs in the user's Python runs in an old one, and imports nothing but its neighbours."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from keras_lsp import probe

FOLDER = Path(probe.__file__).parent
THEIRS = (
    "agent answers evaluation guard inside keras2 lookups losses null_backend objects settings"
    " tensors whitelist wording"
)
MODULES = THEIRS.split()


@pytest.mark.parametrize("name", MODULES)
def test_it_imports_only_its_neighbours(name: str) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"), feature_version=(3, 9))
    allowed = {f"keras_lsp.probe.{module}" for module in MODULES}
    for node in ast.walk(tree):
        named: list[str] = []
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            named = [f"{node.module}.{a.name}" for a in node.names] if node.module else []
            named = [n if n in allowed else str(node.module) for n in named]
        for found in named:
            assert found in allowed or found.partition(".")[0] in sys.stdlib_module_names, found


@pytest.mark.parametrize("name", MODULES)
def test_it_needs_no_new_python(name: str) -> None:
    """Annotations may be new: they are not evaluated."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert "from __future__ import annotations" in text
    tree = ast.parse(text, feature_version=(3, 9))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    strict = [n for n in calls if any(k.arg in ("strict", "slots") for k in n.keywords)]
    assert strict == []
    checks = [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "isinstance"]
    assert not [n for n in checks if any(isinstance(a, ast.BinOp) for a in n.args)]


def test_all_of_it_is_here() -> None:
    server = ["__init__", "client", "course", "process", "questions", "wire", "interpreters"]
    assert sorted(path.stem for path in FOLDER.glob("*.py")) == sorted([*MODULES, *server])

"""What JupyterLab is told of the server, and that it starts like that."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.lsp.wire import PUSH, Client

ROOT = Path(__file__).parents[2]


def spec() -> dict[str, Any]:
    """As jupyter-lsp finds it: by the entry point."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (entry,) = project["entry-points"]["jupyter_lsp_spec_v1"].values()
    module, _, name = entry.partition(":")
    found: dict[str, dict[str, Any]] = getattr(importlib.import_module(module), name)(object())
    assert list(found) == ["keras-lsp"]
    return found["keras-lsp"]


def test_the_spec_has_what_jupyter_lsp_demands() -> None:
    told = spec()
    assert told["version"] == 2
    assert told["languages"] == ["python"]
    assert {"text/x-ipython", "text/x-python"} <= set(told["mime_types"])
    assert all(isinstance(part, str) for part in told["argv"])


def test_the_server_starts_so_and_imports_nothing_that_lies_about(
    tmp_path: Path, monkeypatch: Any
) -> None:
    (tmp_path / "keras_lsp.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    (tmp_path / "json.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    client = Client.start(spec()["argv"], cwd=tmp_path)
    try:
        assert client.initialize(PUSH, [tmp_path])["serverInfo"]["name"] == "keras-lsp"
        assert client.finish() == 0
    finally:
        client.end()


def test_telling_it_imports_next_to_nothing() -> None:
    code = "import sys; before = set(sys.modules); import keras_lsp.jupyter as j; j.spec(None);"
    code += "print(sorted(m for m in set(sys.modules) - before if m.startswith(('keras_lsp.',"
    code += "'jedi', 'pygls', 'lsprotocol', 'parso'))))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "['keras_lsp.jupyter']"

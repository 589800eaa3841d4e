"""The worker: jedi, behind lines of JSON on standard input and output.

Runs as a script, isolated, from an empty folder.  Never imports the workspace, never
starts an interpreter found in it, never reads ``.jedi/``.

    request   {"id": 1, "root": …, "paths": […], "path": …, "code": …,
               "queries": [[line, column], …]}
    answer    {"id": 1, "answers": [{"path": …, "line": …, "name": …} or null, …]}
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

sys.setrecursionlimit(6000)


def main() -> None:
    jedi_home, cache = sys.argv[1], sys.argv[2]
    if jedi_home not in sys.path:
        sys.path.append(jedi_home)
    standard = [p for p in sys.path if p and "site-packages" not in p and "dist-packages" not in p]
    out = sys.stdout.buffer
    # Whatever a library prints must not get between the answers.
    sys.stdout = sys.stderr
    import jedi  # type: ignore[import-untyped, unused-ignore]

    jedi.settings.cache_directory = cache
    jedi.settings.dynamic_params_for_other_modules = False
    worker = _Worker(jedi, standard)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            answers = worker.answer(request)
        except Exception as problem:
            worker.recover(problem)
            answers = [None] * len(request.get("queries", ()))
        out.write(json.dumps({"id": request["id"], "answers": answers}).encode() + b"\n")
        out.flush()


class _Worker:
    def __init__(self, jedi: Any, standard: list[str]) -> None:
        self.jedi = jedi
        self.standard = standard
        self.environment = jedi.InterpreterEnvironment()
        self.projects: dict[tuple[str, tuple[str, ...]], Any] = {}

    def answer(self, request: dict[str, Any]) -> list[dict[str, Any] | None]:
        for path, code in request.get("overlays", ()):
            # An unsaved buffer takes the place of its file in jedi's cache.
            self._script(request, path, code).get_names()
        script = self._script(request, request["path"], request["code"])
        return [self._one(script, line, column) for line, column in request["queries"]]

    def _script(self, request: dict[str, Any], path: str, code: str) -> Any:
        key = (request["root"], tuple(request["paths"]))
        if key not in self.projects:
            self.projects[key] = self.jedi.Project(
                key[0],
                sys_path=[*request["first"], *self.standard, *request["paths"]],
                smart_sys_path=True,
            )
        return self.jedi.Script(
            code, path=path, project=self.projects[key], environment=self.environment
        )

    def _one(self, script: Any, line: int, column: int) -> dict[str, Any] | None:
        try:
            names = script.goto(line, column, follow_imports=True)
        except (ValueError, RecursionError):
            return None
        for name in names:
            if name.module_path is None or name.line is None:
                continue
            parent = name.parent()
            if parent is None or parent.type != "module":
                continue
            return {
                "path": str(name.module_path),
                "line": name.line - 1,
                "name": name.name,
                "kind": name.type,
            }
        return None

    def recover(self, problem: Exception) -> None:
        """A damaged cache on disk breaks every later query: throw it away."""
        if isinstance(problem, (EOFError, OSError)) or "pickle" in type(problem).__name__.lower():
            for file in Path(self.jedi.settings.cache_directory).rglob("*.pkl"):
                try:
                    os.unlink(file)
                except OSError:
                    continue


if __name__ == "__main__":
    main()

"""The worker: jedi, behind lines of JSON on standard input and output.

Runs as a script, isolated, from an empty folder.  Never imports the workspace, never
starts an interpreter found in it, never reads ``.jedi/``.

    first line  {"libraries": […], "cache": …, "skeleton": …, "roots": […], "paths": […]}
    request     {"id": 1, "path": …, "code": …, "queries": [[line, column], …],
                 "overlays": [[path, code or null], …], "changed": [path, …]}
    answer      {"id": 1, "answers": [[{"path": …, "line": …, …}, …], …]}

Lines count from 0 here, columns in code points; ``overlays`` says what has changed since the
last request.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST = 4
"""Places that are reported of one name; where there are more than one, nobody is sure."""


def main() -> None:
    out = sys.stdout.buffer
    # Whatever a library prints must not get between the answers.
    sys.stdout = sys.stderr
    sys.setrecursionlimit(6000)
    settings = json.loads(sys.stdin.buffer.readline())
    standard = [path for path in sys.path if path]
    sys.path.extend(settings["libraries"])
    import jedi  # type: ignore[import-untyped, unused-ignore]

    # jedi imports compiled modules from here; those of the standard library are enough.
    sys.path[:] = standard
    jedi.settings.dynamic_params_for_other_modules = False
    jedi.settings.auto_import_modules = []
    worker = Worker(jedi, standard, settings)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer = {"id": request["id"], "answers": worker.answer(request)}
        out.write(json.dumps(answer).encode() + b"\n")
        out.flush()


class Worker:
    """One jedi with what it has been told of unsaved files."""

    def __init__(self, jedi: Any, standard: list[str], settings: dict[str, Any]) -> None:
        self.jedi = jedi
        self.environment = jedi.InterpreterEnvironment()
        paths = [settings["skeleton"], *standard, *settings["paths"]]
        self.projects = {
            Path(root): jedi.Project(root, sys_path=paths)
            for root in settings["roots"] or [os.getcwd()]
        }
        self.overlays: dict[str, str] = {}
        self.told: dict[str, tuple[str, float]] = {}
        """The text that stands for each unsaved file in jedi's cache, and the file's time then."""
        self.untrue: set[str] = set()
        """Files that stand in jedi's cache with a text that is neither saved nor an overlay."""
        jedi.settings.cache_directory = settings["cache"]

    def answer(self, request: dict[str, Any]) -> list[Any]:
        self._take_over(request)
        path, code = request["path"], request["code"]
        if self.overlays.get(path) != code:
            self.told.pop(path, None)
            if _saved(path) != code:
                self.untrue.add(path)
        script: Any = None
        answers: list[Any] = []
        for query in request["queries"]:
            found: list[Any] = []
            for attempt in range(3):
                try:
                    if script is None:
                        self._tell_overlays(path)
                        script = self._script(path, code)
                    found = list(self._find(script, *query))
                    break
                except Exception as problem:
                    if not self._mended(problem, attempt):
                        break
                    script = None
            answers.append(found)
        return answers

    # Unsaved files

    def _take_over(self, request: dict[str, Any]) -> None:
        for path, code in request.get("overlays", ()):
            if code is None:
                self.overlays.pop(path, None)
                self.told.pop(path, None)
                self.untrue.add(path)
            else:
                self.overlays[path] = code
        self.untrue.update(p for p in request.get("changed", ()) if p not in self.overlays)

    def _tell_overlays(self, asked: str) -> None:
        """jedi reads other files from disk, unless its cache has a newer text of them."""
        for path in list(self.untrue - {asked}):
            self.untrue.discard(path)
            saved = _saved(path)
            if path not in self.overlays and saved is not None:
                self._tell(path, saved)
        for path, code in self.overlays.items():
            if path == asked:
                continue
            now = (code, _time(path))
            before = self.told.get(path)
            if before == now:
                continue
            if before is not None and before[0] == code:
                # The same text would not count as newer than the file.
                self._tell(path, "")
            self._tell(path, code)
            self.told[path] = now

    def _tell(self, path: str, code: str) -> None:
        self._script(path, code)

    def _script(self, path: str, code: str) -> Any:
        around = [root for root in self.projects if Path(path).is_relative_to(root)]
        root = max(around, key=lambda r: len(r.parts)) if around else next(iter(self.projects))
        return self.jedi.Script(
            code, path=path, project=self.projects[root], environment=self.environment
        )

    # Questions

    def _find(self, script: Any, line: int, column: int) -> Iterator[dict[str, Any]]:
        names = script.goto(line + 1, column, follow_imports=True)
        for name in names[:MOST]:
            found = _described(name)
            if found is None:
                # One of several places that is no answer makes the others unsure.
                if len(names) > 1:
                    yield _NOWHERE
                continue
            yield found

    # Damage

    def _mended(self, problem: Exception, attempt: int) -> bool:
        """A damaged cache on disk breaks every later query; whether that has been mended."""
        if attempt > 1 or not _from_cache(problem):
            return False
        folder = Path(self.jedi.settings.cache_directory)
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            usable = attempt == 0 and os.access(folder, os.W_OK | os.X_OK)
        except OSError:
            usable = False
        if not usable:
            self.jedi.settings.cache_directory = tempfile.mkdtemp(dir=os.getcwd())
        return True


_NOWHERE = {"path": "", "line": 0, "column": 0, "name": "", "kind": ""}


def _described(name: Any) -> dict[str, Any] | None:
    """A name at the top level of a module; a module itself has no line, others are inside."""
    if name.module_path is None or name.line is None or name.type == "module":
        return None
    around = name.parent()
    if around is not None and around.type not in ("module", "namespace"):
        return None
    return {
        "path": str(name.module_path),
        "line": name.line - 1,
        "column": name.column,
        "name": name.name,
        "kind": name.type,
    }


def _from_cache(problem: Exception) -> bool:
    trace = problem.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).parts[-2:] == ("parso", "cache.py"):
            return True
        trace = trace.tb_next
    return False


def _saved(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
    except OSError:
        return None


def _time(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0


if __name__ == "__main__":
    main()

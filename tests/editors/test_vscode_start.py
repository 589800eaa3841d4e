"""How the extension starts: where something is missing, broken, of another age, or not trusted."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
import venv
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keras_lsp import __version__
from tests.editors import code_server
from tests.editors.installed import search_path
from tests.editors.workbench import LIMIT, Workbench
from tests.probe import older
from tests.support.releases import Unavailable

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
FAULTY = "from tensorflow import keras\n\nmodel.fit(1, 2)\nmodel = keras.Sequential()\n"
SHAPED = """\
import keras

start = keras.Input((28,))
middle = keras.layers.Dense(10)(start)
end = keras.layers.RMSNormalization()(middle)
"""
FILE = "train.py"
TRACE = "keras-lsp: Trace the Life of This Model"

Open = Callable[..., Workbench]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / FILE).write_text(FAULTY, encoding="utf-8")
    return folder


@pytest.fixture
def start(
    installation: Path, package: Path, page: Page, workspace: Path, tmp_path: Path
) -> Iterator[Open]:
    """Starts a VS Code of a test's own and opens the file in it."""
    with ExitStack() as stack:

        def begin(
            path: Path | None = None,
            *more: Path,
            file: str = FILE,
            opened: Path | None = None,
            **options: Any,
        ) -> Workbench:
            own = tmp_path / "own"
            own.mkdir()
            if path is not None:
                options["environment"] = {"PATH": str(path)}
            extensions = [package / "keras-lsp.vsix", *more]
            server = stack.enter_context(
                code_server.running(installation, own, extensions, **options)
            )
            return Workbench(server, page, opened or workspace, file)

        yield begin


def script(path: Path, *lines: str) -> Path:
    """A program that a shell runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)
    return path


def server_of_version(path: Path, version: str) -> Path:
    """This very server, which says that it is of another version."""
    code = f"import keras_lsp; keras_lsp.__version__ = {version!r}; "
    code += "from keras_lsp.__main__ import main; import sys; sys.exit(main())"
    run = shlex.join([sys.executable, "-c", code])
    return script(path, f'cd {shlex.quote(str(ROOT))} && exec {run} "$@"')


def test_without_a_python_it_says_what_is_needed(
    start: Open, tmp_path: Path, screenshots: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    bench = start(empty)
    told = bench.notification("needs Python 3.11 or newer to run, and found none")
    told.wait_for()
    assert "Keras itself is not needed" in told.inner_text()
    for button in ("Get Python", "Open Settings", "Show Log"):
        assert told.get_by_role("button", name=button).count() == 1
    assert "$(error)" not in bench.status().inner_text()
    bench.picture(screenshots / "vscode-no-python.png")


def test_a_python_that_is_too_old_is_named(start: Open, tmp_path: Path) -> None:
    old = script(tmp_path / "bin" / "python3", """echo '{"python": [3, 8, 10], "server": null}'""")
    bench = start(old.parent)
    told = bench.notification("needs Python 3.11 or newer")
    told.wait_for()
    assert f"{old} is Python 3.8.10, which is too old" in told.inner_text()


def test_a_server_that_crashes_is_started_three_times_again(
    start: Open, tmp_path: Path, screenshots: Path
) -> None:
    starts = tmp_path / "starts"
    crashing = script(
        tmp_path / "keras-lsp", f"echo once >> {shlex.quote(str(starts))}",
        "echo 'it went wrong here' >&2", "exit 3",
    )  # fmt: skip
    bench = start(settings={"keras-lsp.path": str(crashing)})
    told = bench.notification("crashed 4 times in three minutes and is not started again")
    told.wait_for()
    assert starts.read_text(encoding="utf-8").splitlines() == ["once"] * 4
    bench.picture(screenshots / "vscode-crashed.png")
    assert bench.page.locator(".notification-toast").count() == 1
    told.get_by_role("button", name="Show Log").click()
    log = bench.page.locator(".output-view-lines, .editor-instance .view-lines, .view-lines")
    log.filter(has_text="it went wrong here").first.wait_for()
    bench.command("keras-lsp: Restart the Server")
    bench.notification("crashed 4 times").wait_for()
    assert len(starts.read_text(encoding="utf-8").splitlines()) > 4


@pytest.mark.parametrize(
    ("version", "told", "button"),
    [
        ("0.0.9", "is older than this extension", "Use the Bundled Server"),
        ("99.1.0", "is newer than this extension", "Update the Extension"),
    ],
)
def test_a_server_of_another_age_runs_and_is_told_of(
    start: Open, tmp_path: Path, version: str, told: str, button: str
) -> None:
    path = server_of_version(tmp_path / "keras-lsp", version)
    bench = start(settings={"keras-lsp.path": str(path)})
    message = bench.notification(told)
    message.wait_for()
    assert f"keras-lsp {version}, set by keras-lsp.path" in message.inner_text()
    assert message.get_by_role("button", name=button).count() == 1
    bench.squiggles("error").first.wait_for()


def test_a_setting_that_names_no_server_says_so(start: Open, tmp_path: Path) -> None:
    bench = start(settings={"keras-lsp.path": str(tmp_path / "not-there")})
    told = bench.notification("keras-lsp.path does not name a keras-lsp server")
    told.wait_for()
    assert "is not a program that can be started" in told.inner_text()


def test_an_untrusted_workspace_has_none_of_its_programs_started(
    start: Open, workspace: Path, bare_python: Path, tmp_path: Path, screenshots: Path
) -> None:
    marker = tmp_path / "was-started"
    planted = workspace / ".venv" / "bin"
    for name in ("python3", "python", "keras-lsp"):
        script(planted / name, f"touch {shlex.quote(str(marker))}", "exit 1")
    settings = {"keras-lsp.path": str(planted / "keras-lsp"), "keras-lsp.python": str(planted)}
    (workspace / ".vscode").mkdir()
    (workspace / ".vscode" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    bench = start(
        trusted=False,
        settings={"security.workspace.trust.startupPrompt": "never"},
        environment={"PATH": search_path(planted, bare_python), "VIRTUAL_ENV": str(planted.parent)},
    )
    bench.squiggles("error").first.wait_for()
    bench.status().filter(has_text="Keras: 1 model").hover()
    told = bench.page.locator(".monaco-hover", has_text="bundled with the extension")
    told.first.wait_for()
    bench.picture(screenshots / "vscode-untrusted.png")
    assert not marker.exists()

    bench.command("Workspaces: Manage Workspace Trust")
    bench.page.locator(".workspace-trust-editor .monaco-button", has_text="Trust").first.click()
    bench.notification("crashed 4 times").wait_for()
    assert marker.exists()


def test_the_selected_interpreter_comes_first(
    start: Open, bare_python: Path, tmp_path: Path
) -> None:
    """An interpreter without keras-lsp runs the bundled copy; one that has it runs its own."""
    choice = tmp_path / "choice"
    choice.write_text(str(bare_python / "python"), encoding="utf-8")
    # A server on the search path would precede the bundled one.
    environment = {"PATH": search_path()}
    bench = start(None, python_extension(tmp_path, choice), environment=environment)
    bench.squiggles("error").first.wait_for()
    await_doctor(bench, f"started as {bare_python / 'python'} -I", "bundled with the extension")

    choice.write_text(sys.executable, encoding="utf-8")
    bench.command("keras-lsp: Restart the Server")
    await_doctor(bench, f"started as {sys.executable} -I", "installed in the selected interpreter")
    bench.page.locator(".view-line", has_text=f"server {__version__} running").first.wait_for()


def test_the_server_of_the_last_time_is_started_at_once_and_checked_later(
    start: Open, bare_python: Path, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    selected = script(
        tmp_path / "selected" / "python",
        f'case "$*" in *find_spec*) echo asked >> {told};; *server) echo started >> {told};; esac',
        f'exec {shlex.quote(sys.executable)} "$@"',
    )
    choice = tmp_path / "choice"
    choice.write_text(str(selected), encoding="utf-8")
    environment = {"PATH": search_path()}
    bench = start(None, python_extension(tmp_path, choice), environment=environment)
    bench.squiggles("error").first.wait_for()
    assert told.read_text(encoding="utf-8").split() == ["asked", "started"]

    def open_again() -> None:
        bench.page.reload()
        bench.page.wait_for_selector(".monaco-workbench")
        bench.squiggles("error").first.wait_for()

    open_again()
    await_lines(told, ["asked", "started", "started", "asked"])

    # Another one is selected while the window is closed: it takes over.
    choice.write_text(str(bare_python / "python"), encoding="utf-8")
    open_again()
    await_doctor(bench, f"started as {bare_python / 'python'} -I", "bundled with the extension")
    assert told.read_text(encoding="utf-8").split()[4:] == ["started"]


def test_each_folder_of_a_window_is_held_against_its_own_interpreter(
    start: Open, tmp_path: Path, screenshots: Path
) -> None:
    window = two_folders(tmp_path, f"from keras.preprocessing.text import Tokenizer\n\n{FAULTY}")
    told = {}
    for folder, keras in zip(("old", "new"), ("2.15.0", "3.9.0"), strict=True):
        python = tmp_path / "pythons" / folder
        venv.create(python, with_pip=False, symlinks=True)
        (packages,) = python.glob("lib/*/site-packages")
        (packages / f"keras-{keras}.dist-info").mkdir()
        told[str(tmp_path / folder)] = str(python / "bin" / "python")
    choice = tmp_path / "choice"
    choice.write_text(json.dumps(told), encoding="utf-8")
    bench = start(
        None, python_extension(tmp_path, choice), file=str(tmp_path / "new" / "new.py"),
        opened=window, environment={"PATH": search_path()},
    )  # fmt: skip
    bench.squiggles("error").nth(1).wait_for()
    bench.status().filter(has_text="Keras").hover()
    bench.page.locator(".monaco-hover", has_text="Keras 3.9.0").first.wait_for()
    bench.open("old.py")
    bench.page.locator(".tab.active", has_text="old.py").wait_for()
    bench.squiggles("error").first.wait_for()
    bench.status().filter(has_text="Keras").hover()
    bench.page.locator(".monaco-hover", has_text="Keras 2.15.0").first.wait_for()
    rows = bench.problems()
    bench.picture(screenshots / "vscode-two-folders.png")
    assert sum("removed-module" in row for row in rows) == 1
    assert sum("undefined-model" in row for row in rows) == 2


def test_each_folder_of_a_window_has_the_shapes_of_its_own_keras(
    start: Open, tmp_path: Path, screenshots: Path
) -> None:
    """Two real ones are asked, one beside the other: the older has not that layer yet."""
    try:
        old = older.python_of("3.0.5")
    except Unavailable as problem:
        pytest.skip(f"there is no Keras 3.0.5 here: {problem}")
    window = two_folders(tmp_path, SHAPED)
    choice = tmp_path / "choice"
    told = {str(tmp_path / "old"): str(old), str(tmp_path / "new"): sys.executable}
    choice.write_text(json.dumps(told), encoding="utf-8")
    bench = start(
        None, python_extension(tmp_path, choice), file=str(tmp_path / "new" / "new.py"),
        opened=window, environment={"PATH": search_path()},
    )  # fmt: skip
    lines = bench.page.locator(".view-line")
    lines.filter(has_text="RMSNormalization").filter(has_text="(None, 10)").wait_for()
    bench.picture(screenshots / "vscode-two-keras-new.png")
    bench.open("old.py")
    bench.page.locator(".tab.active", has_text="old.py").wait_for()
    lines.filter(has_text="Dense").filter(has_text="(None, 10)").wait_for()
    bench.status().filter(has_text="Keras").hover()
    bench.page.locator(".monaco-hover", has_text="Keras 3.0.5").first.wait_for()
    bench.picture(screenshots / "vscode-two-keras-old.png")
    assert lines.filter(has_text="RMSNormalization").filter(has_text="(None, 10)").count() == 0


def test_no_folder_of_a_window_that_is_not_trusted_has_its_programs_started(
    start: Open, bare_python: Path, tmp_path: Path
) -> None:
    marker = tmp_path / "was-started"
    window = two_folders(tmp_path, FAULTY)
    for name in ("old", "new"):
        folder = tmp_path / name
        for program in ("python3", "python", "keras-lsp"):
            planted = script(
                folder / ".venv" / "bin" / program, f"touch {shlex.quote(str(marker))}", "exit 1"
            )
        (folder / ".venv" / "pyvenv.cfg").write_text("version = 3.11.7\n", encoding="utf-8")
        packages = folder / ".venv" / "lib" / "python3.11" / "site-packages"
        (packages / "keras-3.9.0.dist-info").mkdir(parents=True)
        (folder / ".vscode").mkdir()
        settings = {"keras-lsp.path": str(planted), "keras-lsp.python": str(planted)}
        (folder / ".vscode" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    venvs = [tmp_path / name / ".venv" / "bin" for name in ("old", "new")]
    bench = start(
        trusted=False,
        file=str(tmp_path / "new" / "new.py"),
        opened=window,
        settings={"security.workspace.trust.startupPrompt": "never"},
        environment={"PATH": search_path(*venvs, bare_python)},
    )
    bench.squiggles("error").first.wait_for()
    bench.open("old.py")
    bench.page.locator(".tab.active", has_text="old.py").wait_for()
    bench.squiggles("error").first.wait_for()
    # Longer than whoever asks a Keras for shapes waits before.
    bench.page.wait_for_timeout(3_000)
    assert not marker.exists()


def two_folders(parent: Path, text: str) -> Path:
    """A window's file with the folders ``old`` and ``new``; each holds a program of its name."""
    for name in ("old", "new"):
        (parent / name).mkdir()
        (parent / name / f"{name}.py").write_text(text, encoding="utf-8")
    window = parent / "both.code-workspace"
    window.write_text('{"folders": [{"path": "old"}, {"path": "new"}]}', encoding="utf-8")
    return window


def noting_starts(parent: Path, bare_python: Path) -> tuple[Path, Path]:
    """A Python, and the file in which it notes each start of a server."""
    told = parent / "told"
    told.touch()
    python = script(
        parent / "bin" / "python3",
        f'case "$*" in *server) echo started >> {told};; esac',
        f'exec {shlex.quote(str(bare_python / "python"))} "$@"',
    )
    return python, told


def test_for_prose_no_server_runs(
    start: Open, bare_python: Path, workspace: Path, tmp_path: Path
) -> None:
    """Each Markdown file wakes the extension; only a program or a notebook wakes the server."""
    python, told = noting_starts(tmp_path, bare_python)
    prose = f"# Thesis\n\n```python\n{FAULTY}```\n"
    (workspace / "README.md").write_text(prose, encoding="utf-8")
    chunk = f"# Thesis\n\n```{{r}}\nx <- 1\n```\n\n```{{python}}\n{FAULTY}```\n"
    for name in ("chunks.qmd", "notes.Rmd"):
        (workspace / name).write_text(chunk, encoding="utf-8")
    header = "---\njupyter:\n  jupytext:\n    main_language: python\n---\n\n"
    (workspace / "book.md").write_text(header + prose, encoding="utf-8")
    environment = {"PATH": search_path(python.parent)}
    bench = start(None, file="README.md", environment=environment)
    # Long enough for a server that starts at once to have done so.
    bench.page.wait_for_timeout(6_000)
    assert told.read_text(encoding="utf-8") == ""
    bench.open("book.md")
    bench.squiggles("error").first.wait_for()
    assert told.read_text(encoding="utf-8").split() == ["started"]
    bench.command(TRACE)
    bench.page.locator(".tab.active", has_text="book.md.life").wait_for()
    bench.open("README.md")
    bench.page.locator(".tab.active", has_text="README.md").wait_for()
    bench.press("F1")
    bench.page.locator(".quick-input-widget input").first.fill(">keras-lsp:")
    rows = bench.page.locator(".quick-input-list .monaco-list-row")
    rows.filter(has_text="keras-lsp: Restart the Server").first.wait_for()
    assert rows.filter(has_text=TRACE).count() == 0
    bench.press("Escape")
    for name in ("chunks.qmd", "notes.Rmd"):
        bench.open(name)
        bench.page.locator(".tab.active", has_text=name).wait_for()
        bench.squiggles("error").first.wait_for()
        bench.command("View: Close Editor")
    assert told.read_text(encoding="utf-8").split() == ["started"]


def test_a_window_with_programs_in_its_folder_has_a_server_before_one_is_opened(
    start: Open, bare_python: Path, tmp_path: Path
) -> None:
    python, told = noting_starts(tmp_path, bare_python)
    bench = start(None, file="", environment={"PATH": search_path(python.parent)})
    await_lines(told, ["started"])
    bench.open(FILE)
    bench.squiggles("error").first.wait_for()
    assert told.read_text(encoding="utf-8").split() == ["started"]


@pytest.mark.parametrize("writable", [True, False])
def test_the_bundled_server_is_compiled_once_wherever_the_extension_lies(
    package: Path, tmp_path: Path, writable: bool
) -> None:
    with zipfile.ZipFile(package / "keras-lsp.vsix") as archive:
        archive.extractall(tmp_path)
    bundled, kept = tmp_path / "extension" / "bundled", tmp_path / "compiled"
    code = "import os, runpy, sys; os.access = lambda *asked: {}; runpy.run_path(sys.argv[0])"
    code = f"import sys; sys.argv = [{str(bundled / 'start.py')!r}, '--version']; {code}"
    subprocess.run(
        [sys.executable, "-I", "-c", code.format(writable)],
        env={**os.environ, "KERAS_LSP_COMPILED": str(kept)},
        check=True,
    )
    compiled = [any(folder.rglob("keras_lsp/**/*.pyc")) for folder in (bundled, kept)]
    assert compiled == [writable, not writable]


def test_the_licences_of_the_libraries_go_with_them(package: Path) -> None:
    with zipfile.ZipFile(package / "keras-lsp.vsix") as archive:
        told = archive.read("extension/dist/LICENSES.txt").decode()
    of_each = dict(part.strip().split("\n", 1) for part in told.split("-" * 80))
    names = {head.rpartition(" ")[0] for head in of_each}
    assert {"vscode-jsonrpc", "vscode-languageclient", "semver"} <= names
    assert all("as is" in text.lower() for text in of_each.values())


def await_lines(path: Path, lines: list[str]) -> None:
    deadline = time.monotonic() + LIMIT / 1000
    while (said := path.read_text(encoding="utf-8").split()) != lines:
        assert time.monotonic() < deadline, said
        time.sleep(0.1)


def await_doctor(bench: Workbench, *told: str) -> None:
    """Asks for the doctor's report until it has these lines: a server may be starting yet."""
    from playwright.sync_api import TimeoutError as PlaywrightTimeout

    for attempt in range(4):
        bench.command("keras-lsp: Run the Doctor")
        try:
            for text in told:
                line = bench.page.locator(".view-line", has_text=text)
                line.first.wait_for(timeout=LIMIT / 4)
            return
        except PlaywrightTimeout:
            assert attempt < 3, f"the doctor does not say {text}"


PYTHON_EXTENSION: Mapping[str, Any] = {
    "name": "python",
    "publisher": "ms-python",
    "version": "2025.0.0",
    "engines": {"vscode": "^1.91.0"},
    "main": "./main.js",
    "activationEvents": ["*"],
}
PYTHON_API = """\
const {{ readFileSync }} = require("node:fs");
const {{ EventEmitter, Uri }} = require("vscode");
const path = (folder) => {{
  const told = readFileSync({choice}, "utf8");
  return told.startsWith("{{") ? JSON.parse(told)[folder.fsPath] : told;
}};
exports.activate = () => ({{
  environments: {{
    getActiveEnvironmentPath: (folder) => ({{ path: path(folder) }}),
    resolveEnvironment: async ({{ path }}) => ({{ executable: {{ uri: Uri.file(path) }} }}),
    onDidChangeActiveEnvironmentPath: new EventEmitter().event,
  }},
}});
"""


def python_extension(folder: Path, choice: Path) -> Path:
    """As much of the Python extension as tells which interpreter is selected."""
    made = folder / "python.vsix"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("extension/package.json", json.dumps(PYTHON_EXTENSION))
        archive.writestr("extension/main.js", PYTHON_API.format(choice=json.dumps(str(choice))))
    return made

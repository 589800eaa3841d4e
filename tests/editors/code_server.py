"""Code-server: VS Code as a web page, installed from npm alone, started with a profile of its own.

Run as a program it installs: ``python -m tests.editors.code_server FOLDER``.  Its own installation
script is not run, for it fetches from elsewhere; what that one would compile and link is done here.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VERSION = "4.100.3"
"""It holds VS Code 1.100 and wants Node 20."""
RIPGREP = "@vscode/ripgrep-linux-x64@1.18.0"
NATIVE = ("@vscode/spdlog", "native-watchdog", "node-pty")
ARGON = ("--module_name=argon2", "--module_path=./lib/binding/napi-v3", "--napi_build_version=3")
LIMIT = 180
"""Seconds after which a start counts as one that hangs."""

SETTINGS: Mapping[str, Any] = {
    # The web edition saves by itself and would write fixes into the files.
    "files.autoSave": "off",
    "files.hotExit": "off",
    "workbench.startupEditor": "none",
    "workbench.colorTheme": "Default Light Modern",
    "workbench.tips.enabled": False,
    "window.restoreWindows": "none",
    "telemetry.telemetryLevel": "off",
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "update.mode": "none",
    "security.workspace.trust.untrustedFiles": "open",
    "security.workspace.trust.banner": "never",
    "editor.minimap.enabled": False,
    "editor.fontFamily": "DejaVu Sans Mono",
    "chat.commandCenter.enabled": False,
    "git.enabled": False,
}


class CannotBeInstalled(Exception):
    """Why there is no code-server on this machine."""


def entry(folder: Path) -> Path:
    return folder / "node_modules" / "code-server" / "out" / "node" / "entry.js"


def install(parent: Path) -> Path:
    """The folder of a complete installation below ``parent``, made if it is not there yet."""
    folder = parent / f"code-server-{VERSION}"
    done = folder / "complete"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _install(folder)
        done.touch()
    return folder


def _install(folder: Path) -> None:
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    _npm(folder, "install", "--no-save", f"code-server@{VERSION}", RIPGREP)
    server = folder / "node_modules" / "code-server" / "lib" / "vscode"
    _npm(server, "install", "--omit=dev")
    for name in NATIVE:
        _compile(server / "node_modules" / name)
    argon = folder / "node_modules" / "argon2"
    _compile(argon, *ARGON)
    binding = argon / "lib" / "binding" / "napi-v3"
    binding.mkdir(parents=True, exist_ok=True)
    shutil.copy(argon / "build" / "Release" / "argon2.node", binding)
    name, _, _ = RIPGREP.rpartition("@")
    place = server / "node_modules" / "@vscode" / "ripgrep" / "bin"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "node_modules" / name / "bin" / "rg", place)
    for link, target in (
        (server / "node_modules.asar", "node_modules"),
        (server / "bin" / "remote-cli" / "code-server", "code-linux.sh"),
        (server / "bin" / "helpers" / "browser.sh", "browser-linux.sh"),
    ):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    _run([_node(), str(entry(folder)), "--version"], folder)


def _npm(folder: Path, *arguments: str) -> None:
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error")
    npm = shutil.which("npm")
    if npm is None:
        raise CannotBeInstalled("there is no npm")
    _run([npm, *arguments, *quiet], folder)


def _compile(folder: Path, *options: str) -> None:
    """Build a native part with the node-gyp that comes with npm."""
    npm = Path(os.path.realpath(shutil.which("npm") or "")).parents[1]
    gyp = npm / "node_modules" / "node-gyp" / "bin" / "node-gyp.js"
    prefix = Path(_node()).resolve().parents[1]
    # The headers that lie beside node are the right ones; else node-gyp looks for them.
    headers = [f"--nodedir={prefix}"] if (prefix / "include" / "node" / "node.h").exists() else []
    _run([_node(), str(gyp), "rebuild", *headers, *options], folder)


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        raise CannotBeInstalled("there is no node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("v20."):
        raise CannotBeInstalled(f"code-server {VERSION} wants Node 20, and there is {version}")
    return node


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        raise CannotBeInstalled(f"{' '.join(command[:4])} failed:\n{done.stdout[-3000:]}")


class CodeServer:
    """A running server: where it listens, and how a folder is opened in it."""

    def __init__(self, port: int, extensions: Path) -> None:
        self.authority = f"127.0.0.1:{port}"
        self._extensions = extensions

    def extension(self, name: str) -> Path:
        """The folder into which an extension was installed."""
        (found,) = self._extensions.glob(f"{name}.*")
        return found

    def address(self, folder: Path, payload: Mapping[str, str] | None = None) -> str:
        pairs = urllib.request.quote(json.dumps(list((payload or {}).items())))
        kind = "workspace" if folder.suffix == ".code-workspace" else "folder"
        return f"http://{self.authority}/?{kind}={folder.as_posix()}&payload={pairs}"


@contextmanager
def running(
    installation: Path,
    own: Path,
    extensions: Sequence[Path],
    *,
    trusted: bool = True,
    settings: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[CodeServer]:
    """A server with a fresh profile below ``own`` and extensions, each a ``.vsix`` or a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        _node(), str(entry(installation)), f"--user-data-dir={own / 'data'}",
        f"--extensions-dir={own / 'extensions'}",
    ]  # fmt: skip
    user = own / "data" / "User" / "settings.json"
    user.parent.mkdir(parents=True, exist_ok=True)
    user.write_text(json.dumps({**SETTINGS, **(settings or {})}), encoding="utf-8")
    for extension in extensions:
        _run([*command, f"--install-extension={extension}"], own)
    process = subprocess.Popen(
        [
            *command, f"--bind-addr=127.0.0.1:{port}", "--auth=none", "--disable-telemetry",
            "--disable-update-check", "--disable-getting-started-override",
            *(["--disable-workspace-trust"] if trusted else []),
        ],
        # As if a shell had started it: else it asks a login shell for its variables.
        env={**os.environ, "VSCODE_CLI": "1", **(environment or {})},
        cwd=own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        _await(port, process)
        yield CodeServer(port, own / "extensions")
    finally:
        _end(process)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        assert process.poll() is None, "code-server did not start"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("code-server did not answer")


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all that it has started: its group is its own."""
    import signal

    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(15)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


if __name__ == "__main__":
    print(install(Path(sys.argv[1]).resolve()))

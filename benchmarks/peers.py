"""The peers in an environment of their own; it knows nothing about what is measured."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / ".benchmarks"
REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"

# -P: what lies in the folder that is checked must not shadow modules of the standard library.
OWN = (sys.executable, "-P", "-m", "keras_lsp")

# What any server on pygls must cost: the process, its imports, one answer.
BARE = "from pygls.lsp.server import LanguageServer\nLanguageServer('bare', '1').start_io()\n"


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    command: tuple[str, ...]
    paths: tuple[str, ...] = ()
    """Where it finds what the checked files import, as a user's environment has it."""


def servers() -> list[Tool]:
    """keras-lsp first, then the language servers among the peers."""
    found = [Tool("keras-lsp", (*OWN, "server", "--stdio"))]
    return found + _present(
        ("ruff", "ruff", "server"), ("pyright", "basedpyright-langserver", "--stdio")
    )


def bare_server() -> Tool:
    return Tool("bare pygls", (sys.executable, "-c", BARE))


def checkers() -> list[Tool]:
    """keras-lsp first, then the command lines among the peers."""
    found = [Tool("keras-lsp check", (*OWN, "check", "--jobs", "1", "--output-format", "json"))]
    found += _present(
        ("ruff check", "ruff", "check", "--no-cache", "--isolated"),
        ("pyflakes", "pyflakes"),
        ("pyright", "basedpyright", "--outputjson"),
        ("pylint -E", "pylint", "-E", "-j1", "--recursive=y", "--output-format=json"),
    )
    libraries = tensorflow()
    if libraries is None:
        print("**TensorFlow is not installed here: the peers run without it only.**\n", flush=True)
        return found
    # As those run who use Keras: it is there, and what infers types reads it.
    return found + [
        Tool(f"{tool.name}, with TensorFlow", tool.command, (libraries,))
        for tool in found
        if tool.name in ("pyright", "pylint -E")
    ]


def tensorflow() -> str | None:
    """The folder of packages that holds TensorFlow, found without importing it."""
    spec = importlib.util.find_spec("tensorflow")
    return str(Path(spec.origin).parent.parent) if spec and spec.origin else None


def _present(*wanted: tuple[str, ...]) -> list[Tool]:
    found = []
    for name, program, *arguments in wanted:
        path = _programs().get(program)
        if path is None:
            print(f"**MISSING: {name} could not be installed and is left out.**\n", flush=True)
        else:
            found.append(Tool(name, (path, *arguments)))
    return found


@cache
def _programs() -> dict[str, str]:
    scripts = STORE / ("Scripts" if os.name == "nt" else "bin")
    installed = STORE / "installed.txt"
    pins = REQUIREMENTS.read_text(encoding="utf-8")
    if not installed.is_file() or installed.read_text(encoding="utf-8") != pins:
        print("installing the peers ...", file=sys.stderr)
        venv.create(STORE, with_pip=True)
        # One by one: a peer that cannot be had must not cost the others.
        whole = True
        for pin in pins.split():
            command = [str(scripts / "python"), "-m", "pip", "install", "--quiet", pin]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                whole = False
                print(f"{pin}: {done.stderr.strip()}", file=sys.stderr)
        if whole:
            installed.write_text(pins, encoding="utf-8")
    return {path.stem: str(path) for path in scripts.iterdir()} if scripts.is_dir() else {}

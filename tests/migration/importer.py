"""The process that imports modules, each package in a child of its own, under Keras.

Started by path and isolated, so it uses the standard library only and must never import
``tests`` or ``keras_lsp``.

Reads one JSON request from its input, ``{"path": […], "packages": [[…], …], "stand_ins": […]}``,
and writes a line for each module: its name, and what it raised (``""``: it was imported).
"""

from __future__ import annotations

import collections
import collections.abc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import re
import signal
import sys
import traceback
import types
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

LIMIT = 60
"""Seconds that a module may take."""


def main() -> None:
    os.environ.update(
        {
            "CUDA_VISIBLE_DEVICES": "-1",
            "KERAS_BACKEND": "tensorflow",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONWARNINGS": "ignore",
        }
    )
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What is imported may print.
    os.dup2(2, 1)
    request = json.loads(sys.stdin.readline())
    import keras  # noqa: F401
    import tensorflow  # noqa: F401

    put_back()
    sys.path[:0] = request["path"]
    sys.meta_path.append(StandIns(request["stand_ins"]))
    sys.dont_write_bytecode = True
    for modules in request["packages"]:
        attempt(modules, request["path"], replies)


def put_back() -> None:
    """What Python, NumPy and SciPy dropped, and older modules import."""
    for name in ("Callable", "Iterable", "Iterator", "Mapping", "MutableMapping", "Sequence"):
        setattr(collections, name, getattr(collections.abc, name))
    import numpy

    for name, builtin in (("bool", bool), ("int", int), ("float", float), ("object", object)):
        setattr(numpy, name, builtin)
    sys.modules["scipy.misc"] = StandIn("scipy.misc")


def attempt(modules: list[str], path: list[str], replies: TextIO) -> None:
    """Imports the modules of a package; one that ends the process, or hangs, is told and passed."""
    left = list(modules)
    while left:
        told = in_child(left, path)
        for module, reason in zip(left, told, strict=False):
            replies.write(json.dumps([module, reason]) + "\n")
        replies.flush()
        left = left[len(told) :]


def in_child(modules: list[str], path: list[str]) -> list[str]:
    """What each of the modules raised, up to the one that ended the process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        sys.argv = ["imported"]
        with os.fdopen(writing, "w", encoding="utf-8", errors="replace") as pipe:
            for module in modules:
                signal.alarm(LIMIT)
                pipe.write(json.dumps(imported(module, path)) + "\n")
                pipe.flush()
        # Threads of TensorFlow hang an orderly exit now and then.
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
        told = [json.loads(line) for line in pipe if line.endswith("\n")]
    _, status = os.waitpid(child, 0)
    if len(told) < len(modules):
        told.append(f"the process ended with status {status}")
    return told


def imported(module: str, path: list[str]) -> str:
    """What importing a module raises, and where."""
    try:
        importlib.import_module(module)
    except BaseException as problem:  # a module may end the process in any way it likes
        first = (str(problem).splitlines() or [""])[0]
        # Python tells the file of a module behind it: a folder of this machine.
        first = re.sub(r" \([^()]*[\\/][^()]*\.py\)", "", first)
        place = ""
        for frame in traceback.extract_tb(problem.__traceback__):
            for folder in path:
                if frame.filename.startswith(folder + os.sep):
                    place = f"{os.path.relpath(frame.filename, folder)}:{frame.lineno}"
        if isinstance(problem, SyntaxError):
            place = f"{os.path.basename(problem.filename or '')}:{problem.lineno}"
        return f"{type(problem).__name__}: {first} [{place}]"
    return ""


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds packages that are not installed and have nothing to do with Keras."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name in self._names or name.partition(".")[0] in self._names:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> types.ModuleType:
        return StandIn(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__path__ = []


class Anything(type):
    """A class whose attributes are classes like it: one can derive from it, call it, decorate."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name, (), {})

    def __getitem__(cls, item: Any) -> Any:
        return cls

    def __iter__(cls) -> Iterator[Any]:
        # Without it Python counts up the items, and there is one of every number.
        return iter(())

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        if len(arguments) == 1 and callable(arguments[0]) and not named:
            # As a decorator it leaves alone what it decorates.
            return arguments[0]
        return Anything(cls.__name__, (), {})


class StandIn(types.ModuleType):
    """A module that has every name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name, (), {})


if __name__ == "__main__":
    main()

"""Runs programs under the real Keras and tells what each layer that they make has given.

Never imports the product.  Data is random, training is left out, modules that are not installed
are stand-ins: only what makes models counts.  A layer is known by the place of the call that makes
it: ``[line, column, end line, end column]``, lines from one, columns in bytes.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import inspect
import io
import json
import os
import runpy
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.setdefault("MPLBACKEND", "agg")

import keras
import numpy as np

Place = tuple[int, int, int, int]
DATA = {
    "mnist": ((32, 28, 28), 10),
    "fashion_mnist": ((32, 28, 28), 10),
    "cifar10": ((32, 32, 32, 3), 10),
    "cifar100": ((32, 32, 32, 3), 100),
    "boston_housing": ((32, 13), 0),
    "california_housing": ((32, 8), 0),
}
QUIET = ("fit", "evaluate", "predict", "save", "save_weights", "load_weights", "summary", "export")


class Recorder:
    """What the layers of one file were and gave."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.made: dict[int, tuple[Place, Any]] = {}
        """By the identity of the layer, which is kept alive."""
        self.given: dict[Place, set[str]] = {}
        self.weights: dict[Place, set[int]] = {}
        self.classes: dict[Place, set[str]] = {}

    def place(self) -> Place | None:
        """The innermost call that is going on in the file."""
        frame: types.FrameType | None = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == self.path:
                for at, found in enumerate(frame.f_code.co_positions()):
                    if at == frame.f_lasti // 2:
                        line, end, column, end_column = found
                        if None in found:
                            return None
                        return (line or 0, column or 0, end or 0, end_column or 0)
            frame = frame.f_back
        return None

    def record(self, layer: Any, outputs: Any) -> None:
        place, _ = self.made.get(id(layer), (None, None))
        if place is None:
            return
        told = json.dumps(_shape(outputs))
        self.given.setdefault(place, set()).add(told)
        self.classes.setdefault(place, set()).add(type(layer).__name__)
        with contextlib.suppress(Exception):
            self.weights.setdefault(place, set()).add(int(layer.count_params()))

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        layer = keras.layers.Layer
        new, call = layer.__new__, layer.__call__

        def made(cls: Any, *args: Any, **keywords: Any) -> Any:
            found = new(cls, *args, **keywords)
            place = self.place()
            if place is not None:
                self.made[id(found)] = (place, found)
            return found

        def called(self_: Any, *args: Any, **keywords: Any) -> Any:
            outputs = call(self_, *args, **keywords)
            if _is_symbolic(outputs):
                self.record(self_, outputs)
            return outputs

        layer.__new__ = made
        layer.__call__ = called
        try:
            yield
        finally:
            layer.__new__, layer.__call__ = new, call


def _is_symbolic(outputs: Any) -> bool:
    return any(isinstance(each, keras.KerasTensor) for each in keras.tree.flatten(outputs))


def _shape(outputs: Any) -> Any:
    if isinstance(outputs, list | tuple):
        return [_shape(each) for each in outputs]
    shape = getattr(outputs, "shape", None)
    return None if shape is None else {"shape": [None if n is None else int(n) for n in shape]}


# What is not there, or takes too long


class Standing(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stands in for modules that are not installed."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name.partition(".")[0] in ("keras", "tensorflow", "numpy", "tf_keras", "encodings"):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: Any) -> Any:
        module = MagicMock(name=spec.name)
        module.__path__, module.__spec__, module.__all__ = [], spec, []
        return module

    def exec_module(self, module: Any) -> None:
        pass


def version(name: str) -> str:
    """What is only unpacked has no release."""
    try:
        return importlib.metadata.distribution(name).version
    except importlib.metadata.PackageNotFoundError:
        return "0"


def prepare() -> None:
    sys.meta_path.append(Standing())
    importlib.metadata.version = version
    for name in QUIET:
        setattr(keras.Model, name, lambda *args, **keywords: MagicMock())
    for name, (shape, classes) in DATA.items():
        module = getattr(keras.datasets, name)
        module.load_data = _loader(shape, classes)
    keras.utils.get_file = lambda *args, **keywords: ""


def _loader(shape: tuple[int, ...], classes: int) -> Callable[..., Any]:
    def load(*args: Any, **keywords: Any) -> Any:
        x = np.zeros(shape, "uint8" if classes else "float32")
        y = np.zeros(shape[:1], "uint8" if classes else "float32")
        return (x, y), (x, y)

    return load


def run(path: str) -> dict[str, Any]:
    recorder = Recorder(path)
    with recorder.listening():
        try:
            names = executed(path)
        except BaseException as problem:
            names, failed = {}, repr(problem)[:200]
        else:
            failed = ""
        known = called_otherwise(path) if names else set()
        for value in list(names.values()):
            _call(value, path, known)
    places = [
        [place, sorted(given), sorted(recorder.weights.get(place, ())),
         sorted(recorder.classes[place])]
        for place, given in recorder.given.items()
    ]  # fmt: skip
    return {"places": places, "failed": failed}


def executed(path: str) -> dict[str, Any]:
    """A program as it is started, a part of a package as it is imported, or else by itself."""
    folder, parts = Path(path).parent, [Path(path).stem]
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    if len(parts) > 1:
        with contextlib.suppress(BaseException), searched(folder):
            return vars(importlib.import_module(".".join(parts)))
        for name in [name for name in sys.modules if name.partition(".")[0] == parts[0]]:
            del sys.modules[name]
        return runpy.run_path(path, run_name="example")
    with searched(folder):
        return runpy.run_path(path, run_name="__main__")


@contextlib.contextmanager
def searched(folder: Path) -> Iterator[None]:
    """Modules are found in the folder, too."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def called_otherwise(path: str) -> set[str]:
    """Functions that the program calls with arguments: it does not know them by their defaults."""
    tree = ast.parse(Path(path).read_bytes())
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.args or node.keywords
    }


def _call(value: Any, path: str, known: set[str]) -> None:
    """Functions that are called without an argument, or by nobody, and the tests of classes."""
    if inspect.isfunction(value) and value.__code__.co_filename == path:
        if value.__name__ in known:
            return
        with contextlib.suppress(BaseException):
            inspect.signature(value).bind()
            value()
    elif inspect.isclass(value) and value.__name__.startswith("Test"):
        for name, method in inspect.getmembers(value, inspect.isfunction):
            if name.startswith("test") and method.__code__.co_filename == path:
                with contextlib.suppress(BaseException):
                    getattr(value(name) if hasattr(value, "assertEqual") else value(), name)()


def alone(path: str) -> dict[str, Any]:
    """Runs a program in a process of its own, where there is a cheap one."""
    if not hasattr(os, "fork"):
        return run(path)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException), os.fdopen(writing, "w") as pipe:
            json.dump(run(path), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    found: dict[str, Any] = json.loads(text) if text else {"places": [], "failed": "it ended"}
    return found


def main() -> None:
    prepare()
    paths = [str(Path(path).resolve()) for path in sys.argv[1:]]
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        sys.argv = sys.argv[:1]
        for path in paths:
            with contextlib.redirect_stdout(io.StringIO()):
                found[path] = alone(path)
        os.chdir("/" if os.name != "nt" else "C:\\")
    print("\n" + json.dumps(found))


if __name__ == "__main__":
    main()

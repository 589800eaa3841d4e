"""The skeleton: Keras as a tree of names, so that jedi needs no TensorFlow to know it.

Never holds code of Keras; the names come from the catalogue.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from keras_lsp.catalog.names import family, table
from keras_lsp.catalog.signatures import methods

ROOTS = ("keras", "tensorflow/keras", "tf_keras")
"""The packages that are written out; each has names of its own, for what came by which counts."""

_FURTHER = {
    "tensorflow": "from . import keras\n",
    "tensorflow/python": "from tensorflow import keras\n",
    "tensorflow/compat": "",
    "tensorflow/compat/v1": "from tensorflow import keras\n",
    "tensorflow/compat/v2": "from tensorflow import keras\n",
}
_ALSO = "tensorflow/python/keras"
_COMPLETE = "complete"


def written(home: Path) -> Path:
    """The skeleton below ``home``; made if it is not there, safe when two do it at once."""
    files = texts()
    folder = home / f"skeleton-{_digest(files)}"
    if (folder / _COMPLETE).is_file():
        return folder
    home.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="skeleton-", dir=home))
    for name, text in {**files, _COMPLETE: ""}.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text, encoding="utf-8", newline="\n")
    try:
        os.replace(made, folder)
    except OSError:
        if not (folder / _COMPLETE).is_file():
            # What lies there is damaged; this one is whole.
            return made
        # Somebody else was faster: theirs is the same.
        shutil.rmtree(made, ignore_errors=True)
    return folder


@cache
def texts() -> Mapping[str, str]:
    """The files of the skeleton by name, the same in every process."""
    modules = _modules(table()["aliases"], table()["kinds"])
    files = {f"{package}/__init__.py": text for package, text in _FURTHER.items()}
    for module, text in sorted(modules.items()):
        below = "/".join(module.split(".")[1:])
        for root in ROOTS:
            files[_file(root, below)] = text
        # The private package has the same names as the public one.
        public = ".".join(("tensorflow", module))
        children = "".join(f"from . import {name}\n" for name in _children(module, modules))
        files[_file(_ALSO, below)] = f"{children}from {public} import *\n"
    return files


def _file(root: str, below: str) -> str:
    return "/".join(part for part in (root, below, "__init__.py") if part)


def _digest(files: Mapping[str, str]) -> str:
    content = "\0".join(f"{name}\0{text}" for name, text in sorted(files.items()))
    return hashlib.blake2b(content.encode(), digest_size=6).hexdigest()


def _modules(aliases: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, str]:
    """The text of each module: its names are defined at home and imported elsewhere."""
    imports: dict[str, dict[str, None]] = defaultdict(dict)
    lines: dict[str, list[str]] = defaultdict(list)
    for alias in aliases:
        module = alias.rpartition(".")[0]
        while module and module not in lines:
            lines[module] = []
            module = module.rpartition(".")[0]
    for alias, canonical in sorted(aliases.items()):
        module, _, name = alias.rpartition(".")
        home, _, original = canonical.rpartition(".")
        if alias != canonical:
            imports[module][f"from {_relative(module, home)} import {original} as {name}"] = None
            continue
        base = _base(canonical)
        if base and module != "keras":
            imports[module][f"from {_relative(module, 'keras')} import {base} as {base}"] = None
        lines[module].extend(_definition(canonical, kinds.get(canonical, "class"), base))
    for module in lines:
        for child in _children(module, lines):
            imports[module][f"from . import {child}"] = None
    return {module: "\n".join((*imports[module], *text, "")) for module, text in lines.items()}


def _relative(module: str, home: str) -> str:
    """``home`` as it is imported from ``module``, whatever package holds both."""
    return "." * (module.count(".") + 1) + home.partition(".")[2]


def _children(module: str, modules: Mapping[str, object]) -> list[str]:
    """Submodules are attributes, as they are in Keras itself."""
    return sorted(m.rpartition(".")[2] for m in modules if m.rpartition(".")[0] == module)


def _base(canonical: str) -> str:
    """The class that a class inherits from, or that a function returns."""
    if canonical in ("keras.Layer", "keras.Model"):
        return "Layer" if canonical == "keras.Model" else ""
    results = {"layer": "Layer", "model": "Model", "application": "Model", "loader": "Model"}
    return results.get(family(canonical) or "", "")


def _definition(canonical: str, kind: str, base: str) -> Iterator[str]:
    name = canonical.rpartition(".")[2]
    if kind == "function":
        result = f" -> {base}" if base else ""
        yield f"def {name}(*args, **kwargs){result}: ..."
    elif kind != "class":
        yield f"{name} = None"
    else:
        yield f"class {name}({base}):"
        yield "    def __init__(self, *args, **kwargs): ..."
        inherited = set(methods(f"keras.{base}"))
        for method in methods(canonical):
            if method not in inherited:
                result = ' -> "callbacks.History"' if method == "fit" else ""
                yield f"    def {method}(self, *args, **kwargs){result}: ..."

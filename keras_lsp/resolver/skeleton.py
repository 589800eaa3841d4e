"""The skeleton: Keras as a tree of names, so that jedi needs no TensorFlow to know it.

Never holds code of Keras; the names come from the catalogue.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOTS = ("keras", "tensorflow/keras", "tf_keras")
_MODEL_RESULTS = ("load_model", "clone_model", "model_from_json")


def write(folder: Path, aliases: Mapping[str, str], kinds: Mapping[str, str]) -> Path:
    """Put the skeleton into ``folder``, if it is not there; safe when two do it at once."""
    if (folder / "complete").is_file():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="skeleton-", dir=folder.parent))
    modules = _modules(aliases, kinds)
    for root in ROOTS:
        for module, text in modules.items():
            parts = (*root.split("/"), *module.split(".")[1:])
            for depth in range(1, len(parts)):
                package = made.joinpath(*parts[:depth])
                package.mkdir(parents=True, exist_ok=True)
                init = package / "__init__.py"
                if not init.exists():
                    init.write_text("", encoding="utf-8")
            target = made.joinpath(*parts)
            target.mkdir(parents=True, exist_ok=True)
            (target / "__init__.py").write_text(text, encoding="utf-8")
    (made / "tensorflow" / "__init__.py").write_text("from . import keras\n", encoding="utf-8")
    (made / "complete").write_text("", encoding="utf-8")
    try:
        os.replace(made, folder)
    except OSError:
        # Somebody else was faster: theirs is the same.
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _modules(aliases: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, str]:
    """The text of each module: its names defined at home, imported elsewhere."""
    lines: dict[str, list[str]] = {}
    for alias, canonical in sorted(aliases.items()):
        module, _, name = alias.rpartition(".")
        parent = module
        while parent:
            lines.setdefault(parent, [])
            parent = parent.rpartition(".")[0]
        if alias == canonical:
            lines[module].append(_definition(name, kinds.get(canonical, "class")))
        else:
            home, _, original = canonical.rpartition(".")
            depth = module.count(".") + 1
            relative = "." * depth + home.partition(".")[2]
            lines[module].append(f"from {relative} import {original} as {name}")
    return {
        module: "\n".join((*_children(module, lines), *text, "")) for module, text in lines.items()
    }


def _children(module: str, modules: Mapping[str, object]) -> list[str]:
    """Submodules are attributes, as they are in Keras itself."""
    below = (m.rpartition(".")[2] for m in modules if m.rpartition(".")[0] == module)
    return [f"from . import {name}" for name in sorted(below)]


def _definition(name: str, kind: str) -> str:
    if kind != "class":
        result = " return Model()" if name in _MODEL_RESULTS else " ..."
        return f"def {name}(*args, **kwargs):{result}"
    if name == "Model":
        methods = (
            f"    def {m}(self, *args, **kwargs): ..." for m in ("compile", "fit", "predict")
        )
        return "\n".join(("class Model:", *methods))
    return f"class {name}: ..."

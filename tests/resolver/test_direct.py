"""Chains of plain imports, followed without jedi; and what is left to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from keras_lsp.resolver.direct import NOWHERE, Modules, direct
from keras_lsp.resolver.toplevel import TopLevel, top_level
from keras_lsp.syntax import Source
from tests.resolver.conftest import Files

PROGRAM = {
    "models.py": "def build(): ...\n\nclass Net: ...\n\nMODEL = build()\n",
    "package/__init__.py": "from .core import *\nfrom .core import Net as Network\n"
    "from . import tools\n",
    "package/core.py": "from .deep.more import make\n\nclass Net: ...\n\ndef _hidden(): ...\n",
    "package/tools.py": "from package import core\n\ndef tool(): ...\n",
    "package/deep/more.py": "def make(): ...\n",
    "chosen.py": "__all__ = ['one']\n\ndef one(): ...\n\ndef two(): ...\n",
    "stars.py": "from chosen import *\nfrom models import *\n",
    "computed.py": "__all__ = [n for n in dir()]\n\ndef one(): ...\n",
    "computed_stars.py": "from computed import *\n",
    "compat.py": "try:\n    from tensorflow import keras\nexcept ImportError:\n    import keras\n",
    "either.py": "if FAST:\n    from models import build\nelse:\n"
    "    from package import make as build\n",
    "dynamic.py": "def __getattr__(name): ...\n",
    "circle.py": "from circle_too import a\n",
    "circle_too.py": "from circle import a\n",
    "outside.py": "from numpy import array\nfrom torch.nn import *\n",
    "programs/part/train.py": "",
    "programs/part/nets.py": "def net(): ...\n",
    "src/app/nets.py": "def net(): ...\n",
    "deep/tool.py": "def tool(): ...\n",
    "broken.py": "def build():\n    return (1\n\ndef other(): ...\n",
}


@pytest.fixture
def modules(files: Files) -> Modules:
    for name, text in PROGRAM.items():
        files.write(name, text)

    def read(path: str) -> TopLevel | None:
        return top_level(Source.parse(path, Path(path).read_text(encoding="utf-8")))

    return Modules([str(files.root), files.path("src")], read)


@pytest.mark.parametrize(
    ("name", "file", "line", "kind"),
    [
        ("models.build", "models.py", 0, "function"),
        ("models.Net", "models.py", 2, "class"),
        ("models.MODEL", "models.py", 4, "statement"),
        ("package.Network", "package/core.py", 2, "class"),
        ("package.Net", "package/core.py", 2, "class"),
        ("package.make", "package/deep/more.py", 0, "function"),
        ("package.tools.tool", "package/tools.py", 2, "function"),
        ("package.tools.core.Net", "package/core.py", 2, "class"),
        ("package.core._hidden", "package/core.py", 4, "function"),
        (".package.deep.more.make", "package/deep/more.py", 0, "function"),
        ("stars.one", "chosen.py", 2, "function"),
        ("stars.build", "models.py", 0, "function"),
        ("computed.one", "computed.py", 2, "function"),
        ("app.nets.net", "src/app/nets.py", 0, "function"),
        ("broken.other", "broken.py", 3, "function"),
    ],
)
def test_a_chain_of_imports(
    modules: Modules, files: Files, name: str, file: str, line: int, kind: str
) -> None:
    found = direct(files.path("train.py"), name, modules)
    assert found is not None
    assert (found.path, found.line, found.kind) == (files.path(file), line, kind)
    assert found.name == {"package.Network": "Net"}.get(name, name.rpartition(".")[2])


@pytest.mark.parametrize(
    "name",
    [
        "models.nothing",
        "models.Net.method",
        "package.tools",
        "package._hidden",
        "stars.two",
        "either.build",
        "circle.a",
        "outside.array",
        "numpy.array",
        "package",
    ],
)
def test_there_is_nothing_to_follow(modules: Modules, files: Files, name: str) -> None:
    assert direct(files.path("train.py"), name, modules) is NOWHERE


@pytest.mark.parametrize("name", ["dynamic.made", "computed_stars.one", "deep.tool.tool"])
def test_what_is_not_obvious_is_left_to_jedi(modules: Modules, files: Files, name: str) -> None:
    files.write("src/deep/tool.py", "def tool(): ...\n")
    assert direct(files.path("train.py"), name, modules) is None


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("compat.keras.layers.Dense", "keras.layers.Dense"),
        ("compat.keras", "keras"),
    ],
)
def test_keras_by_way_of_another_file(
    modules: Modules, files: Files, name: str, means: str
) -> None:
    found = direct(files.path("train.py"), name, modules)
    assert found is not None and found.keras is not None
    assert (found.keras.name, found.keras.api) == (means, "tf.keras")


def test_relative_names(modules: Modules, files: Files) -> None:
    path = files.path("package/deep/other.py")
    found = direct(path, "..core.Net", modules)
    assert found is not None and found.path == files.path("package/core.py")
    found = direct(path, "..Network", modules)
    assert found is not None and found.path == files.path("package/core.py")
    found = direct(files.path("package/other.py"), ".tools.tool", modules)
    assert found is not None and found.path == files.path("package/tools.py")


def test_a_neighbour_of_a_script_counts_before_what_lies_around(
    modules: Modules, files: Files
) -> None:
    found = direct(files.path("programs/part/train.py"), "nets.net", modules)
    assert found is not None and found.path == files.path("programs/part/nets.py")
    files.write("programs/part/sub/train.py", "")
    found = direct(files.path("programs/part/sub/train.py"), "nets.net", modules)
    assert found is not None and found.path == files.path("programs/part/nets.py")

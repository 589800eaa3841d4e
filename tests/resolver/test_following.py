"""Where names lead: through every style of import, as Python would go."""

from __future__ import annotations

import pytest

from keras_lsp.catalog.names import KerasName
from keras_lsp.resolver.client import Query, Resolver
from tests.resolver.conftest import Files, Open, at, define

STYLES = {
    "import keras\nkeras.Sequential([keras.layers.Dense(1)])": "keras",
    "from keras import layers, models\nmodels.Sequential([layers.Dense(1)])": "keras",
    "from tensorflow import keras\nkeras.Sequential([keras.layers.Dense(1)])": "tf.keras",
    "import tensorflow as tf\ntf.keras.Sequential([tf.keras.layers.Dense(1)])": "tf.keras",
    "from tensorflow.keras.models import Sequential\n"
    "from tensorflow.keras.layers import Dense\nSequential([Dense(1)])": "tf.keras",
    "from tensorflow.keras.layers import *\nfrom tensorflow.keras.models import *\n"
    "Sequential([Dense(1)])": "tf.keras",
    "import tensorflow.keras as K\nK.Sequential([K.layers.Dense(1)])": "tf.keras",
    "from tensorflow.python.keras.models import Sequential\n"
    "from tensorflow.python.keras import layers\nSequential([layers.Dense(1)])": "tf.keras",
    "import tf_keras\ntf_keras.Sequential([tf_keras.layers.Dense(1)])": "tf_keras",
    "from keras.layers import *\nfrom keras.models import Sequential\n"
    "Sequential([Dense(1)])": "keras",
}


@pytest.mark.parametrize(("text", "api"), STYLES.items(), ids=range(1, len(STYLES) + 1))
def test_each_style_of_import_leads_to_keras(
    resolver: Resolver, files: Files, text: str, api: str
) -> None:
    queries = [at(text, "Sequential"), at(text, "Dense")]
    found = [d and d.keras for d in resolver.definitions(files.path("train.py"), text, queries)]
    assert found == [
        KerasName("keras.Sequential", api, "class"),
        KerasName("keras.layers.Dense", api, "class"),
    ]


PROGRAM = {
    "models.py": "import functools\n\ndef build():\n    return 1\n\n"
    "class Trainer:\n    def prepare(self): ...\n\n"
    "@functools.lru_cache\ndef kept(): ...\n\nMODEL = build()\n",
    "pkg/__init__.py": "from .sub import *\nfrom ..nowhere import lost\n",
    "pkg/sub/__init__.py": "from ..inner import make\n__all__ = ['make']\n",
    "pkg/inner.py": "\ndef make(): ...\n",
    "space/deep/mod.py": "def far(): ...\n",
    "src/app/__init__.py": "",
    "src/app/nets.py": "def net(): ...\n",
    "part/helpers.py": "def near(): ...\n",
    "compat.py": "try:\n    from tensorflow.keras.layers import *\nexcept ImportError:\n"
    "    from keras.layers import *\n",
}

CASES = {
    "from models import build\nbuild()": ("build", "models.py", 2, 4, "function"),
    "from models import build as b\nb()": ("b", "models.py", 2, 4, "function"),
    "from models import build": ("build", "models.py", 2, 4, "function"),
    "import models\nmodels.build()": ("models.build", "models.py", 2, 4, "function"),
    "import models as m\nm.Trainer()": ("m.Trainer", "models.py", 5, 6, "class"),
    "import models\nb = models\nb.build()": ("b.build", "models.py", 2, 4, "function"),
    "from models import kept\nkept()": ("kept", "models.py", 9, 4, "function"),
    "from models import MODEL\nMODEL": ("MODEL", "models.py", 11, 0, "statement"),
    "from pkg import make\nmake()": ("make", "pkg/inner.py", 1, 4, "function"),
    "import pkg\npkg.make()": ("pkg.make", "pkg/inner.py", 1, 4, "function"),
    "from pkg.sub import make as x\nx()": ("x", "pkg/inner.py", 1, 4, "function"),
    "import space.deep.mod\nspace.deep.mod.far()": (
        "mod.far", "space/deep/mod.py", 0, 4, "function"
    ),
    "from app.nets import net\nnet()": ("net", "src/app/nets.py", 0, 4, "function"),
    "from src.app.nets import net\nnet()": ("net", "src/app/nets.py", 0, 4, "function"),
}  # fmt: skip


@pytest.fixture
def program(files: Files) -> Files:
    for name, text in PROGRAM.items():
        files.write(name, text)
    return files


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_a_name_of_another_file(
    program: Files, open_resolver: Open, text: str, expected: tuple[str, str, int, int, str]
) -> None:
    needle, file, line, column, kind = expected
    found = define(open_resolver(), program.path("train.py"), text, needle)
    assert found is not None
    assert (found.path, found.line, found.column) == (program.path(file), line, column)
    assert (found.kind, found.keras) == (kind, None)


def test_relative_imports(program: Files, resolver: Resolver) -> None:
    text = "from ..inner import make\nfrom . import make as again\nmake(), again()\n"
    path = program.path("pkg/sub/other.py")
    for needle in ("make()", "again()"):
        found = define(resolver, path, text, needle)
        assert found is not None
        assert (found.path, found.name) == (program.path("pkg/inner.py"), "make")


def test_a_neighbour_of_a_script(program: Files, resolver: Resolver) -> None:
    # `python part/train.py` has its own folder first on the path.
    text = "from helpers import near\nnear()\n"
    found = define(resolver, program.path("part/train.py"), text, "near")
    assert found is not None
    assert found.path == program.path("part/helpers.py")


def test_a_star_import_is_followed(program: Files, resolver: Resolver) -> None:
    text = "from models import *\nfrom compat import *\nbuild(), Dense()\n"
    path = program.path("train.py")
    build = define(resolver, path, text, "build")
    assert build is not None
    assert build.path == program.path("models.py")
    dense = define(resolver, path, text, "Dense")
    assert dense is not None
    assert dense.keras is not None
    assert dense.keras.name == "keras.layers.Dense"
    assert define(resolver, path, text + "nothing()\n", "nothing") is None
    assert define(resolver, path, text + "def f(m):\n    return m\n", "m") is None


def test_what_cannot_be_told_is_no_answer(program: Files, resolver: Resolver) -> None:
    text = (
        "from pkg import lost\nfrom gone import away\n"
        "try:\n    from models import build as one\nexcept ImportError:\n"
        "    from pkg import make as one\n"
        "lost(), away(), one()\n"
    )
    for needle in ("lost", "away", "one"):
        assert define(resolver, program.path("train.py"), text, needle) is None
    beyond = [Query(99, 0), Query(0, 999)]
    assert resolver.definitions(program.path("train.py"), text, beyond) == [None, None]


def test_what_is_nested_is_no_answer(program: Files, resolver: Resolver) -> None:
    text = "import models\nt = models.Trainer()\nt.prepare()\nmodels\n"
    path = program.path("train.py")
    assert define(resolver, path, text, "t.prepare") is None
    assert define(resolver, path, text, "models") is None


def test_text_that_is_not_given_is_read(program: Files, resolver: Resolver) -> None:
    path = program.write("train.py", "from models import build\n")
    (found,) = resolver.definitions(path, None, [Query(0, 20)])
    assert found is not None
    assert found.name == "build"
    assert resolver.definitions(program.path("none.py"), None, [Query(0, 0)]) == [None]


def test_several_roots(files: Files, tmp_path: object) -> None:
    one = files.write("one/models.py", "def build(): ...\n")
    two = files.write("two/models.py", "\ndef build(): ...\n")
    text = "from models import build\nbuild()\n"
    resolver = Resolver([files.path("one"), files.path("two")])
    try:
        for path, name in ((one, "one"), (two, "two")):
            found = define(resolver, files.path(f"{name}/train.py"), text, "build")
            assert found is not None
            assert found.path == path
    finally:
        resolver.close()


def test_half_typed_and_odd_text(program: Files, resolver: Resolver) -> None:
    for text in (
        "from models import build\nbuild(\n",
        "from models import build\r\nx = '\u2028'\r\nbuild()\r\n",
        "from models import build\nx = '\U0001f9e0'; build()\n",
        "from models import build\n\x0c\nbuild()\n",
    ):
        found = define(resolver, program.path("train.py"), text, "build")
        assert found is not None, text
        assert found.path == program.path("models.py")
    lone = "from models import build\nx = '\udc80'\nbuild()\n"
    # jedi may or may not bear such a text; the next question has its answer in any case.
    resolver.definitions(program.path("train.py"), lone, [Query(2, 0)])
    found = define(resolver, program.path("train.py"), "from models import build\n", "build")
    assert found is not None

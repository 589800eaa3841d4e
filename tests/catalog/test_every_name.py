"""Every public name of the newest release resolves in every style, and no rule complains."""

from __future__ import annotations

import pytest

from keras_lsp.catalog import changes, releases
from keras_lsp.catalog.names import canonical
from keras_lsp.catalog.targets import NEWEST
from keras_lsp.checking import check
from keras_lsp.config import Config
from keras_lsp.semantics.program import Program, analyze
from keras_lsp.syntax import Source

ROOTS = {"keras": "keras", "tf.keras": "tensorflow.keras", "tf_keras": "tf_keras"}
ONLY_API = Config(select=("api",))


def names(api: str) -> list[str]:
    found = sorted(n for n in releases.public(NEWEST.views(api)) if n != "keras")
    return [n for n in found if "__" not in n]


def complaints(lines: list[str]) -> list[str]:
    source = Source.parse("main.py", "\n".join(lines) + "\n")
    found = check(analyze(source, Program()), ONLY_API)
    return [f"{lines[f.span.start.line]}: {f.message}" for f in found]


@pytest.mark.parametrize("api", ROOTS)
def test_the_catalogue_knows_it(api: str) -> None:
    for name in names(api):
        found = canonical(ROOTS[api] + name.removeprefix("keras"))
        assert found is not None, name
        assert found.kind != "unknown", name
        assert found.api == api
        assert changes.missing(name, api, NEWEST) is None, name


@pytest.mark.parametrize("api", ROOTS)
def test_it_may_be_imported(api: str) -> None:
    lines = []
    for name in names(api):
        module, _, last = name.rpartition(".")
        lines.append(f"from {ROOTS[api]}{module.removeprefix('keras')} import {last} as _")
    assert complaints(lines) == []


@pytest.mark.parametrize("api", ROOTS)
def test_its_module_may_be_imported(api: str) -> None:
    modules = [n for n in names(api) if releases.is_only_module(n)]
    plain = [f"import {ROOTS[api]}{n.removeprefix('keras')}" for n in modules]
    named = [f"{line} as _{number}" for number, line in enumerate(plain)]
    assert complaints([*plain, *named]) == []


@pytest.mark.parametrize(
    ("api", "style", "prefix"),
    [
        ("keras", "import keras", "keras"),
        ("keras", "import keras as k", "k"),
        ("tf.keras", "import tensorflow as tf", "tf.keras"),
        ("tf.keras", "from tensorflow import keras", "keras"),
        ("tf.keras", "import tensorflow.keras as k", "k"),
        ("tf.keras", "import tensorflow.keras", "tensorflow.keras"),
        ("tf_keras", "import tf_keras as keras", "keras"),
    ],
)
def test_it_may_be_read(api: str, style: str, prefix: str) -> None:
    lines = [style, *(prefix + name.removeprefix("keras") for name in names(api))]
    assert complaints(lines) == []


def test_a_name_that_is_gone_is_told_in_every_style() -> None:
    """The walk above could not fail if nothing were ever told."""
    assert len(complaints(["from keras.layers import CuDNNLSTM"])) == 1
    for style, prefix in (
        ("import keras", "keras"),
        ("import tensorflow as tf", "tf.keras"),
        ("from tensorflow import keras", "keras"),
    ):
        assert len(complaints([style, f"{prefix}.layers.CuDNNLSTM"])) == 1

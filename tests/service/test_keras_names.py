"""Hover on the names of Keras, and completion of what Keras knows."""

from __future__ import annotations

import re

import pytest

from keras_lsp.catalog import releases
from keras_lsp.catalog.targets import NEWEST, Target
from keras_lsp.semantics.program import Analysis, Program, analyze
from keras_lsp.service.completion import completions
from keras_lsp.service.keras_names import name_at, told
from keras_lsp.service.method_names import method_at, told_of_method
from keras_lsp.syntax import Source
from keras_lsp.text import Position


def at(marked: str, target: Target = NEWEST) -> tuple[Analysis, Position]:
    """The analysis of a text, and where its ``|`` stands."""
    before, _, behind = marked.partition("|")
    lines = before.split("\n")
    analysis = analyze(Source.parse("main.py", before + behind), Program(target=target))
    return analysis, Position(len(lines) - 1, len(lines[-1]))


def page(marked: str, target: Target = NEWEST) -> str | None:
    analysis, position = at(marked, target)
    named = name_at(analysis, position)
    return told(named) if named is not None else None


def offered(marked: str, target: Target = NEWEST) -> list[str]:
    return [c.text for c in completions(*at(marked, target))]


@pytest.mark.parametrize(
    "text",
    [
        "from keras.layers import De|nse\n",
        "from keras.layers import Dense\nlayer = Den|se(1)\n",
        "import keras\nlayer = keras.layers.De|nse(1)\n",
        "import keras.layers as L\nlayer = L.Dense|(1)\n",
        "import tensorflow as tf\nlayer = tf.keras.layers.|Dense(1)\n",
        "from tensorflow import keras\nkeras.layers.Den|se(1)\n",
    ],
)
def test_the_page_of_a_layer(text: str) -> None:
    found = page(text)
    assert found is not None
    assert "keras.layers.Dense(\n    units, activation=None, use_bias=True" in found
    assert "densely-connected" in found
    assert "Keras 3.15; known since Keras 0.3" in found
    assert "https://" in found


def test_the_page_is_for_the_release_that_the_program_meets() -> None:
    assert "lora_rank" in (page("from keras.layers import Den|se\n") or "")
    old = page("from keras.layers import Den|se\n", Target("2.12", "installed in .venv"))
    assert old is not None
    assert "lora_rank" not in old
    assert "Keras 2.12" in old
    assert "installed in .venv" in old


def test_the_page_of_what_is_gone() -> None:
    found = page("from keras.layers import CuDNN|LSTM\n")
    assert found is not None
    assert "**Gone**: Keras 2.3 had it, Keras 3.15 has not: use `keras.layers.LSTM`" in found


TENSORFLOW = "https://www.tensorflow.org"


@pytest.mark.parametrize(
    ("text", "version", "addresses"),
    [
        ("from keras.layers import Den|se\n", "", ["/api_docs/python/tf/keras/layers/Dense"]),
        ("import keras\nkeras.ops.su|m\n", "", ["/api_docs/python/tf/keras/ops/sum"]),
        # Under tf.keras it has another name.
        (
            "from keras.losses import mean_squared_err|or\n",
            "",
            ["/api_docs/python/tf/keras/losses/mse"],
        ),
        # A release of Keras 2 has pages of its own.
        (
            "from keras.layers import Den|se\n",
            "2.12",
            ["/versions/r2.12/api_docs/python/tf/keras/layers/Dense"],
        ),
        (
            "import tf_keras\ntf_keras.layers.Den|se\n",
            "",
            ["/versions/r2.15/api_docs/python/tf/keras/layers/Dense"],
        ),
        # What is gone: its successor's page, and its own in the last release that had it.
        (
            "from tensorflow.keras.layers.experimental.preprocessing import Rescal|ing\n",
            "",
            [
                "/api_docs/python/tf/keras/layers/Rescaling",
                "/versions/r2.15/api_docs/python/tf/keras/layers/experimental/preprocessing/"
                "Rescaling",
            ],
        ),
    ],
)
def test_the_page_leads_to_the_page_of_the_very_name(
    text: str, version: str, addresses: list[str]
) -> None:
    found = page(text, Target(version, "pinned") if version else NEWEST) or ""
    links = re.findall(r"\]\((https:[^)]*)\)", found)
    assert links[: len(addresses)] == [TENSORFLOW + address for address in addresses]


def test_the_page_tells_until_when_and_what_to_do() -> None:
    before = page("from keras.layers import LocallyConnecte|d1D\n", Target("2.12", "pinned"))
    assert before is not None
    assert "Keras 2.15 is the last that has it" in before
    after = page("from keras.layers import LocallyConnecte|d1D\n")
    assert after is not None
    assert "Keras 2.15 had it, Keras 3.15 has not: only `tf_keras` has such a layer" in after
    sums = page("import keras\nkeras.backend.su|m\n", Target("2.15", "pinned"))
    assert sums is not None
    assert "there it is `keras.ops.sum`" in sums


@pytest.mark.parametrize(
    "text",
    [
        "import num|py\n",
        "x = 1|\n",
        "import keras\nkeras.layers.No|pe(1)\n",
        "|",
        "import keras\n\n|",
    ],
)
def test_other_names_have_no_page(text: str) -> None:
    assert page(text) is None


def test_every_name_of_the_newest_release_has_a_page() -> None:
    for api, root in (("keras", "keras"), ("tf.keras", "tensorflow.keras")):
        for path in releases.public(NEWEST.views(api)):
            if releases.is_module(path):
                continue
            module, _, name = path.rpartition(".")
            text = f"from {root}{module.removeprefix('keras')} import {name}|\n"
            assert page(text), path


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ('import keras\nmodel.compile(optimizer="|', {"adam", "sgd", "adamw"}),
        ('import keras\nmodel.compile("a|', {"adam"}),
        ('import keras\nmodel.compile("adam", loss="b|")\n', {"binary_crossentropy"}),
        ('import keras\nmodel.compile(metrics=["mae", "a|"])\n', {"accuracy", "auc"}),
        ("import keras\nkeras.layers.Dense(1, activation='re|')\n", {"relu", "relu6"}),
        ('import keras\nkeras.layers.Activation("|")\n', {"softmax"}),
        ('import keras\nD(1, kernel_initializer="he|")\n', {"he_normal", "glorot_uniform"}),
        ('import keras\nConv2D(1, 3, padding="|")\n', {"same", "valid"}),
        ('import keras\nEarlyStopping(monitor="|")\n', {"val_loss"}),
        ("import keras\nkeras.layers.De|\n", {"Dense", "LSTM"}),
        ("import tensorflow as tf\ntf.keras.|\n", {"layers", "Model", "optimizers"}),
        ("from tensorflow import keras\nkeras.callbacks.|\n", {"EarlyStopping"}),
        ("from keras.layers import De|\n", {"Dense"}),
        ("from tensorflow.keras.layers import Dense, |\n", {"Dropout"}),
        ("import keras.layers\nkeras.losses.|\n", {"MeanSquaredError"}),
        ("import keras.layers as L\nL.|\n", {"Dense"}),
    ],
)
def test_what_is_offered(text: str, some: set[str]) -> None:
    assert some <= set(offered(text))


@pytest.mark.parametrize(
    "text",
    ['import keras\nname = "|"\n', "import numpy as np\nnp.|\n", "model.|\n", 'x = {"loss": "|"}\n',
     'import keras\nf(padding="same", other="|")\n'],
)  # fmt: skip
def test_elsewhere_nothing_is_offered(text: str) -> None:
    assert offered(text) == []


def test_only_what_the_release_has_is_offered() -> None:
    newest = set(offered("import keras\nkeras.layers.|\n"))
    old = set(offered("import keras\nkeras.layers.|\n", Target("2.12")))
    assert "LocallyConnected1D" in old - newest
    assert "logcosh" in offered('import keras\nm.compile(loss="|")\n', Target("2.12"))
    assert "relu" in offered("import keras\nD(activation='|')\n", Target("2.12"))
    assert "logcosh" not in offered('import keras\nm.compile(loss="|")\n')


def method_page(marked: str, target: Target = NEWEST) -> str | None:
    analysis, position = at(marked, target)
    named = method_at(analysis, position)
    return told_of_method(named) if named is not None else None


MODEL = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"


def test_the_page_of_a_method() -> None:
    found = method_page(f"{MODEL}model.compile('sgd', 'mse')\nmodel.fi|t(1, 2)\n")
    assert found is not None
    assert "keras.Model.fit(\n    x=None, y=None, batch_size=None, epochs=1" in found
    assert "Keras 3.15; known since Keras 1.2" in found
    assert f"{TENSORFLOW}/api_docs/python/tf/keras/Model#fit" in found
    old = method_page(f"{MODEL}model.fi|t(1, 2)\n", Target("2.12", "pinned")) or ""
    assert "use_multiprocessing" in old
    assert f"{TENSORFLOW}/versions/r2.12/api_docs/python/tf/keras/Model#fit" in old


def test_the_page_of_a_method_that_is_gone() -> None:
    found = method_page(f"{MODEL}model.fit_gen|erator(1)\n") or ""
    assert "**Gone**: models had it until Keras 2.15, Keras 3.15 has not: use `fit`" in found


@pytest.mark.parametrize(
    "text",
    [
        f"{MODEL}other.fi|t(1, 2)\n",
        f"{MODEL}model.nop|e(1)\n",
        "import keras\nclass Net(keras.Model):\n    def fit(self): ...\nnet = Net()\nnet.fi|t()\n",
    ],
)
def test_other_methods_have_no_page(text: str) -> None:
    assert method_page(text) is None

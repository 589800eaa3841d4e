"""A program for several releases: what the oldest of them does not have yet is marked."""

from __future__ import annotations

import pytest

from keras_lsp.catalog.targets import Target
from keras_lsp.checking import check
from keras_lsp.config import Config
from keras_lsp.semantics.program import Program, analyze
from keras_lsp.service.installed import target_of
from keras_lsp.syntax import Source

MODEL = "import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"


def found(text: str, setting: str) -> list[str]:
    target = target_of("", setting, "", {})
    analysis = analyze(Source.parse("main.py", text), Program(target=target))
    return [f"{f.rule}: {f.message}" for f in check(analysis, Config())]


@pytest.mark.parametrize(
    ("setting", "newest", "oldest"),
    [
        ("3.3", "3.3", ""),
        ("==2.15.0", "2.15.0", ""),
        (">=2.13", Target().version, "2.13"),
        (">=2.13,<3", "2.15", "2.13"),
        (">= 2.6, < 4", Target().version, "2.6"),
        (">3", Target().version, "3.0"),
        ("==3.*", Target().version, "3.0"),
        ("~=2.12", "2.15", "2.12"),
        ("~=3.1", Target().version, "3.1"),
        ("^2.9", "2.15", "2.9"),
        ("<3", "2.15", ""),
        ("3", "3", ""),
    ],
)
def test_a_range_has_two_ends(setting: str, newest: str, oldest: str) -> None:
    target = target_of("", setting, "", {})
    assert target.number[:2] == Target(newest).number[:2]
    assert target.oldest == oldest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "from keras import ops\n",
            "removed-module: `keras.ops` is there since Keras 3.0 only: "
            "`keras-version` begins at 2.12",
        ),
        (
            "import keras\ntotal = keras.ops.sum([1.0])\n",
            "removed-module: `keras.ops` is there since Keras 3.0 only: "
            "`keras-version` begins at 2.12",
        ),
        (
            "from keras.optimizers import Muon\n",
            "removed-symbol: `keras.optimizers.Muon` is there since Keras 3.12 only: "
            "`keras-version` begins at 2.12",
        ),
        (
            "import keras\nlayer = keras.layers.Dense(1, lora_rank=2)\n",
            "removed-argument: `Dense` takes `lora_rank` since Keras 3.0 only: "
            "`keras-version` begins at 2.12",
        ),
        (
            MODEL + "model.compile('lion', 'mse')\n",
            "unknown-identifier: Keras knows the optimizer `lion` since 3.0 only: "
            "`keras-version` begins at 2.12",
        ),
        (
            MODEL + "model.compile('sgd', 'categorical_focal_crossentropy')\n",
            "unknown-identifier: Keras knows the loss `categorical_focal_crossentropy` since 2.15 "
            "only: `keras-version` begins at 2.12",
        ),
        (
            "import keras\nlayer = keras.layers.Dense(1, activation='mish')\n",
            "unknown-identifier: Keras knows the activation `mish` since 2.15 only: "
            "`keras-version` begins at 2.12",
        ),
        (
            MODEL + "model.compile('sgd', 'mse', auto_scale_loss=False)\n",
            "removed-argument: `compile` takes `auto_scale_loss` since Keras 3.0 only: "
            "`keras-version` begins at 2.12",
        ),
        (
            "import keras\noptimizer = keras.optimizers.Adam(loss_scale_factor=2.0)\n",
            "removed-argument: `Adam` takes `loss_scale_factor` since Keras 3.0 only: "
            "`keras-version` begins at 2.12",
        ),
        (
            MODEL + "tree = model.get_state_tree()\n",
            "removed-method: models have `get_state_tree` since Keras 3.6 only: "
            "`keras-version` begins at 2.12",
        ),
    ],
)
def test_what_the_oldest_release_lacks_is_marked(text: str, message: str) -> None:
    assert found(text, ">=2.12") == [message]
    assert found(text, "") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "from keras import ops\n",
            "removed-module: `keras.ops` is there since Keras 3.0 only: this is Keras 2.12",
        ),
        (
            "import tensorflow as tf\ntotal = tf.keras.ops.sum([1.0])\n",
            "removed-module: `tensorflow.keras.ops` is there since Keras 3.0 only: "
            "this is Keras 2.12",
        ),
        (
            "from keras.optimizers import Muon\n",
            "removed-symbol: `keras.optimizers.Muon` is there since Keras 3.12 only: "
            "this is Keras 2.12",
        ),
        (
            MODEL + "model.compile('lion', 'categorical_focal_crossentropy')\n",
            "unknown-identifier: Keras knows the loss `categorical_focal_crossentropy` since 2.15 "
            "only: this is Keras 2.12",
        ),
        (
            MODEL + "model.export('model')\nmodel.quantize('int8')\n",
            "removed-method: models have `quantize` since Keras 3.3 only: this is Keras 2.12",
        ),
        (
            "import keras\n"
            "optimizer = keras.optimizers.SGD(momentum=0.9, gradient_accumulation_steps=2)\n",
            "removed-argument: `SGD` takes `gradient_accumulation_steps` since Keras 3.0 only: "
            "this is Keras 2.12",
        ),
    ],
)
def test_what_an_older_release_lacks_is_an_error(text: str, message: str) -> None:
    assert message in found(text, "2.12")
    assert found(text, "") == []


@pytest.mark.parametrize(
    "text", ["import keras\nx = keras.Variable(1)\n", "from keras import ops\n"]
)
def test_what_the_release_has_is_none(text: str) -> None:
    assert found(text, "3.0") == []


@pytest.mark.parametrize(
    "text",
    [
        "from keras.layers import Dense\n",
        "try:\n    from keras import ops\nexcept ImportError:\n    ops = None\n",
        "import keras\nif keras.__version__ >= '3':\n    from keras import ops\n",
        "import keras\nlayer = keras.layers.Dense(1, use_bias=False)\n",
        "import keras\nlayer = keras.layers.GroupNormalization()\n",
        "import keras\nlayer = keras.layers.Dense(1, activation='silu')\n",
        MODEL + "model.compile('Nadam', 'log_cosh', steps_per_execution=2)\n",
        MODEL + "model.export('model')\n",
        MODEL + "if hasattr(model, 'quantize'):\n    model.quantize('int8')\n",
        MODEL + "if keras.__version__ >= '3':\n    model.compile('lion', auto_scale_loss=False)\n",
        MODEL + "try:\n    model.compile('lion')\nexcept ValueError:\n    model.compile('adam')\n",
        "import keras\n\n\nclass Net(keras.Model):\n"
        "    def quantize(self, mode):\n        return mode\n\n\nNet().quantize('int8')\n",
    ],
)
def test_what_all_releases_have_and_what_is_asked_for_is_not(text: str) -> None:
    assert found(text, ">=2.12") == []
    assert found(text, "2.12") == []


def test_what_is_gone_in_the_newest_is_still_told() -> None:
    text = "from keras.utils import np_utils\nprint(np_utils.to_categorical([1]))\n"
    assert [f.partition(":")[0] for f in found(text, ">=2.9")] == ["removed-module"]
    assert found(text, ">=2.9,<2.12") == []

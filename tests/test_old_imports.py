"""What programs of packages import from older Kerases is mended as their authors would do it."""

from __future__ import annotations

import pytest

from keras_lsp.checking import check
from keras_lsp.config import Config
from keras_lsp.findings import Finding
from keras_lsp.fixing import fixed
from keras_lsp.semantics.program import Program as Analysed
from keras_lsp.semantics.program import analyze
from keras_lsp.syntax import Source
from tests.oracle import Oracle
from tests.oracle.client import is_available
from tests.support.prelude import Program

MENDED = {
    "an import that binds the package": (
        "import keras\nimport keras.engine.topology\nassert keras.engine.topology.Layer\n",
        "import keras\nimport keras.layers\nassert keras.Layer\n",
    ),
    "a module that is handed on": (
        'import keras\nparts = {"engine": keras.engine, "losses": keras.losses}\n',
        'import keras\nparts = {"engine": keras.layers, "losses": keras.losses}\n',
    ),
    "a module that others may read from": (
        "from keras import engine\nfrom keras import layers\n",
        "from keras import layers as engine\nfrom keras import layers\n",
    ),
    "a function of the backend that only tf.keras has": (
        "import keras\nfrom keras import backend as K\n\nx = keras.Input((2, 3))\n"
        "layer = keras.layers.Lambda(lambda x: K.batch_flatten(x))\nlayer(x)\n",
        "import keras\nfrom keras import backend as K\nimport tensorflow as tf\n\n"
        "x = keras.Input((2, 3))\n"
        "layer = keras.layers.Lambda(lambda x: tf.keras.backend.batch_flatten(x))\nlayer(x)\n",
    ),
    "the static shape of a tensor": (
        "import keras\nfrom keras import backend as K\nsize = K.int_shape(keras.Input((3,)))\n",
        "import keras\nfrom keras import backend as K\nsize = tuple(keras.Input((3,)).shape)\n",
    ),
    "modules that the file does not use": (
        "from keras.utils import conv_utils, to_categorical\nprint(to_categorical([1]))\n",
        "from keras.utils import to_categorical\nprint(to_categorical([1]))\n",
    ),
    "a function that the file does not use": (
        "import keras\nfrom keras.models import model_from_yaml\nprint(keras.__name__)\n",
        "import keras\nprint(keras.__name__)\n",
    ),
}

LEFT = {
    "a function that nothing replaces": (
        "from keras.models import model_from_yaml\nmodel = model_from_yaml('')\n",
        "store models with `to_json`, which `model_from_json` reads",
    ),
    "a name that the file exports": (
        "from keras.layers import Highway\n__all__ = ['Highway']\n",
        "write it as a layer of your own",
    ),
    "a function of sessions": (
        "from keras import backend as K\nsession = K.get_session()\n",
        "there are no sessions any more",
    ),
}


def recheck(source: Source) -> list[Finding]:
    return list(check(analyze(source, Analysed()), Config()))


@pytest.mark.parametrize("name", MENDED)
def test_it_is_mended(name: str) -> None:
    before, after = MENDED[name]
    result = fixed(Source.parse("main.py", before), recheck, unsafe=True)
    assert result.source.text == after
    assert not result.remaining


@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_alone_says_why(name: str) -> None:
    text, reason = LEFT[name]
    result = fixed(Source.parse("main.py", text), recheck, unsafe=True)
    assert result.source.text == text
    assert [reason in f.message for f in result.remaining] == [True]


def test_a_package_own_file_keeps_what_it_hands_on() -> None:
    text = "from keras.models import Sequential, model_from_yaml\n"
    source = Source.parse("package/__init__.py", text)
    assert fixed(source, recheck, unsafe=True).source.text == text


@pytest.mark.oracle
@pytest.mark.skipif(not is_available(), reason="Keras and TensorFlow are not installed")
def test_the_real_keras_refuses_the_old_and_takes_the_new() -> None:
    with Oracle() as oracle:
        for before, after in MENDED.values():
            assert oracle.run(Program((("main.py", before),), "")).exception is not None
            assert oracle.run(Program((("main.py", after),), "")).exception is None

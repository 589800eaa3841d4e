"""The shapes of data against those that numpy itself gives."""

from __future__ import annotations

import numpy as np
import pytest

from keras_lsp.extraction import networks_of
from keras_lsp.networks import Data, Fit
from keras_lsp.syntax import Source

BEFORE = """\
n = 6
a = np.zeros((12, 3, 4))
b = np.ones(12)
c = np.array([[1, 2.0], [3, 4], [5, 6]])
"""
KNOWN = [
    "a", "b", "c", "np.random.rand(5, 2)", "np.random.randn(5)", "np.empty([2, 3])",
    "np.full((2, 2), 7)", "np.random.random((4, 5))", "np.random.normal(size=(4, 5))",
    "np.random.normal(0, 1, (n, 4))", "np.random.uniform(0, 1, size=7)",
    "np.random.randint(0, 9, (2, 3))", "np.random.randint(0, 9, size=5)", "np.arange(7)",
    "np.linspace(0, 1, 9)", "np.linspace(0, 1)", "np.zeros(n)", "np.array([1, 2, 3])",
    "a.reshape(12, 12)", "a.reshape((-1, 6))", "a.reshape(a.shape[0], -1)",
    "np.reshape(a, (6, 24))",
    "a / 255.0", "2 * a - 1", "a.astype('float32')", "a.flatten()", "a.T", "np.square(a)",
    "np.expand_dims(a, -1)", "np.expand_dims(a, axis=0)", "np.expand_dims(b, 1)",
    "a[..., np.newaxis]", "a[None]", "a[:, None, :]", "a[0]", "a[:5]", "a[2:10:3]", "a[:, 1]",
    "a[..., 0]", "a[:, :, :2]", "a[-3:]", "np.argmax(c, axis=1)", "c.mean(axis=0)", "a + a",
    "np.clip(a, 0, 1)", "np.asarray(c)", "c[:, -1:]", "np.zeros(a.shape)", "np.zeros((len(a), 2))",
]  # fmt: skip
SILENT = [
    "np.matmul(c, c.T)", "a @ c", "a + b[:, None, None]", "np.concatenate([a, a])", "a[b > 0]",
    "np.array([[1], [2, 3]], dtype=object)", "np.zeros(load())", "a.sum()",
    "np.mean(a, axis=0, keepdims=True)", "np.reshape(a, (6, 24), order='F')",
]  # fmt: skip


def met(expression: str) -> Fit:
    text = f"import numpy as np\nimport keras\n{BEFORE}x = {expression}\n"
    text += (
        "model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\nmodel.predict(x)\n"
    )
    (network,) = networks_of(Source.parse("x.py", text))
    (fit,) = network.fits
    return fit


@pytest.mark.parametrize("expression", KNOWN)
def test_what_is_known_is_what_numpy_gives(expression: str) -> None:
    names: dict[str, object] = {"np": np}
    exec(f"{BEFORE}x = {expression}", names)
    real = names["x"]
    assert isinstance(real, np.ndarray)
    found = met(expression).x
    assert isinstance(found, Data)
    assert found.shape == real.shape


@pytest.mark.parametrize("expression", SILENT)
def test_what_is_not_certain_is_not_known(expression: str) -> None:
    assert met(expression).x is None


@pytest.mark.parametrize(
    ("expression", "shape"),
    [
        ("np.zeros((load(), 4))", (None, 4)),
        ("np.zeros((load(), 4))[:10]", (None, 4)),
        ("np.zeros((load(), 4)).reshape(-1, 2, 2)", (None, 2, 2)),
        ("keras.utils.to_categorical(np.zeros((load(), 1)), 5)", (None, 5)),
        ("keras.utils.to_categorical(np.zeros(9), num_classes=5)", (9, 5)),
        ("keras.utils.to_categorical(np.zeros(9))", (9, None)),
        ("keras.datasets.cifar10.load_data()[0][0]", (50000, 32, 32, 3)),
    ],
)
def test_parts_may_be_open(expression: str, shape: tuple[int | None, ...]) -> None:
    found = met(expression).x
    assert found is not None
    assert found.shape == shape


def test_an_array_that_is_changed_in_place_is_not_known_any_more() -> None:
    text = """\
import numpy as np
import keras
x = np.zeros((8, 4))
x.shape = (4, 8)
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
model.predict(x)
"""
    (network,) = networks_of(Source.parse("x.py", text))
    assert network.fits[0].x is None


def test_what_a_model_is_compiled_with_is_known_only_if_it_is_one_thing() -> None:
    text = """\
import keras
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(load())
{more}
"""
    for more, loss in (("", "mse"), ("model.compile(loss='mae')", None), ("change(model)", "gone")):
        (network,) = networks_of(Source.parse("x.py", text.format(more=more)))
        told = [fit.loss for fit in network.fits]
        assert told == {"mse": ["mse"], "gone": []}.get(loss or "", told)
        assert loss is not None or told[0] not in ("mse", "mae")

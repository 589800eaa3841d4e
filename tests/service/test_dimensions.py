"""Shapes that hang on a parameter are told by its name, and hold for any number."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import combinations

import pytest

from keras_lsp.probe.client import Probe
from keras_lsp.replies import NodeError, TensorSpec
from keras_lsp.service.dimensions import PAIRS
from keras_lsp.service.hints import hints
from keras_lsp.service.shaping import Asker, Told
from keras_lsp.syntax import Source

BUILDER = """\
import keras
from keras import layers
def build(n, m, units, act{more}):
    x = inputs = keras.Input((n, m, 3))
    a = layers.Conv2D(8, 3, padding="same", activation=act)(x)
    b = layers.Conv2D(8, 3)(a)
    c = layers.MaxPooling2D(2)(a)
    d = layers.Permute((2, 1, 3))(a)
    e = layers.Flatten()(a)
    f = layers.UpSampling2D(2)(c)
    g = layers.Concatenate(axis=1)([a, a])
    h = layers.Dense(units)(layers.GlobalAveragePooling2D()(a))
    i = layers.RepeatVector(n)(h)
    j = layers.Dense(4)(e)
    return keras.Model(inputs, [b, d, e, f, g, i, j])
"""
NAMED = [
    "(None, n, m, 3)", "(None, n, m, 8)", "(None, ?, ?, 8)", "(None, ?, ?, 8)", "(None, m, n, 8)",
    "(None, ?)", "(None, ?, ?, 8)", "(None, ?, m, 8)", "(None, 8)", "(None, units)",
    "(None, n, units)", "(None, 4)",
]  # fmt: skip
ONE = """\
import keras
from keras import layers
def build({}):
    {}
    x = inputs = keras.Input({})
    {}
    return keras.Model(inputs, x)
"""


@pytest.fixture(scope="module")
def probe() -> Iterator[Probe]:
    asked = Probe(sys.executable)
    yield asked
    asked.close()


def told(text: str, probe: Probe) -> Told:
    return Asker(probe).told(Source.parse("x.py", text))


def shapes(text: str, probe: Probe) -> list[str]:
    (model,) = told(text, probe).models
    return [str(node.outputs) for node in model.shapes if node.outputs is not None]


def one(parameters: str, before: str, shape: str, layer: str, probe: Probe) -> list[str]:
    return shapes(ONE.format(parameters, before, shape, layer), probe)


@pytest.mark.oracle
def test_dimensions_have_the_names_of_parameters(probe: Probe) -> None:
    found = shapes(BUILDER.format(more=""), probe)
    assert sorted(found) == sorted(NAMED)


@pytest.mark.oracle
@pytest.mark.parametrize(("n", "m", "units"), [(8, 8, 8), (64, 33, 1), (7, 224, 10007)])
def test_they_hold_for_any_numbers(n: int, m: int, units: int, probe: Probe) -> None:
    numbers = {"n": n, "m": m, "units": units}
    text = BUILDER.format(more="")
    (general,) = told(text, probe).models
    (special,) = told(f"{text}model = build({n}, {m}, {units}, 'relu')\n", probe).models
    for one, other in zip(general.shapes, special.shapes, strict=True):
        assert isinstance(one.outputs, TensorSpec)
        assert isinstance(other.outputs, TensorSpec)
        names = one.outputs.names or ("",) * len(one.outputs.shape)
        assert len(names) == len(other.outputs.shape)
        for name, size, real in zip(names, one.outputs.shape, other.outputs.shape, strict=True):
            assert real == (numbers.get(name, real) if name else size)


@pytest.mark.oracle
def test_weights_that_hang_on_them_are_not_counted(probe: Probe) -> None:
    (model,) = told(BUILDER.format(more=""), probe).models
    counted = {
        node.made.name.rpartition(".")[2]: getattr(node.reply, "is_counted", None)
        for node in model.shapes
        if node.made is not None
    }
    assert counted["Conv2D"] is True
    assert counted["Dense"] is False


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("parameters", "before", "shape"),
    [
        ("n", "n = n + 1", "(n, 3)"),
        ("n", "if n > 3:\n        n = 3", "(n, 3)"),
        ("n", "pass", "(n + 1, 3)"),
        ("n", "pass", "n"),
        ("*n", "pass", "(*n, 3)"),
        ("k", "n = k()", "(n, 3)"),
        ("n", "for n in n: pass", "(n, 3)"),
    ],
)
def test_what_is_no_mere_parameter_has_no_shape(
    parameters: str, before: str, shape: str, probe: Probe
) -> None:
    assert one(parameters, before, shape, "x = layers.Dense(2)(x)", probe) == []


@pytest.mark.oracle
def test_what_is_no_size_is_not_taken_for_a_number(probe: Probe) -> None:
    layer = "x = layers.LSTM(4, return_sequences=n)(x)"
    assert one("n", "pass", "(5, 3)", layer, probe) == ["(None, 5, 3)"]


@pytest.mark.oracle
def test_no_error_is_told_of_a_number_that_nobody_gives(probe: Probe) -> None:
    layer = "x = layers.Reshape((7, 3))(x)"
    text = ONE.format("n", "pass", "(n, 3)", layer)
    found = told(text, probe)
    assert [str(node.outputs) for node in found.shapes[0]][:1] == ["(None, n, 3)"]
    assert not any(isinstance(r, NodeError) for shapes in found.shapes for r in shapes.replies)


@pytest.mark.oracle
def test_nested_models_are_not_told_to_fail_for_it(probe: Probe) -> None:
    text = (
        "import keras\nfrom keras import layers\n"
        "def build(n):\n    x = inputs = keras.Input((n,))\n"
        "    inner = keras.Sequential([layers.Dense(3), layers.Dense(2)])\n"
        "    return keras.Model(inputs, inner(x))\n"
    )
    found = told(text, probe)
    assert not any(shapes.errors for shapes in found.shapes)


@pytest.mark.oracle
def test_hints_tell_the_names(probe: Probe) -> None:
    source = Source.parse("x.py", BUILDER.format(more=""))
    labels = [hint.label for hint in hints(Asker(probe).told(source).shapes, source, False)]
    assert "(None, n, m, 8)" in labels
    assert "(None, n, units)" in labels


def test_no_number_is_another_one_and_a_constant() -> None:
    for (a, b), (c, d) in combinations(PAIRS, 2):
        assert c - a != d - b


@pytest.mark.parametrize("given", ["(5,), batch_size=n", "(5,), n", "batch_shape=(n, 5)"])
def test_the_size_of_the_batches_is_told_by_its_parameter(given: str, probe: Probe) -> None:
    text = ONE.format("n", "pass", given, "x = layers.Dense(4)(x)")
    source = Source.parse("x.py", text)
    found = hints(Asker(probe).told(source).shapes, source, False)
    assert [hint.label for hint in found] == ["(n, 5)", "(n, 4)"]


def test_what_remembers_knows_the_size_of_the_batches_by_name(probe: Probe) -> None:
    layer = "x = layers.LSTM(3, stateful=True)(x)"
    text = ONE.format("n", "pass", "(6, 5), batch_size=n", layer)
    source = Source.parse("x.py", text)
    found = hints(Asker(probe).told(source).shapes, source, False)
    assert [hint.label for hint in found] == ["(n, 6, 5)", "(n, 3)"]

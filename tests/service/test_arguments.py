"""Completion of arguments and of what the program itself names; signature help."""

from __future__ import annotations

import pytest

from keras_lsp.catalog.targets import NEWEST, Target
from keras_lsp.service.completion import completions
from keras_lsp.service.open_calls import call_at
from keras_lsp.service.own_strings import snake_case
from keras_lsp.service.signature_help import signature_at
from keras_lsp.syntax import Source
from tests.service.test_keras_names import at


def offered(marked: str, target: Target = NEWEST) -> list[str]:
    return [c.text for c in completions(*at(marked, target))]


def helped(marked: str, target: Target = NEWEST) -> tuple[str, str] | None:
    """The label of the signature, and the parameter that is marked in it."""
    found = signature_at(*at(marked, target))
    if found is None:
        return None
    start, end = (0, 0) if found.active is None else found.parameters[found.active]
    return found.label, found.label[start:end]


HEAD = "import keras\nfrom keras import layers\nmodel = keras.Sequential([layers.Dense(1)])\n"


@pytest.mark.parametrize(
    ("typed", "callee", "index", "keyword"),
    [
        ("f(", "f", 0, ""),
        ("f(a, ", "f", 1, ""),
        ("f(g(a, b), ", "f", 1, ""),
        ("f(a, g(b, ", "g", 1, ""),
        ("f([1, 2, ", "f", 0, ""),
        ("f(key=[1, 2, ", "f", 0, "key"),
        ("f(a, key=", "f", 1, "key"),
        ("f(')', \"(\", ", "f", 2, ""),
        ("f('''\n), ''', ", "f", 1, ""),
        ("f(a,  # ),(\n  ", "f", 1, ""),
        ("a.b . c(", "a.b.c", 0, ""),
        ("a[0].fit(", ".fit", 0, ""),
        ("'a'.join(", ".join", 0, ""),
        ("f(a == b, c >= ", "f", 1, ""),
        ("f(a\n)(", ")", 0, ""),
        ("f(a)\ng(b, ", "g", 1, ""),
        ("x = f(\n    a,\n    b=g(c),\n    d=", "f", 2, "d"),
    ],
)
def test_the_call_that_is_open(typed: str, callee: str, index: int, keyword: str) -> None:
    source = Source.parse("main.py", typed)
    call = call_at(source, at(f"{typed}|")[1])
    assert call is not None
    assert (call.callee, call.index, call.keyword) == (callee, index, keyword)


@pytest.mark.parametrize(
    "typed", ["", "f(a)", "def f(", "class A(", "if (", "return (", "x = [", "# f("]
)
def test_no_call_is_open(typed: str) -> None:
    assert call_at(Source.parse("main.py", typed), at(f"{typed}|")[1]) is None


@pytest.mark.parametrize(
    ("text", "some", "others"),
    [
        (f"{HEAD}layers.Dense(|\n", {"units=", "activation="}, set()),
        (f"{HEAD}layers.Dense(1, |\n", {"activation="}, {"units="}),
        (f"{HEAD}layers.Dense(1, activation='relu', use|\n", {"use_bias="}, {"activation="}),
        (f"{HEAD}layers.Dense(\n    1,\n    ke|\n)\n", {"kernel_initializer="}, {"units="}),
        (f"{HEAD}model.fit(|)\n", {"x=", "epochs=", "validation_data="}, set()),
        (f"{HEAD}model.fit(x, y, |)\n", {"epochs="}, {"x=", "y="}),
        ("from tensorflow.keras.layers import LSTM\nLSTM(4, |\n", {"return_sequences="}, set()),
        ("import tensorflow as tf\ntf.keras.optimizers.Adam(|\n", {"learning_rate="}, {"lr="}),
    ],
)
def test_arguments_are_offered(text: str, some: set[str], others: set[str]) -> None:
    found = set(offered(text))
    assert some <= found
    assert not others & found


def test_the_arguments_are_those_of_the_release() -> None:
    assert "lora_rank=" in offered(f"{HEAD}layers.Dense(|\n")
    assert "lora_rank=" not in offered(f"{HEAD}layers.Dense(|\n", Target("2.12"))


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}layers.Dense(units=|\n",
        f"{HEAD}layers.Dense(1 + |\n",
        f"{HEAD}layers.Dense(3|\n",
        f"{HEAD}layers.Dense([|\n",
        f"{HEAD}print(|\n",
        f"{HEAD}other.fit(|\n",
        f"{HEAD}layers.Dense('|')\n",
    ],
)
def test_elsewhere_no_argument_is_offered(text: str) -> None:
    assert not [o for o in offered(text) if o.endswith("=")]


def test_a_callback_is_offered_what_this_model_is_measured_by() -> None:
    text = (
        f"{HEAD}model.compile('sgd', 'mse', metrics=['mae', keras.metrics.AUC(),"
        " keras.metrics.Recall(name='hits')])\n"
        "stop = keras.callbacks.EarlyStopping(\n    monitor='|'\n)\n"
    )
    names = ["loss", "auc", "hits", "mae"]
    found = offered(text)
    assert sorted(found) == sorted([*names, *(f"val_{n}" for n in names)])
    assert found[0] == "val_loss"


TWO = (
    f"{HEAD}model.compile('sgd', 'mse', metrics=['mae'])\n"
    "other = keras.Sequential([layers.Dense(1)])\n"
    "other.compile('sgd', 'mse', metrics=['mape'])\n"
)


@pytest.mark.parametrize(
    "rest",
    [
        "other.fit(x, y, callbacks=[keras.callbacks.EarlyStopping(monitor='|')])\n",
        "other.fit(x, y, callbacks=[keras.callbacks.EarlyStopping(monitor='|",
        "other.fit(\n    x,\n    y,\n    callbacks=[\n"
        "        keras.callbacks.EarlyStopping(monitor='|'\n    ],\n)\n",
        "stop = keras.callbacks.EarlyStopping('|')\nother.fit(x, y, callbacks=[stop])\n",
        "stop = keras.callbacks.EarlyStopping('|\nother.fit(x, y, callbacks=[stop])\n",
        "stops = [keras.callbacks.EarlyStopping('|')]\nother.fit(x, y, callbacks=stops)\n",
        "def stops():\n    return [keras.callbacks.EarlyStopping('|')]\n\n\n"
        "other.fit(x, y, callbacks=stops())\n",
    ],
)
def test_of_several_models_the_one_that_the_callback_is_given_to_counts(rest: str) -> None:
    assert offered(TWO + rest) == ["val_loss", "val_mape", "loss", "mape"]


def test_a_callback_that_nobody_is_given_yet_may_be_for_any_model() -> None:
    found = offered(TWO + "stop = keras.callbacks.EarlyStopping('|')\n")
    assert {"val_mae", "val_mape"} <= set(found)


def test_what_a_model_was_compiled_with_last_counts() -> None:
    again = "other.compile('sgd', 'mse', metrics=['msle'])\n"
    fit = "other.fit(x, y, callbacks=[keras.callbacks.EarlyStopping(monitor='|')])\n"
    assert offered(TWO + again + fit) == ["val_loss", "val_msle", "loss", "msle"]


def test_without_metrics_only_the_loss_is_offered() -> None:
    stop = "keras.callbacks.EarlyStopping('|')\n"
    assert offered(f"{HEAD}model.compile('sgd', 'mse')\n{stop}") == ["val_loss", "loss"]
    assert "val_accuracy" in offered(f"{HEAD}{stop}")
    assert "val_accuracy" in offered(f"{HEAD}model.compile('sgd', 'mse', metrics=given)\n{stop}")


def test_layers_are_offered_by_their_names() -> None:
    text = f"{HEAD}head = layers.Dense(1, name='head')\nbody = layers.Dense(2, name='body')\n"
    assert offered(f"{text}model.get_layer('|')\n") == ["head", "body"]
    assert offered(f"{text}model.get_layer(name='h|')\n") == ["head", "body"]
    assert offered(f"{text}self.net.get_layer('|\n") == ["head", "body"]
    assert offered(f"{text}model.get_layer(index='|')\n") == ["head", "body"]


BUILT = """\
import keras
from keras import layers

inputs = keras.Input((4,), name="pixels")
code = layers.Dense(2, name="code")(inputs)
encoder = keras.Model(inputs, code)
decoder = keras.Sequential([layers.Dense(4, name="image")])
"""


def test_the_layers_of_the_very_model_are_offered() -> None:
    assert offered(f"{BUILT}decoder.get_layer('|')\n") == ["image"]
    assert offered(f"{BUILT}tap = encoder.get_layer('|').output\n")[0] == "code"
    grown = "decoder.add(layers.Dense(1, name='last'))\n"
    assert offered(f"{BUILT}{grown}decoder.get_layer(name='|')\n") == ["image", "last"]
    assert offered(f"{BUILT}decoder.get_layer('|')\n{grown}") == ["image"]


def test_of_a_model_that_is_not_known_all_layers_are_offered() -> None:
    assert set(offered(f"{BUILT}given.get_layer('|')\n")) == {"code", "image"}
    assert offered(f"{BUILT}decoder.get_layer('|\n")[-1] in ("code", "image")


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("import keras\nmodel.compile(\n    'adam',\n    loss='|',\n)\n", "mean_squared_error"),
        ("import keras\nm.compile(metrics=[\n  'mae',\n  '|'])\n", "accuracy"),
        ("import keras\nm.compile(loss={'out': '|'})\n", "mean_squared_error"),
        (f"{HEAD}model.compile('adam', '|')\n", "mean_squared_error"),
        (f"{HEAD}layers.Conv2D(1, 3, 1, '|')\n", "same"),
        (f"{HEAD}keras.callbacks.EarlyStopping(mode='|')\n", "max"),
        (f"{HEAD}layers.Dense(1, '|')\n", "relu"),
    ],
)
def test_strings_are_offered_by_position_and_over_lines(text: str, some: str) -> None:
    assert some in offered(text)


@pytest.mark.parametrize(
    "text", ["import keras\nm.compile(loss={'|': 'mse'})\n", f"{HEAD}layers.Dense(1, name='|')\n"]
)
def test_a_string_of_the_program_own_is_left_alone(text: str) -> None:
    assert offered(text) == []


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        (f"{HEAD}layers.Dense(|\n", "units"),
        (f"{HEAD}layers.Dense(1, |)\n", "activation=None"),
        (f"{HEAD}layers.Dense(1, use_bias=|)\n", "use_bias=True"),
        (f"{HEAD}layers.Dense(1, activation='re|lu')\n", "activation=None"),
        (f"{HEAD}layers.Dense(units=1, dtype=|)\n", "dtype=None"),
        (f"{HEAD}layers.Dense(units=1, nope=|)\n", ""),
        (f"{HEAD}layers.Dense(units=1, |)\n", ""),
        ("import tensorflow as tf\ntf.keras.layers.Dense(|\n", "units"),
        ("from tensorflow.keras.layers import Dense as D\nD(\n  3,|\n", "activation=None"),
    ],
)
def test_what_a_layer_takes(text: str, marked: str) -> None:
    found = helped(text)
    assert found is not None
    assert found[0].startswith("Dense(units, activation=None, use_bias=True, ")
    assert found[1] == marked


def test_what_a_method_of_a_model_takes() -> None:
    found = helped(f"{HEAD}model.fit(x, y, epochs=|)\n")
    assert found is not None
    assert found[0].startswith("fit(x=None, y=None, batch_size=None")
    assert found[1] == "epochs=1"
    own = "class Trainer:\n    def __init__(self):\n        self.net = keras.Sequential()\n"
    assert helped(f"import keras\n{own}        self.net.compile(|)\n") is not None


def test_the_signature_is_that_of_the_release() -> None:
    text = "from keras.optimizers import Adam\nAdam(|\n"
    assert "learning_rate=0.001" in (helped(text) or ("",))[0]
    assert "beta_1=0.9, beta_2=0.999, amsgrad=False" in (helped(text, Target("2.3.1")) or ("",))[0]


@pytest.mark.parametrize(
    "text",
    [f"{HEAD}print(|\n", f"{HEAD}other.fit(|\n", "x = 1|\n", f"{HEAD}def f(|\n", f"{HEAD}a.b[0](|"],
)
def test_others_calls_are_left_to_others(text: str) -> None:
    assert helped(text) is None


@pytest.mark.parametrize(
    ("name", "snake"),
    [("AUC", "auc"), ("Recall", "recall"), ("BinaryAccuracy", "binary_accuracy"),
     ("TopKCategoricalAccuracy", "top_k_categorical_accuracy"), ("MeanIoU", "mean_io_u")],
)  # fmt: skip
def test_names_as_keras_makes_them(name: str, snake: str) -> None:
    assert snake_case(name) == snake


@pytest.mark.oracle
def test_keras_makes_them_so() -> None:
    keras = pytest.importorskip("keras")
    for name in ("AUC", "Recall", "BinaryAccuracy", "TopKCategoricalAccuracy", "F1Score"):
        assert getattr(keras.metrics, name)().name == snake_case(name)

"""The tables of all releases, and the newest of them against the library itself."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.catalog import changes, releases
from keras_lsp.catalog.release_tables import KERAS, TF_KERAS
from keras_lsp.catalog.signatures import Kind
from keras_lsp.catalog.tables import BY_RELEASE
from keras_lsp.catalog.targets import Target, number
from keras_lsp.cli import catalog

NEWEST = Target()
K3 = NEWEST.views("keras")
TF_K3 = NEWEST.views("tf.keras")
K2 = NEWEST.views("tf_keras")


def test_the_newest_release_is_what_the_tables_end_with() -> None:
    assert releases.NEWEST == releases.newest("keras") == KERAS[-1]
    assert releases.newest("tf_keras") == TF_KERAS


def test_the_tables_are_what_the_generator_makes() -> None:
    if catalog.missing():
        pytest.skip("not in the cache: " + ", ".join(catalog.missing()))
    assert catalog.stale(catalog.files()) == []


def test_the_tables_are_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in BY_RELEASE.iterdir()) < 1_500_000


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("keras.layers.Dense", "0.3", "3.15"),
        ("keras.layers.core", "0.3", "2.12"),
        ("keras.objectives", "0.3", "2.3"),
        ("keras.engine", "1.2", "2.12"),
        ("keras.layers.CuDNNLSTM", "2.3", "2.3"),
        ("keras.layers.MaxoutDense", "0.3", "2.3"),
        ("keras.preprocessing.text.Tokenizer", "0.3", "2.15"),
        ("keras.ops.matmul", "3.0", "3.15"),
        ("keras.wrappers.scikit_learn.KerasClassifier", "0.3", "2.12"),
        ("keras.layers.experimental.preprocessing.Rescaling", "2.6", "2.15"),
    ],
)
def test_a_name_has_its_time(name: str, first: str, last: str) -> None:
    known = [v for v in KERAS if releases.mask_of(name) & Target(v).views("keras")]
    assert (known[0].startswith(first), known[-1].startswith(last)) == (True, True), known


def test_keras_and_tf_keras_differ() -> None:
    tokenizer = releases.mask_of("keras.preprocessing.text.Tokenizer")
    assert (bool(tokenizer & K3), bool(tokenizer & TF_K3), bool(tokenizer & K2)) == (
        False, True, True,
    )  # fmt: skip
    mean = releases.mask_of("keras.losses.mean_squared_error")
    assert (bool(mean & K3), bool(mean & TF_K3)) == (True, False)


def test_what_keras_has_is_no_past_of_the_package_of_tensorflow() -> None:
    name = "keras.losses.mean_squared_error"
    assert releases.mask_of(name) & K3 and not releases.mask_of(name) & TF_K3
    assert changes.missing(name, "keras", NEWEST) is None
    missing = changes.missing(name, "tf.keras", NEWEST)
    assert missing is not None and number(missing.until) < NEWEST.number[:2]


def test_a_release_between_two_counts_as_both() -> None:
    assert Target("3.4").views("keras") == Target("3.3").views("keras") | Target("3.6").views(
        "keras"
    )
    assert Target("3.99").views("keras") == K3
    assert Target("0.1").views("keras") == Target("0.3").views("keras")
    assert Target("2.2").views("tf.keras") == 0
    assert Target("2.15").views("tf.keras") == Target("2.15").views("keras")
    assert Target("").views("keras") == Target("3").views("keras") == K3
    assert Target("2").views("keras") == Target("2.15").views("keras")


def test_arguments_come_and_go() -> None:
    adam = "keras.optimizers.Adam"
    assert releases.takes(adam, "lr") & Target("2.3").views("keras")
    assert not releases.takes(adam, "lr") & K3
    assert releases.refuses(adam, "lr") & K3
    assert releases.takes(adam, "decay") & K3
    assert not releases.refuses(adam, "lr") & Target("2.15").views("keras")
    assert releases.renamed("Dense", "output_dim") == "units"
    assert releases.refuses("keras.layers.Dense", "init") & K3


def test_members() -> None:
    assert releases.until(releases.member("Sequential", "predict_classes")) == "2.3"
    assert releases.until(releases.member("Model", "fit_generator")) == "2.21"
    assert releases.member("Model", "fit") & K3
    assert not releases.member("Model", "fit_generator") & K3


@given(st.sampled_from(sorted(releases.public(K3 | TF_K3))))
def test_every_name_is_its_own_alias(name: str) -> None:
    assert name in releases.aliases(name)
    assert releases.canonical_of(releases.canonical_of(name)) == releases.canonical_of(name)


INSTALLED = "from importlib.metadata import version as v; print(v('keras'), v('tf_keras'))"

ASK = r"""
import importlib, inspect, json, sys
KIND = inspect.Parameter
def look(root):
    found, pending = {}, [(root, "keras")]
    while pending:
        module, path = pending.pop()
        for name in dir(module):
            here, thing = f"{path}.{name}", getattr(module, name)
            if inspect.ismodule(thing):
                below = thing.__name__ in (f"{module.__name__}.{name}", here)
                if below and hasattr(thing, "__path__") and name not in PRIVATE:
                    pending.append((thing, here))
            elif not name.startswith("_") and (inspect.isclass(thing) or callable(thing)):
                found[here] = parameters(thing)
    return found
PRIVATE = {"src", "_tf_keras", "api", "_v1", "_v2", "protobuf"}
def parameters(thing):
    own = not inspect.isclass(thing) or thing.__init__ is not object.__init__
    if not own or thing.__name__ == "name_scope":
        return None
    try:
        made = inspect.signature(thing.__init__ if inspect.isclass(thing) else thing)
    except (TypeError, ValueError):
        return None
    listed = list(made.parameters.values())[1 if inspect.isclass(thing) else 0:]
    defaults = [None if p.default is KIND.empty else repr(p.default) for p in listed]
    return [[p.name, p.kind.name, default] for p, default in zip(listed, defaults)]
if sys.argv[1] == "tf_keras":
    import tf_keras.api._v2.keras as root
    print(json.dumps({"names": look(root), "identifiers": {}}))
    raise SystemExit
import keras as root
if sys.argv[1] == "tf.keras":
    root = importlib.import_module("keras._tf_keras.keras")
    print(json.dumps({"names": look(root), "identifiers": {}}))
    raise SystemExit
from keras.src import activations, losses, metrics, regularizers, constraints, initializers
named = dict(activations=activations, losses=losses, metrics=metrics, regularizers=regularizers,
             constraints=constraints, initializers=initializers)
known = {family: sorted(map(str, module.ALL_OBJECTS_DICT)) for family, module in named.items()}
print(json.dumps({"names": look(root), "identifiers": known}))
"""


@cache
def library(api: str) -> Any:
    """What the library that is installed says of itself, if it is the newest of the tables."""
    done = subprocess.run(
        [sys.executable, "-c", INSTALLED], capture_output=True, text=True, check=False
    )
    if done.stdout.split() != [KERAS[-1], TF_KERAS]:
        pytest.skip("another release is installed")
    done = subprocess.run(
        [sys.executable, "-c", ASK, api], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


VIEWS = {"keras": K3, "tf.keras": TF_K3, "tf_keras": K2}


@pytest.mark.oracle
@pytest.mark.parametrize("api", VIEWS)
def test_names_are_those_of_the_library(api: str) -> None:
    real = set(library(api)["names"])
    ours = {n for n in releases.public(VIEWS[api]) if not releases.is_module(n)}
    # `tf.keras` forgets this package, from which one can import nevertheless.
    ours = {n for n in ours if api != "tf.keras" or not n.startswith("keras.saving.")}
    assert sorted(ours - real) == []
    assert sorted(real - ours) == []


@pytest.mark.oracle
@pytest.mark.parametrize("api", VIEWS)
def test_parameters_are_those_of_the_library(api: str) -> None:
    wrong = []
    for name, real in library(api)["names"].items():
        ours = releases.signature(releases.canonical_of(name), VIEWS[api])
        if ours is None or real is None:
            continue
        own = [p for p in ours if p.kind is not Kind.KEYWORD]
        listed = [p for p in real if p[1] != "KEYWORD_ONLY"]
        if any(p[1] == "VAR_KEYWORD" for p in listed):
            own = [p for p in own if p.kind is not Kind.REST_BY_KEYWORD]
            listed = [p for p in listed if p[1] != "VAR_KEYWORD"]
        if [p.name for p in own] != [p[0] for p in listed]:
            wrong.append((name, [p.name for p in own], [p[0] for p in listed]))
            continue
        for mine, (_, _, default) in zip(own, listed, strict=True):
            if mine.default not in (default, "...") and "." not in str(mine.default):
                if not same(mine.default, default):
                    wrong.append((name, mine.name, mine.default, default))
    assert wrong == []


def same(mine: str | None, real: str | None) -> bool:
    """Whether an expression of Keras's text has the value that Python shows."""
    if mine is None or real is None:
        return mine is real
    try:
        return repr(eval(mine, {}, {})) == real
    except NameError:
        return True


@pytest.mark.oracle
def test_identifiers_are_those_of_the_library() -> None:
    for family, real in library("keras")["identifiers"].items():
        ours = releases.identifiers(family, K3)
        assert set(real) - {"None"} <= ours, family
        assert ours - set(real) == EXTRA.get(family, frozenset()), family


EXTRA = {"losses": frozenset({"loss", "loss_function_wrapper"})}
"""Base classes, which Keras knows under other names."""


def test_looking_up_a_name_reads_one_table() -> None:
    program = (
        "import sys; from keras_lsp.catalog import releases\n"
        "assert releases.mask_of('keras.layers.Dense')\n"
        "assert releases._table.cache_info().currsize == 1\n"
        "assert not {'keras', 'tensorflow', 'jedi'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

"""Arguments that are gone: by hand for a few, and each of them under the real Keras."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from keras_lsp.catalog import releases
from keras_lsp.catalog.arguments import Gone, gone
from keras_lsp.catalog.signatures import parsed
from keras_lsp.catalog.targets import NEWEST, Target
from tests.oracle.client import is_available


@pytest.mark.parametrize(
    ("owner", "method", "argument", "expected"),
    [
        ("keras.optimizers.Adam", "", "lr", Gone("2.15", "learning_rate")),
        ("keras.optimizers.Adam", "", "decay", None),
        ("keras.optimizers.Adam", "", "learning_rat", None),
        ("keras.layers.Dense", "", "output_dim", Gone("1.2", "units")),
        ("keras.layers.Convolution2D", "", "border_mode", Gone("1.2", "padding")),
        ("keras.layers.LSTM", "", "batch_input_shape", Gone("2.15", None)),
        ("keras.layers.LSTM", "", "implementation", None),
        ("keras.Model", "fit", "nb_epoch", Gone("2.3", "epochs")),
        ("keras.Sequential", "fit", "workers", Gone("2.15", None)),
        ("keras.Model", "fit", "epoch", None),
        ("keras.Model", "", "input", Gone("1.2", "inputs")),
        ("keras.Model", "", "inputs", None),
        ("keras.layers.NoSuchLayer", "", "lr", None),
    ],
)
def test_gone(owner: str, method: str, argument: str, expected: Gone | None) -> None:
    assert gone(owner, method, argument, "keras", NEWEST) == expected


def test_keras_2_took_them() -> None:
    for owner, argument in [("keras.optimizers.Adam", "lr"), ("keras.layers.LSTM", "weights")]:
        assert gone(owner, "", argument, "keras", Target("2.15")) is None


CALL = r"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
VALUES = {"layer": keras.layers.Dense(2), "learning_rate": 0.1, "filepath": "a.keras",
          "schedule": abs, "cell": keras.layers.LSTMCell(2), "target_shape": (2,), "dims": (1,),
          "function": abs, "shape": (2,), "rate": 0.1, "stddev": 0.1, "name": "n"}
taken = []
for public, argument, needed in json.load(sys.stdin):
    thing = keras
    for part in public.split(".")[1:]:
        thing = getattr(thing, part)
    arguments = {name: VALUES.get(name, 2) for name in needed} | {argument: 1}
    try:
        thing(**arguments)
    except Exception:
        continue
    taken.append((public, argument))
print(json.dumps(taken))
"""


@pytest.mark.oracle
def test_the_real_keras_refuses_every_one_of_them() -> None:
    views = NEWEST.views("keras")
    asked = []
    for public in releases.public(views):
        if releases.is_module(public) or releases.canonical_of(public) != public:
            continue
        old = {
            parameter.name
            for alias in releases.aliases(public)
            for _, text in releases._signatures(alias)
            for parameter in parsed(text)
        }
        now = releases.signature(public, views) or ()
        needed = [p.name for p in now if p.default is None and "*" not in p.kind.value]
        asked += [
            (public, argument, needed)
            for argument in sorted(old)
            if gone(public, "", argument, "keras", NEWEST)
        ]
    assert len(asked) > 900
    done = subprocess.run(
        [sys.executable, "-c", CALL], input=json.dumps(asked), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert json.loads(done.stdout.splitlines()[-1]) == []


CALL_OLD = r"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tf_keras as keras
VALUES = {"layer": keras.layers.Dense(2), "learning_rate": 0.1, "filepath": "a.keras",
          "schedule": abs, "cell": keras.layers.LSTMCell(2), "target_shape": (2,), "dims": (1,),
          "function": abs, "shape": (2,), "rate": 0.1, "stddev": 0.1, "name": "n"}
model = keras.Sequential([keras.layers.Dense(1, input_shape=(4,))])
model.compile("sgd", "mse")
taken = []
for public, argument, needed in json.load(sys.stdin)["arguments"]:
    thing = keras
    method = public.removeprefix("keras.Model.")
    if method != public:
        thing = getattr(model, method)
    else:
        for part in public.split(".")[1:]:
            thing = getattr(thing, part)
    arguments = {name: VALUES.get(name, 2) for name in needed} | {argument: 1}
    try:
        thing(**arguments)
    except Exception as error:
        if argument in str(error):
            continue
    taken.append((public, argument))
print(json.dumps(taken))
"""

STRINGS = r"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tf_keras as keras
known = []
for family, text in json.load(sys.stdin)["strings"]:
    try:
        found = getattr(keras, family).get(text)
    except (ValueError, TypeError):
        continue
    if not isinstance(found, str):
        # Its metrics and regularizers hand back what they do not know, and fail later.
        known.append((family, text))
print(json.dumps(known))
"""


def _under_tf_keras(code: str, **asked: object) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(asked), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    answer: list[object] = json.loads(done.stdout.splitlines()[-1])
    return answer


NEWER = NEWEST.views("keras")
OLDER = Target(legacy=True).views("tf.keras")


@pytest.mark.oracle
@pytest.mark.skipif(not is_available(k2=True), reason="tf_keras is not installed")
def test_the_real_keras_2_refuses_what_came_later() -> None:
    asked = []
    methods = ("compile", "fit", "evaluate", "predict", "load_weights", "summary")
    owners = [n for n in releases.public(NEWER) if releases.mask_of(n) & OLDER]
    owners = [n for n in owners if not releases.is_module(n) and releases.canonical_of(n) == n]
    for public in [*owners, *(f"keras.Model.{method}" for method in methods)]:
        now, before = releases.signature(public, NEWER), releases.signature(public, OLDER)
        if now is None or before is None or not releases.described(public) & OLDER:
            continue
        needed = [p.name for p in before if p.default is None and "*" not in p.kind.value]
        asked += [
            (public, parameter.name, needed)
            for parameter in now
            if releases.takes(public, parameter.name) & NEWER
            and releases.refuses(public, parameter.name) & OLDER
        ]
    assert len(asked) > 180
    assert ["keras.Model.compile", "auto_scale_loss"] in [list(a[:2]) for a in asked]
    assert _under_tf_keras(CALL_OLD, arguments=asked) == []


@pytest.mark.oracle
@pytest.mark.skipif(not is_available(k2=True), reason="tf_keras is not installed")
def test_the_real_keras_2_knows_no_string_that_came_later() -> None:
    families = ("activations", "constraints", "losses", "metrics", "optimizers", "regularizers")
    asked = [
        (family, text)
        for family in families
        for text in sorted(releases.identifiers(family, NEWER))
        if text not in releases.identifiers(family, OLDER)
    ]
    assert len(asked) > 60
    assert _under_tf_keras(STRINGS, strings=asked) == []

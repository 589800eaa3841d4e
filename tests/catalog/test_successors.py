"""What is kept by hand leads from something that was to something that is."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from keras_lsp.catalog import changes, identifiers, releases, successors
from keras_lsp.catalog.members import lost
from keras_lsp.catalog.targets import NEWEST

K3 = NEWEST.views("keras")
OLD = releases.all_views("keras")


@pytest.mark.parametrize(("old", "new"), successors.NAMES.items())
def test_a_name_was_there_and_its_successor_is(old: str, new: str) -> None:
    assert releases.mask_of(old) & OLD
    assert not releases.mask_of(old) & K3
    assert releases.mask_of(new) & K3
    assert changes.successor(old, "keras", NEWEST) == new


@pytest.mark.parametrize("name", sorted(successors.SAME_IN_OPS))
def test_a_function_of_the_backend_is_in_ops(name: str) -> None:
    assert releases.mask_of(f"keras.backend.{name}") & OLD
    assert releases.mask_of(f"keras.ops.{name}") & K3
    old = releases.signature(releases.canonical_of(f"keras.backend.{name}"), OLD)
    new = releases.signature(f"keras.ops.{name}", K3)
    assert old is not None
    assert new is not None
    assert sum(p.default is None for p in new) <= max(1, len(old))


@pytest.mark.parametrize(("old", "new"), successors.METHODS.items())
def test_a_method_was_there_and_its_successor_is(old: str, new: str) -> None:
    assert lost("model", old, "keras", NEWEST)
    assert releases.member("Model", new) & K3


@pytest.mark.parametrize(("key", "new"), successors.ATTRIBUTES.items())
def test_an_attribute_was_there(key: tuple[str, str], new: str) -> None:
    assert lost(*key, "keras", NEWEST)
    assert lost(key[0], new.partition(".")[0], "keras", NEWEST) is None


@pytest.mark.parametrize(("old", "new"), successors.IDENTIFIERS.items())
def test_a_string_was_understood_and_its_successor_is(old: str, new: str) -> None:
    families = ("losses", "metrics", "initializers")
    assert any(releases.identifier(family, old) & OLD for family in families)
    assert any(identifiers.nearest(f, old, "keras", NEWEST) == new for f in families)


ASK = r"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import tensorflow as tf
models, layers, optimizers, names, moved = json.load(sys.stdin)
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
functional = keras.Model(model.inputs, model.outputs)
found = [n for m in (model, functional) for n in models if callable(getattr(m, n, None))]
for module, base, wanted in (
    (keras.layers, keras.layers.Layer, layers), (keras.optimizers, keras.Optimizer, optimizers)
):
    for thing in vars(module).values():
        if isinstance(thing, type) and issubclass(thing, base):
            found += [f"{thing.__name__}.{n}" for n in wanted if hasattr(thing, n)]
dense = keras.layers.Dense(1)
dense(keras.Input((2,)))
found += [n for n in layers if hasattr(dense, n)]
found += [n for n in optimizers if hasattr(keras.optimizers.Adam(0.1), n)]
found += [n for n in names if hasattr(tf, n)]
def there(path):
    thing = tf
    for part in path.split("."):
        thing = getattr(thing, part, None)
    return thing is not None
print(json.dumps([found, [n for n in moved if not there(n)]]))
"""


@pytest.mark.oracle
def test_what_is_lost_is_lost_in_the_library() -> None:
    rows = [key.partition(".") for key in releases._table("members").keys]
    asked = {
        family: sorted(
            {n for kind, _, n in rows if kind in kinds and lost(family, n, "keras", NEWEST)}
        )
        for family, kinds in (
            ("model", ("Model", "Sequential")),
            ("layer", ("Layer", "RNN")),
            ("optimizer", ("Optimizer",)),
        )
    }
    assert {"fit_generator", "predict_classes"} <= set(asked["model"])
    request = [
        *asked.values(),
        list(successors.TENSORFLOW),
        [new for new in successors.TENSORFLOW.values() if new],
    ]
    done = subprocess.run(
        [sys.executable, "-c", ASK], input=json.dumps(request), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert json.loads(done.stdout.splitlines()[-1]) == [[], []]

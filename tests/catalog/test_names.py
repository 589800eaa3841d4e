"""Every way of importing Keras leads to one canonical name."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.catalog.names import (
    KerasName,
    canonical,
    exported_by,
    family,
    homes,
    members,
    table,
)

ROOTS = {
    "keras": "keras",
    "keras.api": "keras",
    "keras.src": "keras",
    "keras._tf_keras.keras": "tf.keras",
    "tensorflow.keras": "tf.keras",
    "tensorflow.python.keras": "tf.keras",
    "tensorflow.compat.v1.keras": "tf.keras",
    "tensorflow.contrib.keras": "tf.keras",
    "tf_keras": "tf_keras",
    "tf_keras.src": "tf_keras",
}


@pytest.mark.parametrize(("root", "api"), ROOTS.items())
def test_every_root_is_keras(root: str, api: str) -> None:
    assert canonical(root) == KerasName("keras", api, "module")
    assert canonical(f"{root}.layers") == KerasName("keras.layers", api, "module")
    assert canonical(f"{root}.layers.Dense") == KerasName("keras.layers.Dense", api, "class")
    assert canonical(f"{root}.models.Model") == KerasName("keras.Model", api, "class")
    loader = KerasName("keras.models.load_model", api, "function")
    assert canonical(f"{root}.models.load_model") == loader


FORMER = {
    "keras.models.Sequential": "keras.Sequential",
    "keras.layers.Input": "keras.Input",
    "keras.layers.Convolution2D": "keras.layers.Conv2D",
    "keras.layers.MaxPool2D": "keras.layers.MaxPooling2D",
    "keras.saving.load_model": "keras.models.load_model",
    "keras.applications.vgg16.VGG16": "keras.applications.VGG16",
    "keras.layers.core.Dense": "keras.layers.Dense",
    "keras.layers.core.dense.Dense": "keras.layers.Dense",
    "keras.layers.convolutional.Conv2D": "keras.layers.Conv2D",
    "keras.layers.merge.concatenate": "keras.layers.concatenate",
    "keras.layers.normalization.BatchNormalization": "keras.layers.BatchNormalization",
    "keras.layers.experimental.preprocessing.Rescaling": "keras.layers.Rescaling",
    "keras.engine.training.Model": "keras.Model",
    "keras.engine.topology.Layer": "keras.Layer",
    "keras.engine.functional.Functional": "keras.models.Functional",
    "keras.src.models.sequential.Sequential": "keras.Sequential",
    "tensorflow.python.keras.engine.sequential.Sequential": "keras.Sequential",
    "tf_keras.src.engine.sequential.Sequential": "keras.Sequential",
    "keras.callbacks.callbacks.EarlyStopping": "keras.callbacks.EarlyStopping",
    "keras.optimizers.adam_v2.Adam": "keras.optimizers.Adam",
    "keras.optimizers.experimental.Adam": "keras.optimizers.Adam",
    "keras.optimizers.schedules.learning_rate_schedule.ExponentialDecay": (
        "keras.optimizers.schedules.ExponentialDecay"
    ),
    "keras.experimental.CosineDecay": "keras.optimizers.schedules.CosineDecay",
    "keras.objectives.mean_squared_error": "keras.losses.mean_squared_error",
    "keras.losses.mse": "keras.losses.mean_squared_error",
    "keras.utils.np_utils.to_categorical": "keras.utils.to_categorical",
    "keras.utils.Sequence": "keras.utils.PyDataset",
    "keras.models.Model.fit": "keras.Model.fit",
}


@pytest.mark.parametrize(("old", "public"), FORMER.items())
def test_other_homes_lead_to_the_public_one(old: str, public: str) -> None:
    found = canonical(old)
    assert found is not None
    assert found.name == public


def test_the_optimizers_of_keras_2_stay_apart() -> None:
    # One of them may train several models, which no other optimizer survives.
    found = canonical("tensorflow.keras.optimizers.legacy.Adam")
    assert found == KerasName("keras.optimizers.legacy.Adam", "tf.keras", "class")
    v2 = canonical("tensorflow.python.keras.optimizer_v2.adam.Adam")
    assert v2 is not None
    assert v2.name == "keras.optimizers.legacy.Adam"
    plain = canonical("keras.optimizers.Adam")
    assert plain is not None
    assert plain.name == "keras.optimizers.Adam"


@pytest.mark.parametrize(
    "name", ["keras.Dense", "keras.layers.Nope", "keras.utils.Sequential", "keras.models.Dense"]
)
def test_what_no_known_version_has_is_unknown(name: str) -> None:
    assert canonical(name) == KerasName(name, "keras", "unknown")


@pytest.mark.parametrize(
    "name", ["tensorflow", "tensorflow.python", "keras_tuner", "kerastuner.Model", "mykeras", ""]
)
def test_the_rest_of_the_world_is_not_keras(name: str) -> None:
    assert canonical(name) is None


@given(st.sampled_from(sorted(table()["aliases"])), st.sampled_from(sorted(ROOTS.items())))
def test_a_canonical_name_is_its_own(alias: str, root: tuple[str, str]) -> None:
    path, api = root
    found = canonical(path + alias.removeprefix("keras"))
    assert found is not None
    assert found.api == api
    again = canonical(found.name)
    assert again is not None
    assert (again.name, again.kind) == (found.name, found.kind)


@given(st.lists(st.sampled_from(["keras", "layers", "Model", "src", "", "é", "fit"]), max_size=6))
def test_any_path_has_an_answer(parts: list[str]) -> None:
    found = canonical(".".join(parts))
    assert found is None or found.name.startswith("keras")


def test_bare_names_have_homes() -> None:
    assert homes("Dense") == ("keras.layers.Dense",)
    assert homes("EarlyStopping") == ("keras.callbacks.EarlyStopping",)
    assert homes("Sequential") == ("keras.Sequential",)
    assert homes("Input") == ("keras.Input",)
    assert homes("MaxPool2D") == homes("MaxPooling2D") == ("keras.layers.MaxPooling2D",)
    assert homes("Adam")[0] == "keras.optimizers.Adam"
    assert homes("Nope") == ()
    # Keras 3 cannot import what only Keras 2 had.
    assert homes("CuDNNLSTM") == ()


def test_a_star_brings_names_and_subpackages() -> None:
    layers = exported_by("tensorflow.keras.layers")
    assert {"Dense", "Input", "Layer", "MaxPool2D", "MaxPooling2D", "concatenate"} <= layers
    assert "Adam" not in layers
    assert {"layers", "Model", "Sequential"} <= exported_by("keras")
    assert "__version__" not in exported_by("keras")
    assert {"Dense", "Dropout"} & exported_by("keras.layers.core") == {"Dense"}
    assert exported_by("keras.layers.Dense") == frozenset()
    assert exported_by("numpy") == frozenset()


def test_what_a_star_brings_is_known_by_name() -> None:
    for module in ("keras", "keras.layers", "tf_keras.utils", "tensorflow.keras.callbacks"):
        for name in exported_by(module):
            found = canonical(f"{module}.{name}")
            assert found is not None
            assert found.kind != "unknown", found


@pytest.mark.parametrize(
    ("name", "its"),
    [
        ("keras.Sequential", "model"),
        ("keras.layers.Dense", "layer"),
        ("keras.layers.LSTM", "layer"),
        ("keras.layers.InputSpec", None),
        ("keras.optimizers.Adam", "optimizer"),
        ("keras.optimizers.legacy.Adam", "optimizer"),
        ("keras.optimizers.schedules.ExponentialDecay", "schedule"),
        ("keras.callbacks.EarlyStopping", "callback"),
        ("keras.losses.MeanSquaredError", "loss"),
        ("keras.metrics.AUC", "metric"),
        ("keras.applications.ResNet50", "application"),
        ("keras.models.load_model", "loader"),
        ("keras.utils.to_categorical", None),
    ],
)
def test_a_name_has_a_family(name: str, its: str | None) -> None:
    assert family(name) == its
    assert its is None or name in members(its)


def test_members_are_canonical() -> None:
    for its in ("model", "layer", "optimizer", "callback", "loss", "metric", "application"):
        assert members(its)
        for name in members(its):
            found = canonical(name)
            assert found is not None
            assert (found.name, found.kind == "function") == (name, its == "application")


def test_looking_names_up_imports_neither_keras_nor_the_signatures() -> None:
    program = (
        "import sys; from keras_lsp.catalog import names, signatures\n"
        "assert names.canonical('keras.layers.Dense').kind == 'class'\n"
        "assert not {'keras', 'tensorflow', 'jedi'} & set(sys.modules)\n"
        "assert not signatures._texts.cache_info().currsize\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

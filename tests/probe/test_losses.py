"""A loss against an output and a target: Keras's own verdict, which is that of ``fit``."""

from __future__ import annotations

import pytest

from keras_lsp.networks import UNKNOWN, Argument, Made, Named
from keras_lsp.probe.client import Probe
from keras_lsp.replies import NOT_KNOWN, NodeError, NodeShape, Rejected, TensorSpec
from tests.probe.building import made
from tests.probe.judge import Judge

Shape = tuple[int, ...]

CASES: list[tuple[str, Shape, Shape, bool]] = [
    ("'categorical_crossentropy'", (10,), (10,), True),
    ("'categorical_crossentropy'", (), (10,), False),
    ("'categorical_crossentropy'", (1,), (10,), False),
    ("'sparse_categorical_crossentropy'", (), (10,), True),
    ("'sparse_categorical_crossentropy'", (1,), (10,), True),
    ("'sparse_categorical_crossentropy'", (10,), (10,), False),
    ("'binary_crossentropy'", (), (1,), True),
    ("'binary_crossentropy'", (1,), (2,), False),
    ("'mse'", (3,), (1,), True),
    ("'mse'", (3,), (4,), False),
    ("'kld'", (3,), (4,), False),
    ("'crossentropy'", (4,), (4,), True),
    ("'nonsense'", (4,), (4,), False),
    ("keras.losses.CategoricalCrossentropy(label_smoothing=0.1)", (10,), (10,), True),
    ("keras.losses.CategoricalCrossentropy(label_smoothing=0.1)", (), (10,), False),
]
"""A loss, a target and an output without their batches, and whether it trains."""


def loss_of(text: str) -> Argument:
    if text.startswith("'"):
        return text.strip("'")
    return made("losses.CategoricalCrossentropy", label_smoothing=0.1)


@pytest.mark.parametrize(("text", "target", "output", "trains"), CASES)
def test_the_verdict(probe: Probe, text: str, target: Shape, output: Shape, trains: bool) -> None:
    reply = probe.check_loss(
        loss_of(text), TensorSpec((None, *output)), TensorSpec((None, *target))
    )
    assert isinstance(reply, NodeShape if trains else NodeError), reply


@pytest.mark.oracle
def test_the_verdict_is_that_of_fit(judge: Judge) -> None:
    for text, target, output, trains in CASES:
        code = (
            "import keras, numpy as np\n"
            f"model = keras.Sequential([keras.Input({output}), keras.layers.Dense({output[-1]})])\n"
            f"model.compile(loss={text})\n"
            f"model.fit(np.zeros((4, *{output})), np.zeros((4, *{target})), verbose=0)\n"
        )
        failed = judge.ask(ask="fit", code=code)
        assert (failed is None) == trains, (text, target, output, failed)


def test_the_words_are_those_of_keras(probe: Probe) -> None:
    output = TensorSpec((None, 10))
    reply = probe.check_loss("categorical_crossentropy", output, TensorSpec((None, 1)))
    assert reply == NodeError(
        "ValueError",
        "Arguments `target` and `output` must have the same shape. "
        "Received: target.shape=(None, 1), output.shape=(None, 10)",
        "call",
    )


@pytest.mark.parametrize(
    ("loss", "output", "kind"),
    [
        ("mse", (None, 3), NodeShape),
        ("sparse_categorical_crossentropy", (None, 3), NodeShape),
        ("sparse_categorical_crossentropy", (None, 9, 3), NodeShape),
        ("ctc", (None, 3), NodeError),
        ("no_such_loss", (None, 3), NodeError),
        (Named("keras.losses.mean_squared_error"), (None, 3), NodeShape),
        (Named("keras.losses.get"), (None, 3), Rejected),
        (Named("keras.activations.relu"), (None, 3), Rejected),
        (Made("keras.losses.deserialize", ("mse",)), (None, 3), Rejected),
        (made("Dense", 3), (None, 3), Rejected),
        (None, (None, 3), Rejected),
    ],
)
def test_any_target_will_do_where_it_is_not_known(
    probe: Probe, loss: Argument, output: tuple[int | None, ...], kind: type
) -> None:
    reply = probe.check_loss(loss, TensorSpec(output), None)
    assert isinstance(reply, kind), reply


def test_an_unknown_loss(probe: Probe) -> None:
    assert probe.check_loss(UNKNOWN, TensorSpec((None, 3)), None) == NOT_KNOWN

"""What is left of a message of Keras, and which messages are not about the program."""

from __future__ import annotations

import pytest

from keras_lsp.probe.null_backend import MARK
from keras_lsp.probe.wording import LONGEST, is_about_backend, plain

WRAPPED = """Exception encountered when calling TimeDistributed.call().

\x1b[1mException encountered when calling Dense.call().

\x1b[1mInput 0 with name 'None' of layer 'dense_7' does not fit\x1b[0m

Arguments received by Dense.call():
  • inputs=<KerasTensor shape=(None, 8), dtype=float32, sparse=False, name=keras_tensor_3>\x1b[0m

Arguments received by TimeDistributed.call():
  • inputs=1"""


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (WRAPPED, "Input 0 of layer `Dense` does not fit"),
        ("layer 'dense_77' and 'mine'", "layer 'dense_77' and 'mine'"),
        ("<Dense name=dense_7, built=False>", "`Dense`"),
        ("Input 0 with name 'input_layer_3' of layer 'm'", "Input 0 of layer 'm'"),
        ("<KerasTensor shape=(), name=keras_tensor_3>", "<KerasTensor shape=()>"),
        ("for variable path='dense_7/lstm_cell_1/kernel'", "for variable `kernel`"),
        ("one of {'b', 'c', 'a'}: {'x': 1}", "one of {'a', 'b', 'c'}: {'x': 1}"),
        ("x" * 2 * LONGEST, "x" * LONGEST),
    ],
)
def test_what_is_left(message: str, expected: str) -> None:
    assert plain(message, {"dense_7": "Dense"}) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Argument synchronized=True is only supported with the TensorFlow backend.", True),
        ("Layer StringLookup requires TensorFlow. Install it via `pip install tensorflow`.", True),
        (f"scipy.signal {MARK}", True),
        ("Could not automatically infer the output shape / dtype of `X`", True),
        ("Kernel shape must have the same length as input", False),
        ("Only symbolic tensors are supported.", False),
    ],
)
def test_what_is_about_the_backend(message: str, expected: bool) -> None:
    assert is_about_backend(message) is expected

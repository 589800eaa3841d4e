"""What gives one tensor according to the interpreter gives one under the real Keras."""

from __future__ import annotations

import pytest

from keras_lsp.semantics.outputs import GIVE_ONE, RECURRENT, WRAPPERS
from tests.oracle import Oracle
from tests.oracle.client import is_available
from tests.support.prelude import Program

ARGUMENTS = {
    "Activation": '"relu"',
    "CategoryEncoding": "num_tokens=4",
    "Dense": "2",
    "Dot": "axes=1",
    "Dropout": "0.5",
    "Embedding": "9, 2",
    "GaussianDropout": "0.5",
    "GaussianNoise": "0.5",
    "AlphaDropout": "0.5",
    "GroupNormalization": "groups=1",
    "Normalization": "mean=0.0, variance=1.0",
    "Permute": "(2, 1)",
    "RepeatVector": "3",
    "Rescaling": "0.5",
    "Reshape": "(-1,)",
    "Resizing": "4, 4",
    **dict.fromkeys(("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), "0.5"),
    **dict.fromkeys(RECURRENT, "2"),
    **dict.fromkeys((n for n in GIVE_ONE if "Conv" in n and "Depthwise" not in n), "2, 3"),
    "DepthwiseConv2D": "3",
    **dict.fromkeys((n for n in GIVE_ONE if "Pooling" in n and "Global" not in n), "2"),
    "Bidirectional": "keras.layers.LSTM(2)",
    "TimeDistributed": "keras.layers.Dense(2)",
}
JOINING = ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract")
FLAT = ("RepeatVector", "CategoryEncoding")
PICTURES = ("Resizing",)


def _call(name: str) -> str:
    shape = "(4,)" if name in FLAT else "(8, 8, 3)" if name in PICTURES else "(8, 3)"
    for rank in (1, 2, 3):
        if f"{rank}D" in name:
            shape = f"({'8, ' * rank}3)"
    given = f"keras.Input({shape})"
    given = f"[{given}, {given}]" if name in JOINING else given
    return f"keras.layers.{name}({ARGUMENTS.get(name, '')})({given})"


@pytest.mark.oracle
@pytest.mark.parametrize("k2", [False, True])
def test_each_gives_one_tensor(k2: bool) -> None:
    if not is_available(k2=k2):
        pytest.skip("this Keras is not installed")
    lines = ["import keras"]
    for name in sorted(GIVE_ONE | RECURRENT | WRAPPERS):
        lines += [
            f"given = {_call(name)}",
            f"print({name!r}, end=' ') if isinstance(given, (list, tuple, dict)) else None",
        ]
    program = Program((("main.py", "\n".join([*lines, "print('done')"])),), "")
    with Oracle() as oracle:
        verdict = oracle.run(program, k2=k2)
    assert verdict.exception is None, str(verdict)
    assert verdict.output.split() == ["done"]

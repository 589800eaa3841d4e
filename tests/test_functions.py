"""What functions of the backend and of TensorFlow give, their successors in Keras give too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from keras_lsp.catalog.operations import LEADING, OPERATIONS
from keras_lsp.catalog.successors import AS_ATTRIBUTE, SAME_IN_OPS, STILL_UNDER_TF
from tests.oracle import Oracle
from tests.oracle.client import is_available
from tests.support.prelude import Program

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not is_available(k2=True), reason="tf_keras is not installed"),
]

ARGUMENTS = {
    "arange": "1, 7",
    "all": "a > 0.0, axis=1",
    "any": "a > 0.9, axis=1",
    "binary_crossentropy": "labels, softmax",
    "cast": 'a, "int32"',
    "categorical_crossentropy": "labels, softmax",
    "clip": "a, 0.2, 0.5",
    "concatenate": "[a, b], axis=0",
    "dot": "a, turned",
    "expand_dims": "a, axis=1",
    "eye": "3",
    "one_hot": "classes, 4",
    "ones": "(2, 3)",
    "reshape": "a, (4, 3)",
    "sparse_categorical_crossentropy": "classes, softmax",
    "squeeze": "a[:1], axis=0",
    "stack": "[a, b], axis=1",
    "tile": "a, (1, 2)",
    "zeros": "(2, 3)",
    **dict.fromkeys(
        ("equal", "not_equal", "greater", "greater_equal", "less", "less_equal"), "a, b"
    ),
    **dict.fromkeys(("maximum", "minimum"), "a, b"),
    **dict.fromkeys(
        ("argmax", "argmin", "cumprod", "cumsum", "max", "mean", "min", "prod"), "a, 1"
    ),
    **dict.fromkeys(("std", "sum", "var"), "a, 1, True"),
}
"""What they are called with, ``a`` alone where nothing is said."""

LOST = frozenset({"logsumexp"})
"""Those that ``tf_keras`` has no more: Keras had it until 2.3."""

SAMPLE = """
import numpy as np
import keras
import tensorflow as tf

generator = np.random.default_rng(1)
a, b = (tf.constant(generator.random((3, 4)), "float32") for _ in range(2))
turned = tf.transpose(b)
classes = tf.constant([0, 3, 1])
labels = tf.one_hot(classes, 4)
softmax = tf.nn.softmax(b)
v = tf.Variable(1.0)
"""


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as made:
        yield made


def value(oracle: Oracle, code: str, *, k2: bool) -> str:
    shown = "print(np.round(np.asarray(result, dtype='float64'), 4).tolist())\n"
    verdict = oracle.run(Program((("main.py", f"{SAMPLE}{code}\n{shown}"),), ""), k2=k2)
    assert verdict.exception is None, str(verdict)
    return verdict.output.strip().splitlines()[-1]


@pytest.mark.parametrize("name", sorted(SAME_IN_OPS - LOST))
def test_a_function_of_the_same_name_gives_the_same(name: str, oracle: Oracle) -> None:
    arguments = ARGUMENTS.get(name, "a")
    old = value(oracle, f"result = keras.backend.{name}({arguments})", k2=True)
    new = value(oracle, f"result = keras.ops.{name}({arguments})", k2=False)
    assert old == new


@pytest.mark.parametrize("name", sorted(AS_ATTRIBUTE))
def test_what_is_written_instead_does_the_same(name: str, oracle: Oracle) -> None:
    pattern = AS_ATTRIBUTE[name]
    first, more = ("v", ", 3.0") if "{1}" in pattern else ("a", "")
    last = "result = v" if more else "result = result == 'float32' if name == 'dtype' else result"
    old = f"result = keras.backend.{name}({first}{more})"
    new = f"result = {pattern.format(first, more[2:])}"
    answers = [
        value(oracle, f"name = {name!r}\n{code}\n{last}", k2=k2)
        for code, k2 in ((old, True), (new, False))
    ]
    assert answers[0] == answers[1]


STILL_ARGUMENTS = {
    "batch_dot": "rows, rows",
    "batch_normalization": "a, b[0], b[1], b[2], b[0]",
    "bias_add": "a, b[0]",
    "conv1d": "rows, tf.ones((2, 4, 3))",
    "conv2d": "images, tf.ones((2, 2, 3, 5))",
    "conv2d_transpose": "images, tf.ones((2, 2, 5, 3)), (2, 7, 7, 5)",
    "conv3d": "cubes, tf.ones((2, 2, 2, 3, 5))",
    "depthwise_conv2d": "images, tf.ones((2, 2, 3, 1))",
    "in_top_k": "softmax, classes, 2",
    "l2_normalize": "a, 1",
    "map_fn": "lambda row: row * 2.0, a",
    "pool2d": "images, (2, 2)",
    "pool3d": "cubes, (2, 2, 2)",
    "repeat": "a, 3",
    "resize_images": "images, 2, 2, 'channels_last'",
    "reverse": "a, 1",
    "separable_conv2d": "images, tf.ones((2, 2, 3, 1)), tf.ones((1, 1, 3, 5))",
    "spatial_2d_padding": "images",
    "spatial_3d_padding": "cubes",
    "switch": "a > 0.5, a, b",
    "temporal_padding": "rows",
}

SQUARE = """
rows = tf.constant(generator.random((2, 4, 4)), "float32")
images = tf.constant(generator.random((2, 6, 6, 3)), "float32")
cubes = tf.constant(generator.random((2, 4, 4, 4, 3)), "float32")
"""


@pytest.mark.parametrize("name", sorted(STILL_UNDER_TF))
def test_what_tf_keras_still_has_gives_the_same(name: str, oracle: Oracle) -> None:
    arguments = STILL_ARGUMENTS.get(name, "a")
    code = f"{SQUARE}result = tf.keras.backend.{name}({arguments})"
    assert value(oracle, code, k2=True) == value(oracle, code, k2=False)


OPERATION_ARGUMENTS = {
    "bias_add": "a, b[0]",
    "broadcast_to": "a, (2, 3, 4)",
    "clip_by_value": "a, 0.2, 0.5",
    "einsum": "'ij,jk->ik', a, (turned)",
    "expand_dims": "a, 1",
    "cast": "a, tf.int32",
    "concat": "[a, b], 1",
    "logical_and": "a > 0.5, b > 0.5",
    "logical_not": "a > 0.5",
    "gather": "a, [1, 0], axis=1",
    "l2_normalize": "a, 1",
    "logical_or": "a > 0.5, b > 0.5",
    "logical_xor": "a > 0.5, b > 0.5",
    "matmul": "a, turned",
    "reduce_all": "a > 0.1, 1",
    "one_hot": "classes, 4",
    "pad": "a, [[1, 1], [0, 2]]",
    "reduce_any": "a > 0.9, 1",
    "repeat": "a, 2, 1",
    "reverse": "a, [1]",
    "roll": "a, 1, 1",
    "tensordot": "a, turned, 1",
    "reshape": "a, (4, 3)",
    "squeeze": "a[:1], 0",
    "stack": "[a, b], 1",
    "tile": "a, (1, 2)",
    "transpose": "a, (1, 0)",
    "where": "a > 0.5, a, b",
    **dict.fromkeys(("add", "divide", "maximum", "minimum", "multiply", "pow"), "a, b"),
    **dict.fromkeys(("equal", "not_equal", "greater", "greater_equal", "subtract"), "a, b"),
    **dict.fromkeys(("atan2", "floordiv", "floormod", "less", "less_equal"), "a, b"),
    **dict.fromkeys(("argsort", "sort"), "a, 0"),
    **dict.fromkeys(("cumprod", "cumsum"), "a, axis=1"),
    "acosh": "a + 1.0",
}
"""What functions of TensorFlow are called with, by their last name; ``a``, with an axis or not."""

COMPARED = """
inputs = {"a": keras.Input((4,)), "b": keras.Input((4,)), "turned": keras.Input((3,))}
inputs["classes"] = keras.Input((), dtype="int32")
for old, new, arguments, shown in OPERATIONS:
    function = tf
    for part in old.split("."):
        function = getattr(function, part)
    there = eval(f"function({arguments})")
    here = eval(f"getattr(keras.ops, new)({arguments})")
    assert there.dtype == here.dtype, old
    np.testing.assert_allclose(np.asarray(there), np.asarray(here), rtol=1e-5, err_msg=old)
    try:
        eval(f"function({shown})", {"function": function, "tf": tf, **inputs})
    except ValueError as problem:
        assert "KerasTensor" in str(problem), f"{old}: {problem}"
    else:
        raise AssertionError(f"{old} takes what has no numbers")
"""


def test_functions_of_tensorflow_refuse_symbols_and_are_in_ops(oracle: Oracle) -> None:
    rows = []
    for old, new in OPERATIONS.items():
        last = old.rpartition(".")[2]
        axis = ", -1, True" if last.startswith("reduce_") else ", 0" if "softmax" in last else ""
        arguments = OPERATION_ARGUMENTS.get(last, f"a{axis}")
        assert arguments.count(",") < LEADING.get(new, 3) or "(" in arguments or "[" in arguments
        shown = arguments.replace("a > 0.5", "a").replace("a[:1]", "a")
        rows.append((old, new, arguments, shown))
    code = f"{SAMPLE}\nOPERATIONS = {rows!r}\n{COMPARED}"
    verdict = oracle.run(Program((("main.py", code),), ""))
    assert verdict.exception is None, str(verdict)

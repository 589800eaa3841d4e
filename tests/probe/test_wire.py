"""What is written says all that it depends on; what is not known is not written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.networks import UNKNOWN, Listed, Made, Nested
from keras_lsp.probe.wire import digest, read, sure, tensor, written
from tests.probe.building import Graph, made, sequential

literals = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
arguments = st.recursive(
    literals,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: Listed(tuple(items)))
        | st.lists(inner, max_size=3).map(tuple)
        | st.builds(lambda value: Made("keras.regularizers.L2", (value,)), inner)
    ),
    max_leaves=6,
)


@given(arguments)
def test_any_argument_can_be_written(argument: object) -> None:
    wire = sure(argument)  # type: ignore[arg-type]
    assert digest(wire) == digest(sure(argument))  # type: ignore[arg-type]


@given(arguments, arguments)
def test_different_arguments_are_written_differently(one: object, other: object) -> None:
    ones, others = sure(one), sure(other)  # type: ignore[arg-type]
    if repr(one) != repr(other) and ones is not None and others is not None:
        assert digest(ones) != digest(others)


def test_what_is_unknown_is_not_written() -> None:
    graph = Graph()
    x = graph.input(8)
    y = graph.call(made("Dense", UNKNOWN), x)
    graph.call(made("Dense", 3), y)
    graph.op("add", x, UNKNOWN)
    graph.call(Nested(sequential((8,), UNKNOWN)), x)
    graph.call(made("Dense", 3), x)
    told = written(graph.network())
    assert [key is None for key in told.layer_keys] == [True, False, True, False]
    assert [node is None for node in told.nodes] == [False, *[True] * 4, False]


def test_a_layer_of_keras_2_is_told_as_such() -> None:
    graph = Graph()
    x = graph.input(8)
    graph.call(made("Dense", 3), x)
    graph.call(Made("keras.layers.Dense", (3,), (), "tf_keras"), x)
    told = written(graph.network())
    assert told.layer_keys[0] != told.layer_keys[1]
    assert told.layers[1] is not None and told.layers[1]["space"] == "tf_keras"


def test_a_tensor_is_told_as_the_agent_tells_it() -> None:
    wire = {"shape": [None, 3], "dtype": "int32", "mask": [None], "sparse": True}
    reply = read({"outputs": wire})
    (found,) = reply.tensors  # type: ignore[union-attr]
    assert tensor(found) == wire

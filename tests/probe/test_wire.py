"""Keys: equal ones have equal replies, and an edit changes those that depend on it only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.networks import UNKNOWN, Listed, Made, Nested, Network
from keras_lsp.probe.wire import Written, digest, read, sure, tensor, written
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


def layers(*units: int) -> Written:
    return written(sequential((8,), *[made("Dense", n) for n in units]))


def test_an_edit_changes_the_keys_below_it() -> None:
    before, after = layers(1, 2, 3, 4), layers(1, 2, 30, 4)
    same = [a == b for a, b in zip(before.node_keys, after.node_keys, strict=True)]
    assert same == [True, True, True, False, False]
    assert layers(1, 2, 3, 4) == before


def test_a_key_does_not_depend_on_where_a_layer_stands() -> None:
    graph = Graph()
    graph.call(made("Dense", 7), graph.input(3))
    graph.call(made("Dense", 1), graph.input(8))
    assert written(graph.network()).node_keys[3] == layers(1).node_keys[1]


def shared(*widths: int) -> Network:
    graph = Graph()
    layer = graph.layer(made("Dense", 16))
    for width in widths:
        graph.call(layer, graph.input(width))
    return graph.network()


def test_a_key_depends_on_the_earlier_calls_of_the_layer() -> None:
    one, other = written(shared(8, 9)), written(shared(9, 9))
    assert one.node_keys[2] == other.node_keys[2]
    assert one.node_keys[3] != other.node_keys[3]


def test_what_is_unknown_has_no_key() -> None:
    graph = Graph()
    x = graph.input(8)
    y = graph.call(made("Dense", UNKNOWN), x)
    graph.call(made("Dense", 3), y)
    graph.op("add", x, UNKNOWN)
    graph.call(Nested(sequential((8,), UNKNOWN)), x)
    graph.call(made("Dense", 3), x)
    told = written(graph.network())
    assert [key is None for key in told.node_keys] == [False, *[True] * 4, False]
    assert [node is None for node in told.nodes] == [False, *[True] * 4, False]


def test_a_layer_of_keras_2_is_told_as_such() -> None:
    graph = Graph()
    x = graph.input(8)
    graph.call(made("Dense", 3), x)
    graph.call(Made("keras.layers.Dense", (3,), (), "tf_keras"), x)
    told = written(graph.network())
    assert told.node_keys[1] != told.node_keys[2]
    assert told.layers[1] is not None and told.layers[1]["space"] == "tf_keras"


def test_a_tensor_is_told_as_the_agent_tells_it() -> None:
    wire = {"shape": [None, 3], "dtype": "int32", "mask": [None], "sparse": True}
    reply = read({"outputs": wire})
    (found,) = reply.tensors  # type: ignore[union-attr]
    assert tensor(found) == wire

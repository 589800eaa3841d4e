"""Nobody is asked twice, nor told what does not matter; in pieces the answers are the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.networks import Network
from keras_lsp.probe.course import Answer, Course
from keras_lsp.probe.wire import read
from keras_lsp.replies import NOT_KNOWN, Blocked, NodeError, NodeShape, Rejected, Reply, TensorSpec
from tests.probe.building import Graph, made, sequential


def tensor(*shape: int | None) -> Answer:
    return Answer(NodeShape(TensorSpec((None, *shape))))


def keys(network: Network, *answers: Answer) -> list[str]:
    """The key of each node, where these are the answers."""
    course, found = Course(network), []
    for node, answer in enumerate(answers):
        assert course.settled(node) is None
        found.append(course.key(node))
        course.take(node, answer)
    return found


def test_behind_an_edit_a_key_is_another_as_far_as_the_shapes_are() -> None:
    before = sequential((8,), made("Dense", 1), made("Dense", 2), made("Dense", 3))
    after = sequential((8,), made("Dense", 9), made("Dense", 2), made("Dense", 3))
    ones = keys(before, tensor(8), tensor(1), tensor(2), tensor(3))
    others = keys(after, tensor(8), tensor(9), tensor(2), tensor(3))
    assert [a == b for a, b in zip(ones, others, strict=True)] == [True, False, False, True]


def test_a_key_does_not_depend_on_where_a_layer_stands() -> None:
    graph = Graph()
    graph.call(made("Dense", 7), graph.input(3))
    graph.call(made("Dense", 1), graph.input(8))
    (*_, key) = keys(graph.network(), tensor(3), tensor(7), tensor(8), tensor(1))
    assert key == keys(sequential((8,), made("Dense", 1)), tensor(8), tensor(1))[1]


def shared(*widths: int) -> Network:
    graph = Graph()
    layer = graph.layer(made("Dense", 16))
    for width in widths:
        graph.call(layer, graph.input(width))
    return graph.network()


def test_a_key_depends_on_the_earlier_calls_of_the_layer() -> None:
    one = keys(shared(8, 9), tensor(8), tensor(16), tensor(9), tensor(16))
    other = keys(shared(9, 9), tensor(9), tensor(16), tensor(9), tensor(16))
    assert one[2] == other[2]
    assert one[3] != other[3]


def test_all_that_a_tensor_is_goes_into_the_key() -> None:
    network = sequential((8,), made("Dense", 1))
    kinds = [
        TensorSpec((None, 8)),
        TensorSpec((8, None)),
        TensorSpec((None, 8), "int32"),
        TensorSpec((None, 8), mask=(None, 8)),
        TensorSpec((None, 8), sparse=True),
    ]
    assert len({keys(network, Answer(NodeShape(k)), tensor(1))[1] for k in kinds}) == len(kinds)


def test_a_list_of_tensors_is_no_tuple() -> None:
    spec = {"shape": [None, 8], "dtype": "float32"}
    network = sequential((8,), made("Dense", 1))
    found = set()
    for outputs in ([spec, spec], {"tuple": [spec, spec]}):
        answer = Answer.of(read({"outputs": outputs}), {"outputs": outputs})
        assert answer.told == outputs
        found.add(keys(network, answer, tensor(1))[1])
    assert len(found) == 2


def test_what_depends_on_a_failure_is_settled() -> None:
    graph = Graph()
    x = graph.call(made("Dense", 1), graph.input(8))
    y = graph.call(made("Dense", 2), graph.input(8))
    graph.op("add", x, y)
    error = NodeError("ValueError", "no", "call")
    for reply, outcome in ((error, Blocked()), (Blocked(), Blocked()), (NOT_KNOWN, NOT_KNOWN)):
        course = Course(graph.network())
        for node, answer in enumerate((tensor(8), tensor(1), tensor(8), Answer(reply))):
            course.take(node, answer)
        assert course.settled(4) == outcome


def test_of_what_is_above_only_what_goes_in_is_told() -> None:
    graph = Graph()
    x = graph.input(8)
    for units in range(1, 6):
        x = graph.call(made("Dense", units), x)
    course = Course(graph.network())
    for node in range(4):
        course.key(node)
        course.take(node, tensor(node + 100))
    asked = course.asked(4, 6)
    assert [number for number, _ in asked["nodes"]] == [4, 5]
    assert asked["known"] == [(3, None, {"shape": [None, 103], "dtype": "float32"})]
    assert [layer["args"] for _, layer, _ in asked["layers"]] == [[4], [5]]


def pretended(request: dict[str, Any]) -> dict[int, Any]:
    """What an agent says that counts what it is told of the calls of each layer."""
    outputs = {number: told for number, _, told in request["known"]}
    calls: dict[int, list[Any]] = {}

    def seen(number: int, node: Any) -> None:
        if node is not None and "layer" in node:
            given = outputs[node["args"][0]["tensor"]]["shape"]
            calls.setdefault(node["layer"], []).append(given[-1])

    for number, node, _ in request["known"]:
        seen(number, node)
    for number, node in request["nodes"]:
        seen(number, node)
        size = len(outputs) if "input" in node else sum(calls[node["layer"]])
        outputs[number] = {"shape": [None, size % 97], "dtype": "float32"}
    return {number: outputs[number] for number, _ in request["nodes"]}


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30)), max_size=12),
    st.lists(st.integers(1, 5), min_size=1),
)
def test_it_does_not_matter_how_many_are_asked_about_at_once(
    calls: list[tuple[int, int]], pieces: list[int]
) -> None:
    graph = Graph()
    layers = [graph.layer(made("Dense", units)) for units in (1, 2, 3)]
    tensors = [graph.input(8)]
    for layer, given_ in calls:
        tensors.append(graph.call(layers[layer], tensors[given_ % len(tensors)]))

    def replies(pieces: list[int]) -> list[Reply]:
        course = Course(graph.network())
        found: list[Reply] = []
        while (first := len(found)) < course.size:
            stop = min(course.size, first + pieces[first % len(pieces)])
            outputs = pretended(course.asked(first, stop))
            for node in range(first, stop):
                assert course.settled(node) is None
                course.key(node)
                reply = read({"outputs": outputs[node]})
                assert isinstance(reply, NodeShape | Rejected)
                course.take(node, Answer.of(reply, {"outputs": outputs[node]}))
                found.append(reply)
        return found

    assert replies(pieces) == replies([len(calls) + 1])

"""Each operation that may be asked about: the probe says what TensorFlow says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from keras_lsp.networks import Input, Made, Named, Network
from keras_lsp.probe.client import Probe
from keras_lsp.probe.course import Course
from keras_lsp.probe.whitelist import MERGES, OPERATIONS
from keras_lsp.probe.wire import read
from keras_lsp.replies import NodeError, NodeShape, Rejected, TensorSpec
from tests.probe.building import PLACE, Graph, made
from tests.probe.judge import Judge

T = TensorSpec
X = T((None, 4, 6))
WAYS: Sequence[tuple[Any, ...]] = (
    (X,),
    (X, X),
    ([X, X],),
    (X, 1),
    (X, 1, 2),
    (X, (2, 3)),
    (X, (0, 2, 1)),
    (X, "int32"),
)
"""What each operation is tried with; it takes at least one of these, or what is its own."""
OWN: Mapping[str, tuple[Any, ...]] = {
    "batch_normalization": (X, T((6,)), T((6,)), 2),
    "broadcast_to": (T((1, 6)), (4, 6)),
    "conv": (X, T((3, 6, 5))),
    "conv_transpose": (X, T((3, 5, 6))),
    "cross": (T((2, 3)), T((2, 3))),
    "depthwise_conv": (X, T((3, 6, 2))),
    "dot_product_attention": (T((None, 4, 2, 8)), T((None, 4, 2, 8)), T((None, 4, 2, 8))),
    "einsum": ("abc,abc->ac", X, X),
    "matmul": (X, T((6, 5))),
    "separable_conv": (X, T((3, 6, 2)), T((1, 12, 7))),
    "take_along_axis": (X, T((None, 4, 6), "int32"), 1),
}
DIFFERS = "where"
"""Alone it gives indices: int32 here, int64 in TensorFlow."""


def network(name: str, given: tuple[Any, ...]) -> Network:
    graph = Graph()

    def tensor(value: Any) -> Any:
        if isinstance(value, list):
            return [tensor(item) for item in value]
        if not isinstance(value, TensorSpec):
            return value
        made_input = made("Input", batch_shape=value.shape, dtype=value.dtype)
        return graph.add(Input(made_input, PLACE))

    graph.op(name, *[tensor(value) for value in given])
    return graph.network()


def index(*items: Any) -> Network:
    graph = Graph()
    graph.op("get_item", graph.input(4, 6), items if len(items) > 1 else items[0])
    return graph.network()


ALL = Made("slice", (None, None, None))


@pytest.mark.parametrize(
    ("items", "shape"),
    [
        ((0,), (4, 6)),
        ((ALL, -1), (None, 6)),
        ((ALL, ALL, 2), (None, 4)),
        ((ALL, Made("slice", (1, 3)), ALL), (None, 2, 6)),
        ((ALL, Made("slice", (None, None, 2))), (None, 2, 6)),
        ((Named("Ellipsis"), 0), (None, 4)),
        ((ALL, None), (None, 1, 4, 6)),
    ],
)
def test_an_index(probe: Probe, items: tuple[Any, ...], shape: tuple[int | None, ...]) -> None:
    reply = probe.check(index(*items))[-1]
    assert isinstance(reply, NodeShape), reply
    assert reply.outputs == TensorSpec(shape)


def test_an_index_out_of_range(probe: Probe) -> None:
    reply = probe.check(index(ALL, ALL, ALL, 0))[-1]
    assert isinstance(reply, NodeError)
    assert "many indices" in reply.message


@pytest.mark.parametrize("name", sorted(MERGES - {"dot"}))
def test_a_layer_as_a_function(probe: Probe, name: str) -> None:
    graph = Graph()
    graph.op(f"layers.{name}", [graph.input(4, 6), graph.input(4, 6)])
    assert isinstance(probe.check(graph.network())[-1], NodeShape)


def test_an_activation_as_a_function(probe: Probe) -> None:
    graph = Graph()
    x = graph.input(4, 6)
    graph.op("activations.softmax", x, axis=1)
    graph.op("activations.get", x)
    _, called, refused = probe.check(graph.network())
    assert called == NodeShape(TensorSpec((None, 4, 6)))
    assert isinstance(refused, Rejected)


@pytest.mark.oracle
def test_each_operation(probe: Probe, judge: Judge) -> None:
    silent: list[str] = []
    for name in sorted(OPERATIONS):
        inferred = False
        for how in [*WAYS, OWN.get(name, (X,))]:
            asked = network(name, how)
            ours = probe.check(asked)[-1]
            theirs = read(judge.replies(Course(asked))[-1])
            # Of nonsense they may speak in words of their own.
            both = isinstance(ours, NodeError) and isinstance(theirs, NodeError)
            assert both or ours == theirs or name == DIFFERS, (name, how)
            inferred = inferred or isinstance(ours, NodeShape)
        if not inferred:
            silent.append(name)
    assert " ".join(silent) == ""

"""A network with replies: who is asked gets the node, its reply and what leads to it."""

from __future__ import annotations

from keras_lsp.networks import Tensor
from keras_lsp.replies import NOT_KNOWN, Blocked, NodeError, NodeShape, TensorSpec
from keras_lsp.shapes import Shapes
from tests.probe.building import Graph, made

ERROR = NodeError("ValueError", "no", "call")


def joined() -> Shapes:
    graph = Graph()
    left, right = graph.input(8), graph.input(8)
    x = graph.call(made("Dense", 4), left)
    y = graph.call(made("Dense", 5), right)
    graph.call(made("Add"), [x, y])
    replies = [NodeShape(TensorSpec((None, n))) for n in (8, 8, 4, 5)]
    return Shapes.of(graph.network(), [*replies, ERROR])


def test_what_goes_in_and_where_it_came_from() -> None:
    shapes = joined()
    last = shapes[4]
    assert last.given == (Tensor(2), Tensor(3)) and last.is_wholly_given
    assert [node.index for node in last.trail()] == [2, 3, 0, 1]
    assert shapes.outputs(Tensor(3)) == TensorSpec((None, 5))
    assert shapes.outputs(Tensor(4)) is None
    assert last.made is not None and last.made.name == "keras.layers.Add"
    assert last.place is not None and last.layer is not None and last.layer.made == last.made


def test_only_what_raises_is_an_error() -> None:
    network = joined().network
    replies = [NodeShape(TensorSpec((None, 8))), NOT_KNOWN, ERROR, NOT_KNOWN, Blocked()]
    shapes = Shapes.of(network, replies)
    assert [node.index for node in shapes.errors] == [2]
    assert not shapes[3].is_wholly_given


def test_replies_that_are_missing_are_not_known() -> None:
    shapes = Shapes.of(joined().network)
    assert {node.reply for node in shapes} == {NOT_KNOWN} and not shapes.errors

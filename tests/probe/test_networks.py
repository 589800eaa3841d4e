"""Functional, shared, nested and wrapped: what depends on more than one layer."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from keras_lsp.networks import (
    UNKNOWN,
    Input,
    LayerSpec,
    Made,
    Named,
    Nested,
    Network,
    NetworkKind,
    Tensor,
)
from keras_lsp.probe.client import Probe, Replies
from keras_lsp.replies import (
    NOT_KNOWN,
    Blocked,
    Inside,
    NodeError,
    NodeShape,
    Rejected,
    Reply,
    TensorSpec,
    Weights,
)
from tests.probe.building import PLACE, Graph, made, sequential


def shape(reply: Reply) -> tuple[int | None, ...]:
    assert isinstance(reply, NodeShape), reply
    assert isinstance(reply.outputs, TensorSpec)
    return reply.outputs.shape


def error(reply: Reply) -> str:
    assert isinstance(reply, NodeError), reply
    return reply.message


def test_branches_meet(probe: Probe) -> None:
    graph = Graph()
    a, b = graph.input(8), graph.input(4)
    x = graph.call(made("Dense", 5), a)
    y = graph.call(made("Dense", 6), b)
    graph.call(made("Concatenate"), [x, y])
    graph.call(made("Add"), [x, y])
    replies = probe.check(graph.network())
    assert shape(replies[4]) == (None, 11)
    assert error(replies[5]).startswith("Inputs have incompatible shapes. Received shapes (5,)")


def test_operations_and_operators(probe: Probe) -> None:
    graph = Graph()
    x = graph.input(8, 4)
    graph.op("add", x, 1)
    graph.op("matmul", x, graph.op("transpose", x, (0, 2, 1)))
    graph.op("mean", x, axis=1, keepdims=True)
    graph.op("matmul", x, x)
    graph.op("add", 1, 2)
    replies = probe.check(graph.network())
    assert [shape(r) for r in replies[1:5]] == [
        (None, 8, 4),
        (None, 4, 8),
        (None, 8, 8),
        (None, 1, 4),
    ]
    assert isinstance(replies[5], NodeError)
    assert isinstance(replies[6], Rejected)


def test_one_of_several_outputs(probe: Probe) -> None:
    graph = Graph()
    x = graph.input(5, 4)
    outputs = graph.call(made("LSTM", 3, return_sequences=True, return_state=True), x)
    states = [Tensor(outputs.node, (1,)), Tensor(outputs.node, (2,))]
    graph.call(made("LSTM", 3), Tensor(outputs.node, (0,)), initial_state=states)
    graph.call(made("Dense", 3), Tensor(outputs.node, (7,)))
    _, several, last, missing = probe.check(graph.network())
    assert isinstance(several, NodeShape)
    assert several.outputs == (
        TensorSpec((None, 5, 3)),
        TensorSpec((None, 3)),
        TensorSpec((None, 3)),
    )
    assert shape(last) == (None, 3)
    assert isinstance(missing, Rejected)


def test_masks_are_carried(probe: Probe) -> None:
    graph = Graph()
    x = graph.input(7, dtype="int32")
    y = graph.call(made("Embedding", 50, 8, mask_zero=True), x)
    graph.call(made("Conv1D", 4, 3), y)
    _, embedded, convolved = probe.check(graph.network())
    assert isinstance(embedded, NodeShape)
    assert embedded.tensors[0].mask == (None, 7)
    assert isinstance(convolved, NodeShape)
    assert any("mask" in warning for warning in convolved.warnings)


@pytest.mark.parametrize("width", [8, 9])
def test_the_first_call_of_a_shared_layer_builds_it(probe: Probe, width: int) -> None:
    """Also where its reply is remembered and only the second call has to be asked about."""
    graph = Graph()
    layer = graph.layer(made("Dense", 16, name=f"shared_{width}"))
    graph.call(layer, graph.input(8))
    first = probe.check(graph.network())
    assert shape(first[1]) == (None, 16)
    graph.call(layer, graph.input(width))
    second = probe.check(graph.network())[3]
    if width == 8:
        assert second == NodeShape(TensorSpec((None, 16)), Weights(144, 576))
    else:
        assert "expected axis -1 of input shape to have value 8" in error(second)


def test_an_unknown_first_call_makes_the_next_unknown(probe: Probe) -> None:
    graph = Graph()
    layer = graph.layer(made("Dense", 16))
    x = graph.input(8)
    graph.call(layer, graph.unknown())
    graph.call(layer, x)
    assert probe.check(graph.network())[3] == NOT_KNOWN


def test_a_failed_first_call_blocks_the_next(probe: Probe) -> None:
    graph = Graph()
    layer = graph.layer(made("Conv2D", 4, 3))
    flat, image = graph.input(8), graph.input(8, 8, 3)
    graph.call(layer, flat)
    graph.call(layer, image)
    replies = probe.check(graph.network())
    assert isinstance(replies[2], NodeError)
    assert replies[3] == Blocked()


def test_models_in_models(probe: Probe) -> None:
    decoder = Graph()
    z = decoder.input(32)
    decoder.call(made("Reshape", (8, 8)), decoder.call(made("Dense", 64), z))
    encoder = sequential(None, made("Flatten"), made("Dense", 64), made("Dense", 32))
    graph = Graph()
    x = graph.input(28, 28)
    y = graph.call(Nested(encoder), x)
    graph.call(Nested(decoder.network()), y)
    graph.call(Nested(decoder.network()), x)
    replies = probe.check(graph.network())
    assert replies[1] == NodeShape(TensorSpec((None, 32)), Weights(52320, 209280))
    assert replies[2] == NodeShape(TensorSpec((None, 8, 8)), Weights(2112, 8448))
    assert error(replies[3]) == (
        "Input 0 of layer `Functional` is incompatible with the layer: "
        "expected shape=(None, 32), found shape=(None, 28, 28)"
    )


def test_a_model_with_a_call_of_its_own(probe: Probe) -> None:
    block = Graph(NetworkKind.SUBCLASS)
    inputs = block.add(Input(UNKNOWN, PLACE))
    dense = block.layer(made("Dense", 4))
    x = block.call(made("Dense", 4), block.call(made("BatchNormalization"), inputs))
    block.op("add", block.call(dense, x), x)
    layer = Nested(block.network())
    graph = Graph()
    flat, image, other = graph.input(8), graph.input(8, 8, 3), graph.input(9)
    shared = graph.layer(layer)
    graph.call(shared, flat)
    graph.call(layer, image)
    graph.call(shared, other)
    graph.call(layer, flat, flat)
    *_, first, second, third, fourth = probe.check(graph.network())
    assert first == NodeShape(TensorSpec((None, 4)), Weights(72, 288), Weights(16, 64))
    assert second == NodeShape(TensorSpec((None, 8, 8, 4)), Weights(42, 168), Weights(6, 24))
    assert error(third).startswith("Input 0 of layer `")
    assert error(fourth) == "too many positional arguments"


def test_a_nested_model_with_an_unknown_part_is_unknown(probe: Probe) -> None:
    nested = sequential((8,), made("Dense", UNKNOWN))
    graph = Graph()
    graph.call(Nested(nested), graph.input(8))
    assert probe.check(graph.network())[1] == NOT_KNOWN


def test_layers_in_layers(probe: Probe) -> None:
    graph = Graph()
    video = graph.input(5, 32, 32, 3)
    base = made(
        "applications.MobileNetV2", include_top=False, pooling="avg", input_shape=(32, 32, 3)
    )
    y = graph.call(made("TimeDistributed", base), video)
    graph.call(made("Bidirectional", made("LSTM", 7, return_sequences=True)), y)
    graph.call(made("TimeDistributed", Nested(sequential(None, made("Dense", 3)))), y)
    replies = probe.check(graph.network())
    applied = replies[1]
    assert isinstance(applied, NodeShape)
    assert applied.outputs == TensorSpec((None, 5, 1280))
    assert applied.trainable == Weights(2223872, 8895488)
    assert applied.non_trainable == Weights(34112, 136448)
    assert shape(replies[2]) == (None, 5, 14)
    assert shape(replies[3]) == (None, 5, 3)


def test_arguments_that_are_objects_and_functions(probe: Probe) -> None:
    layer = made(
        "Dense",
        3,
        activation=Named("keras.activations.relu"),
        kernel_initializer=made("initializers.HeNormal"),
        kernel_regularizer=made("regularizers.L2", 0.1),
        bias_initializer=Named("keras.initializers.Zeros"),
        dtype=made("dtype_policies.DTypePolicy", "mixed_float16"),
    )
    _, reply = probe.check(sequential((8,), layer))
    assert reply == NodeShape(TensorSpec((None, 3), "float16"), Weights(27, 108))


def test_frozen_weights_are_counted_apart(probe: Probe) -> None:
    _, reply = probe.check(sequential((8,), made("Dense", 3, trainable=False)))
    assert reply == NodeShape(TensorSpec((None, 3)), Weights(), Weights(27, 108))


def test_what_is_frozen_after_it_was_made(probe: Probe) -> None:
    graph = Graph()
    x = graph.input(32, 32, 3)
    base = made("applications.MobileNetV2", include_top=False, weights=None)
    graph.layers += [
        LayerSpec(base, PLACE, trainable=False),
        LayerSpec(Nested(sequential(None, made("Conv2D", 2, 1))), PLACE, trainable=False),
        LayerSpec(made("Dense", 3), PLACE, trainable=UNKNOWN),
    ]
    for layer in range(3):
        graph.call(layer, x)
    _, applied, nested, dense = probe.check(graph.network())
    assert isinstance(applied, NodeShape)
    assert isinstance(nested, NodeShape)
    assert (applied.trainable, applied.non_trainable.count) == (Weights(), 2257984)
    assert (nested.trainable, nested.non_trainable) == (Weights(), Weights(8, 32))
    assert dense == NOT_KNOWN


def test_what_the_program_sets_for_all_layers(probe: Probe) -> None:
    model = sequential((3, 28, 28), made("Conv2D", 5, 3))
    plain = probe.check(model)[1]
    mixed = probe.check(replace(model, settings=(("dtype_policy", "mixed_float16"),)))[1]
    first = probe.check(replace(model, settings=(("image_data_format", "channels_first"),)))[1]
    wide = probe.check(replace(model, settings=(("floatx", "float64"),)))[1]
    assert plain == NodeShape(TensorSpec((None, 1, 26, 5)), Weights(1265, 5060))
    assert mixed == NodeShape(TensorSpec((None, 1, 26, 5), "float16"), Weights(1265, 5060))
    assert first == NodeShape(TensorSpec((None, 5, 26, 26)), Weights(140, 560))
    assert wide == NodeShape(TensorSpec((None, 1, 26, 5), "float64"), Weights(1265, 10120))
    for settings in (
        (("dtype_policy", UNKNOWN),),
        (("dtype_policy", "nonsense"),),
        (("backend", "jax"),),
    ):
        assert isinstance(probe.check(replace(model, settings=settings))[1], Rejected)
    again = sequential((3, 28, 28), made("Conv2D", 6, 3))
    assert shape(probe.check(again)[1]) == (None, 1, 26, 6)


def test_nothing_is_allocated(probe: Probe) -> None:
    _, reply = probe.check(sequential((10**6,), made("Dense", 10**6)))
    assert isinstance(reply, NodeShape)
    assert reply.trainable == Weights(10**12 + 10**6, 4 * (10**12 + 10**6))


def test_an_edit_costs_what_it_changes(probe: Probe) -> None:
    """A layer is asked about again only if it, or what goes into it, has changed."""

    def model(units: int) -> Replies:
        layers = [made("Dense", 16, name=f"d{i}") for i in range(20)]
        return probe.check(sequential((8,), *layers[:10], made("Dense", units), *layers[10:]))

    first = model(4)
    before = probe.evaluated
    second = model(5)
    assert probe.evaluated - before == 2
    assert first[:11] == second[:11]
    assert (shape(first[11]), shape(second[11])) == ((None, 4), (None, 5))
    assert first[13:] == second[13:]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (made("Dense", 3, lr=2), "Unrecognized keyword arguments passed to Dense: {'lr': 2}"),
        (made("Dense", -1), "Received an invalid value for `units`, expected a positive integer"),
        (made("Dense"), "Dense.__init__() missing 1 required positional argument: 'units'"),
        (made("Dense", 3, activation="rlu"), "Could not interpret activation function identifier"),
        (
            made("applications.VGG16", include_top=False, input_shape=(16, 16, 3)),
            "Input size must be at least 32x32; Received: input_shape=(16, 16, 3)",
        ),
    ],
)
def test_keras_own_words_about_arguments(probe: Probe, layer: Made, message: str) -> None:
    _, reply = probe.check(sequential((8,), layer))
    assert message in error(reply)
    assert isinstance(reply, NodeError)
    assert reply.phase == "init"


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (made("LeakyReLU", alpha=0.1), "Argument `alpha` is deprecated"),
        (made("Dense", 3, input_shape=(8,)), "Do not pass an `input_shape`"),
    ],
)
def test_keras_own_warnings(probe: Probe, layer: Made, message: str) -> None:
    _, reply = probe.check(sequential((8,), layer))
    assert isinstance(reply, NodeShape)
    assert message in reply.warnings[0]


def test_what_is_not_for_this_backend_is_unknown(probe: Probe) -> None:
    layer = made("BatchNormalization", synchronized=True)
    assert isinstance(probe.check(sequential((8,), layer))[1], Rejected)


def test_a_model_as_a_whole(probe: Probe) -> None:
    """Each of its calls may be right, and the model cannot be made of them."""
    graph = Graph()
    a, b = graph.input(8), graph.input(8)
    x = graph.call(made("Dense", 4, name="twin"), a)
    y = graph.call(made("Dense", 4, name="twin"), b)
    z = graph.op("add", x, y)
    assert all(isinstance(r, NodeShape) for r in probe.check(graph.network()))
    whole = probe.inside(Nested(graph.network([a], x)))
    assert isinstance(whole, Inside)
    assert [layer.kind for layer in whole.layers] == ["InputLayer", "Dense"]
    apart = probe.inside(Nested(graph.network([a], y)))
    assert isinstance(apart, NodeError)
    assert "not connected" in apart.message
    twins = probe.inside(Nested(graph.network([a, b], z)))
    assert isinstance(twins, NodeError)
    assert 'The name "twin" is used 2 times in the model' in twins.message


def test_what_is_known_is_told_instead_of_the_way_there(probe: Probe) -> None:
    """An edit costs the layers that it changes, and a shared layer is built as it was."""

    def model(units: int) -> Network:
        graph = Graph()
        start = graph.input(8)
        words = graph.input(5, dtype="int32")
        masked = graph.call(made("Embedding", 10, 4, mask_zero=True), words)
        shared = graph.layer(made("Dense", 6))
        first = graph.call(shared, start)
        lstm = graph.call(made("LSTM", 7), masked)
        middle = graph.call(made("Dense", units), graph.call(made("Concatenate"), [first, lstm]))
        graph.call(shared, graph.call(made("Dense", 8), middle))
        graph.call(shared, graph.call(made("Dense", 9), middle))
        return graph.network()

    before = probe.check(model(3))
    asked = probe.evaluated
    after = probe.check(model(4))
    assert probe.evaluated - asked <= 5
    fresh = Probe(sys.executable, deadline=60)
    try:
        assert fresh.check(model(4)) == after
        assert fresh.check(model(3)) == before
    finally:
        fresh.close()

"""The wire: networks as JSON with a key for each layer, and replies read back.

Never talks to a process, and never guesses: what holds an unknown part is not written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from keras_lsp.networks import (
    UNKNOWN,
    Argument,
    Input,
    LayerCall,
    LayerSpec,
    Listed,
    Made,
    Named,
    Nested,
    Network,
    NetworkKind,
    Node,
    Operation,
    Tensor,
)
from keras_lsp.replies import (
    NOT_KNOWN,
    Blocked,
    InnerLayer,
    Inside,
    NodeError,
    NodeShape,
    Outputs,
    Rejected,
    Reply,
    TensorSpec,
    Weights,
)

Wire = Any
"""JSON."""

LARGEST = 1 << 63
DEEPEST = 50


class Unsure(Exception):
    """A part is not known, or cannot be written."""


@dataclass(frozen=True, slots=True)
class Written:
    """A network as it is sent; what is not known is None."""

    layers: tuple[Wire | None, ...]
    nodes: tuple[Wire | None, ...]
    """None, too, where a tensor that goes in comes from a node that is not known."""
    layer_keys: tuple[str | None, ...]
    """Digests of the layers with their arguments: equal keys, equal layers."""
    settings: dict[str, Wire] = field(default_factory=dict)


def written(network: Network) -> Written:
    try:
        settings = {name: _value(value, 0) for name, value in network.settings}
    except Unsure:
        unknown = (None,) * len(network.layers)
        return Written(unknown, (None,) * len(network.nodes), unknown)
    layers = tuple(_layer(spec) for spec in network.layers)
    layer_keys = tuple(None if w is None else digest([w, settings]) for w in layers)
    nodes: list[Wire | None] = []
    unsure: set[int] = set()
    for node in network.nodes:
        wire = _node(node)
        if wire is not None and any(
            number >= len(nodes) or nodes[number] is None for number, _ in tensors(wire)
        ):
            wire = None
        if isinstance(node, LayerCall):
            if wire is None:
                # Nobody knows how this call builds the layer, so nothing is known of the next.
                unsure.add(node.layer)
            elif layers[node.layer] is None or node.layer in unsure:
                wire = None
        nodes.append(wire)
    return Written(layers, tuple(nodes), layer_keys, settings)


def tensors(value: Wire) -> list[tuple[int, list[int]]]:
    """The tensors in the arguments of a call: their nodes, and which one of several it is."""
    found: list[tuple[int, list[int]]] = []
    pending = [value]
    for each in pending:
        if isinstance(each, list):
            pending += each
        elif isinstance(each, dict):
            if "tensor" in each:
                found.append((each["tensor"], each["path"]))
            else:
                pending += each.values()
    return found


def digest(wire: Wire) -> str:
    # Of plain data; it takes a third of the time that JSON takes.
    return hashlib.blake2b(repr(wire).encode(errors="surrogatepass"), digest_size=12).hexdigest()


# Writing


def _layer(spec: LayerSpec) -> Wire | None:
    try:
        return _sure_layer(spec, 0)
    except Unsure:
        return None


def _sure_layer(spec: LayerSpec, depth: int) -> Wire:
    wire = _value(spec.made, depth)
    if spec.trainable is UNKNOWN:
        raise Unsure
    return wire if spec.trainable is None else {**wire, "trainable": spec.trainable}


def _node(node: Node) -> Wire | None:
    try:
        return _sure_node(node, 0)
    except Unsure:
        return None


def tensor(spec: TensorSpec) -> Wire:
    """The same as the agent tells it."""
    wire: dict[str, Wire] = {"shape": list(spec.shape), "dtype": spec.dtype}
    if spec.mask is not None:
        wire["mask"] = list(spec.mask)
    return {**wire, "sparse": True} if spec.sparse else wire


def sure(argument: Argument) -> Wire | None:
    """The argument as it is sent; None if it is not wholly known (or None itself)."""
    try:
        return _value(argument, 0)
    except Unsure:
        return None


def _value(argument: Argument, depth: int) -> Wire:
    if depth > DEEPEST:
        raise Unsure
    if argument is None or isinstance(argument, (str, bool, float)):
        return argument
    if isinstance(argument, int):
        if abs(argument) > LARGEST:
            raise Unsure
        return argument
    if isinstance(argument, tuple):
        return {"tuple": [_value(item, depth + 1) for item in argument]}
    if isinstance(argument, Listed):
        return [_value(item, depth + 1) for item in argument.items]
    if isinstance(argument, Named):
        return {"named": argument.name}
    if isinstance(argument, Made):
        return _made(argument, depth + 1)
    if isinstance(argument, Tensor):
        return {"tensor": argument.node, "path": list(argument.path)}
    if isinstance(argument, Nested):
        return {"network": _network(argument.network, depth + 1)}
    raise Unsure


def _made(made: Made, depth: int) -> Wire:
    # Keras 2 has its own answers.
    space = {"space": made.namespace} if made.namespace == "tf_keras" else {}
    return {
        "made": made.name,
        **space,
        "args": [_value(item, depth) for item in made.args],
        "keywords": [[name, _value(item, depth)] for name, item in made.keywords],
    }


def _sure_node(node: Node, depth: int) -> Wire:
    if isinstance(node, Input) and isinstance(node.made, Made):
        return {"input": _made(node.made, depth)}
    if isinstance(node, (LayerCall, Operation)):
        wire: dict[str, Wire] = {
            "args": [_value(item, depth) for item in node.args],
            "keywords": [[name, _value(item, depth)] for name, item in node.keywords],
        }
        if isinstance(node, LayerCall):
            return {"layer": node.layer, **wire}
        return {"operation": node.name, **wire}
    raise Unsure


def _network(network: Network, depth: int) -> Wire:
    wire: dict[str, Wire] = {
        "kind": network.kind.value,
        "layers": [_sure_layer(spec, depth) for spec in network.layers],
    }
    if network.kind is NetworkKind.SEQUENTIAL:
        # It needs no input of its own where it is called; each call goes on from the one before.
        if UNKNOWN in network.nodes[1:]:
            raise Unsure
        nodes = [_added(n, depth) for n in network.nodes if n is not UNKNOWN and not _unsaid(n)]
        return {**wire, "nodes": nodes}
    if UNKNOWN in network.inputs or UNKNOWN in network.outputs:
        raise Unsure
    nodes = [_sure_node(node, depth) for node in _called_nodes(network)]
    return {
        **wire,
        "nodes": nodes,
        "inputs": [_value(end, depth) for end in network.inputs],
        "outputs": [_value(end, depth) for end in network.outputs],
    }


def _called_nodes(network: Network) -> tuple[Node, ...]:
    """What comes into a model with a ``call`` of its own is what that is called on."""
    if not network.kind.has_call:
        return network.nodes
    given = Made("keras.Input")
    starts = {end.node for end in network.inputs if isinstance(end, Tensor)}
    return tuple(
        replace(node, made=given) if isinstance(node, Input) and index in starts else node
        for index, node in enumerate(network.nodes)
    )


def _unsaid(node: Node) -> bool:
    return isinstance(node, Input) and node.made is UNKNOWN


def _added(node: Node, depth: int) -> Wire:
    """Of what a layer of a ``Sequential`` is called on nothing has to be said."""
    if isinstance(node, LayerCall):
        return {"layer": node.layer, "args": [], "keywords": []}
    return _sure_node(node, depth)


# Reading


def read(reply: Wire) -> Reply | Inside:
    if "inside" in reply:
        return Inside(tuple(_inner(layer) for layer in reply["inside"]))
    if "outputs" in reply:
        trainable, size, others, their_size = reply.get("weights", (0, 0, 0, 0))
        return NodeShape(
            _outputs(reply["outputs"]),
            Weights(trainable, size),
            Weights(others, their_size),
            tuple(reply.get("warnings", ())),
        )
    if "error" in reply:
        kind, message, phase = reply["error"]
        return NodeError(kind, message, phase)
    if "blocked" in reply:
        return Blocked()
    return Rejected(reply["rejected"]) if "rejected" in reply else NOT_KNOWN


def _inner(layer: Wire) -> InnerLayer:
    trainable, size, others, their_size = layer["weights"]
    return InnerLayer(
        layer["name"],
        layer["kind"],
        _outputs(layer["outputs"]),
        Weights(trainable, size),
        Weights(others, their_size),
        tuple(layer["inputs"]),
    )


def _outputs(outputs: Wire) -> Outputs:
    if outputs is None:
        return None
    if isinstance(outputs, list):
        return tuple(_outputs(item) for item in outputs)
    if "tuple" in outputs:
        return tuple(_outputs(item) for item in outputs["tuple"])
    mask = outputs.get("mask")
    return TensorSpec(
        tuple(outputs["shape"]),
        outputs["dtype"],
        None if mask is None else tuple(mask),
        outputs.get("sparse", False),
    )

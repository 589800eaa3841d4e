"""Nesting: a model that is used as a layer, opened on the tensors that it is called on.

Never asks anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from keras_lsp.extraction.inputs import input_of
from keras_lsp.networks import (
    UNKNOWN,
    Argument,
    Input,
    LayerCall,
    Listed,
    Made,
    Network,
    NetworkKind,
    Node,
    Operation,
    Tensor,
)
from keras_lsp.replies import TensorSpec


def opened(network: Network, given: Sequence[TensorSpec]) -> Network:
    """The model with inputs of these shapes where it says of its inputs nothing itself."""
    if network.kind is NetworkKind.SEQUENTIAL:
        return _opened_sequence(network, given)
    starts = [end.node for end in network.inputs if isinstance(end, Tensor)]
    if len(starts) != len(given):
        return network
    told = dict(zip(starts, given, strict=True))
    nodes = tuple(_told(node, told.get(index)) for index, node in enumerate(network.nodes))
    return replace(network, nodes=nodes)


def _told(node: Node, spec: TensorSpec | None) -> Node:
    if spec is not None and isinstance(node, Input) and not isinstance(node.made, Made):
        return replace(node, made=input_of(spec))
    return node


def _opened_sequence(network: Network, given: Sequence[TensorSpec]) -> Network:
    if len(given) != 1 or not network.nodes:
        return network
    if network.nodes[0] is UNKNOWN:
        start = Input(input_of(given[0]), network.place)
        return replace(network, nodes=(start, *network.nodes[1:]))
    if network.inputs != (UNKNOWN,):
        return network
    moved = [_moved(node) for node in network.nodes]
    first = moved[0]
    if not isinstance(first, LayerCall):
        return network
    start = Input(input_of(given[0]), first.place)
    moved[0] = replace(first, args=(Tensor(0),))
    ends = tuple(_later(end) for end in network.outputs)
    outputs = tuple(end if isinstance(end, Tensor) else UNKNOWN for end in ends)
    return replace(network, nodes=(start, *moved), inputs=(Tensor(0),), outputs=outputs)


def _moved(node: Node) -> Node:
    if not isinstance(node, LayerCall | Operation):
        return node
    keywords = tuple((key, _later(value)) for key, value in node.keywords)
    return replace(node, args=tuple(map(_later, node.args)), keywords=keywords)


def _later(argument: Argument) -> Argument:
    """The same, one node further on."""
    if isinstance(argument, Tensor):
        return replace(argument, node=argument.node + 1)
    if isinstance(argument, Listed):
        return Listed(tuple(map(_later, argument.items)))
    if isinstance(argument, tuple):
        return tuple(map(_later, argument))
    if isinstance(argument, Made):
        return replace(argument, args=tuple(map(_later, argument.args)))
    return argument

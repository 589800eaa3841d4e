"""Graphs: what is to be found among the nodes of a network, and other numbers for them.

Never learns where they come from.
"""

from __future__ import annotations

from dataclasses import replace

from keras_lsp.networks import Argument, Listed, Made, Network, Tensor, Unknown, tensors_in
from keras_lsp.syntax.source import Place


def places_in(network: Network) -> set[Place]:
    """Where its parts are made, and where they are put together."""
    nodes = {node.place for node in network.nodes if not isinstance(node, Unknown)}
    return {network.place, *nodes, *(spec.place for spec in network.layers)}


def renumbered(argument: Argument, numbers: dict[int, int]) -> Argument:
    if isinstance(argument, Tensor):
        return Tensor(numbers[argument.node], argument.path)
    if isinstance(argument, Listed):
        return Listed(tuple(renumbered(item, numbers) for item in argument.items))
    if isinstance(argument, tuple):
        return tuple(renumbered(item, numbers) for item in argument)
    if isinstance(argument, Made) and tensors_in(argument.args):
        return replace(argument, args=tuple(renumbered(each, numbers) for each in argument.args))
    return argument

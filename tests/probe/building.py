"""Networks for the tests, written down as briefly as a program would write them.

Never asks anybody about them.
"""

from __future__ import annotations

from typing import Any

from keras_lsp.networks import (
    Argument,
    Input,
    LayerCall,
    LayerSpec,
    Listed,
    Made,
    Nested,
    Network,
    NetworkKind,
    Node,
    Operation,
    Tensor,
    Unknown,
)
from keras_lsp.syntax.source import Place, Statement

PLACE = Place(Statement("model\n"), 1, 0, 1, 5)


def argument(value: Any) -> Argument:
    """Python's own lists are lists of the program."""
    if isinstance(value, list):
        return Listed(tuple(argument(item) for item in value))
    if isinstance(value, tuple):
        return tuple(argument(item) for item in value)
    found: Argument = value
    return found


def made(name: str, /, *args: Any, **keywords: Any) -> Made:
    """``Dense`` → ``keras.layers.Dense``; with dots it is a path below ``keras``."""
    path = name if "." in name or name == "Input" else f"layers.{name}"
    return Made(
        f"keras.{path}",
        tuple(argument(item) for item in args),
        tuple((key, argument(value)) for key, value in keywords.items()),
    )


class Graph:
    """A functional model that is being written."""

    def __init__(self, kind: NetworkKind = NetworkKind.FUNCTIONAL) -> None:
        self.kind = kind
        self.layers: list[LayerSpec] = []
        self.nodes: list[Node] = []

    def input(self, *shape: int | None, **keywords: Any) -> Tensor:
        return self.add(Input(made("Input", shape=shape, **keywords), PLACE))

    def layer(self, spec: Made | Nested | Unknown) -> int:
        self.layers.append(LayerSpec(spec, PLACE))
        return len(self.layers) - 1

    def call(self, layer: int | Made | Nested | Unknown, *args: Any, **keywords: Any) -> Tensor:
        index = layer if isinstance(layer, int) else self.layer(layer)
        return self.add(LayerCall(index, *arguments(args, keywords), PLACE))

    def op(self, name: str, *args: Any, **keywords: Any) -> Tensor:
        """``add`` → ``keras.ops.add``; with a dot it is a path below ``keras``."""
        path = name if "." in name else f"ops.{name}"
        return self.add(Operation(f"keras.{path}", *arguments(args, keywords), PLACE))

    def unknown(self) -> Tensor:
        return self.add(Unknown.UNKNOWN)

    def add(self, node: Node) -> Tensor:
        self.nodes.append(node)
        return Tensor(len(self.nodes) - 1)

    def network(self, inputs: list[Tensor] | None = None, *outputs: Tensor) -> Network:
        ends = outputs or (Tensor(len(self.nodes) - 1),)
        first = tuple(inputs or [Tensor(i) for i, n in enumerate(self.nodes) if type(n) is Input])
        layers, nodes = tuple(self.layers), tuple(self.nodes)
        return Network("model", self.kind, layers, nodes, first, ends, PLACE)


def arguments(
    args: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[tuple[Argument, ...], tuple[tuple[str, Argument], ...]]:
    given = tuple(argument(item) for item in args)
    return given, tuple((key, argument(value)) for key, value in keywords.items())


def sequential(
    shape: tuple[int | None, ...] | None, *layers: Made | Nested, **keywords: Any
) -> Network:
    graph = Graph(NetworkKind.SEQUENTIAL)
    last = graph.unknown() if shape is None else graph.input(*shape, **keywords)
    for layer in layers:
        last = graph.call(layer, last)
    return graph.network()

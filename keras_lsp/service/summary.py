"""Summaries: a network's layers with what Keras says of each, and what they weigh together.

Never asks the probe: it is given the replies.

The rows are those of Keras's own ``summary()``: one for each layer however often it is called, in
the order of the first calls, a ``Sequential``'s input left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from keras_lsp.networks import (
    Argument,
    Input,
    LayerCall,
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
from keras_lsp.replies import (
    NOT_KNOWN,
    Inside,
    NodeError,
    NodeShape,
    Reply,
    TensorSpec,
    Weights,
)
from keras_lsp.syntax.source import Place

UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
UNSEEN = "?"
MODELS = {
    NetworkKind.SEQUENTIAL: "Sequential",
    NetworkKind.FUNCTIONAL: "Functional",
    NetworkKind.SUBCLASS: "Model",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One layer, or one operation between layers."""

    name: str
    """Its own, or the one that Keras would give it in a program of this model only."""
    kind: str
    """The class: ``Dense``."""
    replies: tuple[Reply, ...]
    """One for each call."""
    inputs: tuple[str, ...]
    """The names of the rows that it is called on."""
    place: Place | None

    @property
    def is_known(self) -> bool:
        return all(isinstance(reply, NodeShape) for reply in self.replies)

    @property
    def errors(self) -> tuple[NodeError, ...]:
        return tuple(reply for reply in self.replies if isinstance(reply, NodeError))

    @property
    def trainable(self) -> Weights:
        # Each reply tells of all the weights of its layer.
        return next((r.trainable for r in self._shapes()), Weights())

    @property
    def non_trainable(self) -> Weights:
        return next((r.non_trainable for r in self._shapes()), Weights())

    @property
    def output(self) -> str:
        """As ``summary()`` prints it; ``?`` where it is not known."""
        texts = dict.fromkeys(_text(r.outputs) for r in self._shapes())
        if not texts:
            return UNSEEN
        return next(iter(texts)) if len(texts) == 1 else "multiple"

    def _shapes(self) -> list[NodeShape]:
        return [reply for reply in reversed(self.replies) if isinstance(reply, NodeShape)]


@dataclass(frozen=True, slots=True)
class Summary:
    """What ``summary()`` would print, as far as it is known."""

    name: str
    kind: NetworkKind
    rows: tuple[Row, ...]

    @property
    def is_known(self) -> bool:
        """Whether the sums are those of the whole model."""
        return all(row.is_known for row in self.rows)

    @property
    def trainable(self) -> Weights:
        return sum((row.trainable for row in self.rows), Weights())

    @property
    def non_trainable(self) -> Weights:
        return sum((row.non_trainable for row in self.rows), Weights())

    @property
    def total(self) -> Weights:
        return self.trainable + self.non_trainable

    @property
    def total_line(self) -> str:
        return f"Total params: {self._sized(self.total)}"

    @property
    def lines(self) -> tuple[str, str, str]:
        """The lines below the table."""
        return (
            self.total_line,
            f"Trainable params: {self._sized(self.trainable)}",
            f"Non-trainable params: {self._sized(self.non_trainable)}",
        )

    def _sized(self, weights: Weights) -> str:
        least = "" if self.is_known else "at least "
        return f"{least}{weights.count:,} ({memory(weights.bytes)})"


def summarized(network: Network, replies: Sequence[Reply]) -> Summary:
    """``replies`` are the probe's, one for each node; those that are missing are unknown."""
    told = [*replies, *[NOT_KNOWN] * len(network.nodes)][: len(network.nodes)]
    groups: dict[object, list[int]] = {}
    for index, node in enumerate(network.nodes):
        key = ("layer", node.layer) if isinstance(node, LayerCall) else ("node", index)
        groups.setdefault(key, []).append(index)
    given: Counter[str] = Counter()
    names: dict[int, str] = {}
    described: list[tuple[str, str, list[int]]] = []
    for indices in groups.values():
        name, kind = _described(network, network.nodes[indices[0]], given)
        names |= dict.fromkeys(indices, name)
        described.append((name, kind, indices))
    rows: list[Row] = []
    for name, kind, indices in described:
        first = network.nodes[indices[0]]
        if kind == "InputLayer" and network.kind is NetworkKind.SEQUENTIAL:
            continue
        inputs = [names[i] for index in indices for i in _inputs(network.nodes[index])]
        place = None if isinstance(first, Unknown) else first.place
        calls = tuple(told[index] for index in indices)
        rows.append(Row(name, kind, calls, tuple(dict.fromkeys(inputs)), place))
    return Summary(network.name, network.kind, tuple(rows))


def summarized_inside(name: str, inside: Inside) -> Summary:
    """The summary of an application, or of a model that is used as a layer."""
    rows = [
        Row(
            layer.name,
            layer.kind,
            (NodeShape(layer.outputs, layer.trainable, layer.non_trainable),),
            tuple(dict.fromkeys(layer.inputs)),
            None,
        )
        for layer in inside.layers
    ]
    return Summary(name, NetworkKind.FUNCTIONAL, tuple(rows))


def _described(network: Network, node: Node, given: Counter[str]) -> tuple[str, str]:
    """The name and the class of what a node stands for."""
    own: Argument = None
    if isinstance(node, Input):
        kind, stem = "InputLayer", "input_layer"
        own = _own_name(node.made)
    elif isinstance(node, Operation):
        stem = node.name.rpartition(".")[2]
        kind = "".join(word.capitalize() for word in stem.split("_"))
    elif isinstance(node, LayerCall):
        made = network.layers[node.layer].made
        own = _own_name(made)
        kind = _class(made)
        stem = snake_case(kind)
        if isinstance(made, Made) and _is_application(made):
            stem = made.name.rpartition(".")[2].lower()
    else:
        return UNSEEN, UNSEEN
    if isinstance(own, str):
        return own, kind
    given[stem] += 1
    return stem if given[stem] == 1 else f"{stem}_{given[stem] - 1}", kind


def _class(made: Made | Nested | Unknown) -> str:
    if isinstance(made, Nested):
        return MODELS[made.network.kind]
    if isinstance(made, Made):
        if _is_application(made):
            return "Functional"
        return made.name.rpartition(".")[2]
    return UNSEEN


def _is_application(made: Made) -> bool:
    return made.name.startswith("keras.applications.")


def _own_name(made: Made | Nested | Unknown) -> Argument:
    return dict(made.keywords).get("name") if isinstance(made, Made) else None


def snake_case(name: str) -> str:
    """``BatchNormalization`` → ``batch_normalization``, ``Conv2D`` → ``conv2d``."""
    split = re.sub(r"(?<=.)([A-Z][a-z]+)", r"_\1", name)
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", split).lower()


def _inputs(node: Node) -> list[int]:
    if not isinstance(node, LayerCall | Operation):
        return []
    return [t.node for t in _tensors([*node.args, *(value for _, value in node.keywords)])]


def _tensors(arguments: Sequence[Argument]) -> list[Tensor]:
    found: list[Tensor] = []
    for argument in arguments:
        if isinstance(argument, Tensor):
            found.append(argument)
        elif isinstance(argument, Listed):
            found += _tensors(argument.items)
        elif isinstance(argument, tuple):
            found += _tensors(argument)
    return found


def _text(outputs: object) -> str:
    if isinstance(outputs, TensorSpec):
        return str(outputs)
    if isinstance(outputs, tuple):
        return f"[{', '.join(_text(item) for item in outputs)}]"
    return "None"


def memory(size: float) -> str:
    """``1024`` → ``1.00 KB``."""
    for unit in UNITS[:-1]:
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} {UNITS[-1]}"


def rendered(summary: Summary) -> str:
    """A table for a terminal or a hover."""
    branched = summary.kind is not NetworkKind.SEQUENTIAL
    header = ["Layer (type)", "Output Shape", "Param #"]
    table = [[*header, "Connected to"] if branched else header]
    for row in summary.rows:
        count = (row.trainable + row.non_trainable).count
        cells = [f"{row.name} ({row.kind})", row.output, f"{count:,}" if row.is_known else UNSEEN]
        table.append([*cells, ", ".join(row.inputs) or "-"] if branched else cells)
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    lines = ["  ".join(_aligned(cells, widths)).rstrip() for cells in table]
    lines.insert(1, "  ".join("─" * width for width in widths))
    problems = [
        f"{row.name}: {error.type}: {error.message}" for row in summary.rows for error in row.errors
    ]
    return "\n".join([f'Model: "{summary.name}"', *lines, "", *summary.lines, *problems])


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    numbers = 2
    return [
        cell.rjust(width) if index == numbers else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]

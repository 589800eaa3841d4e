"""Summaries: a network's layers with what Keras says of each, and what they weigh together.

Never asks the probe: it is given the replies.

The rows are those of Keras's own ``summary()``: one for each layer however often it is called, in
the order of the first calls, a ``Sequential``'s input left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from keras_lsp.networks import (
    Argument,
    Input,
    LayerCall,
    Made,
    Nested,
    Network,
    NetworkKind,
    Node,
    Operation,
    Unknown,
)
from keras_lsp.replies import Inside, NodeError, NodeShape, Reply, TensorSpec, Weights
from keras_lsp.shapes import Shapes
from keras_lsp.syntax.source import Place

UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
UNSEEN = "?"
MODELS = {
    NetworkKind.SEQUENTIAL: "Sequential",
    NetworkKind.FUNCTIONAL: "Functional",
    NetworkKind.SUBCLASS: "Model",
    NetworkKind.LAYER: "Layer",
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
    inside: Summary | None = None
    """What it is made of, if it is a model that was looked into."""
    may_be_frozen: bool = False
    """Whether its weights are trained is not known."""

    @property
    def is_known(self) -> bool:
        return all(isinstance(reply, NodeShape) and reply.is_counted for reply in self.replies)

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
    place: Place | None = None
    is_partial: bool = False
    """There may be weights that are in no row."""

    @property
    def is_known(self) -> bool:
        """Whether the sums are those of the whole model."""
        return not self.is_partial and all(row.is_known for row in self.rows)

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
        if any(row.may_be_frozen for row in self.rows):
            unknown = f"{UNSEEN} (something else may freeze layers)"
            others = f"Non-trainable params: {UNSEEN}"
            return self.total_line, f"Trainable params: {unknown}", others
        return (
            self.total_line,
            f"Trainable params: {self._sized(self.trainable)}",
            f"Non-trainable params: {self._sized(self.non_trainable)}",
        )

    def _sized(self, weights: Weights) -> str:
        least = "" if self.is_known else "at least "
        return f"{least}{weights.count:,} ({memory(weights.bytes)})"


def summarized(shapes: Shapes, insides: Mapping[int, Summary] | None = None) -> Summary:
    """``insides`` are the summaries of layers that are models, by the index of the layer."""
    network = shapes.network
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
        inputs = tuple(
            dict.fromkeys(names[t.node] for index in indices for t in shapes[index].given)
        )
        place = None if isinstance(first, Unknown) else first.place
        calls = tuple(shapes.replies[index] for index in indices)
        inside = (insides or {}).get(first.layer) if isinstance(first, LayerCall) else None
        unsure = isinstance(first, LayerCall) and isinstance(
            network.layers[first.layer].trainable, Unknown
        )
        rows.append(Row(name, kind, calls, inputs, place, inside, unsure))
    return Summary(network.name, network.kind, tuple(rows), network.place, network.is_partial)


def summarized_inside(name: str, inside: Inside) -> Summary:
    """The summary of an application, or of a model that is used as a layer."""
    names = _counted_anew(inside)
    rows = [
        Row(
            names[layer.name],
            layer.kind,
            (NodeShape(layer.outputs, layer.trainable, layer.non_trainable),),
            tuple(dict.fromkeys(names.get(each, each) for each in layer.inputs)),
            None,
        )
        for layer in inside.layers
    ]
    return Summary(name, NetworkKind.FUNCTIONAL, tuple(rows))


def _counted_anew(inside: Inside) -> dict[str, str]:
    """Names that Keras has counted up, as they are in a program of this model only."""
    given: Counter[str] = Counter()
    names: dict[str, str] = {}
    for layer in inside.layers:
        stem = snake_case(layer.kind)
        names[layer.name] = layer.name
        if re.fullmatch(rf"{stem}(_\d+)?", layer.name):
            given[stem] += 1
            names[layer.name] = stem if given[stem] == 1 else f"{stem}_{given[stem] - 1}"
    return names


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
        if isinstance(made, Made) and is_application(made):
            stem = made.name.rpartition(".")[2].lower()
    else:
        return UNSEEN, UNSEEN
    if isinstance(own, str):
        return own, kind
    given[stem] += 1
    return stem if given[stem] == 1 else f"{stem}_{given[stem] - 1}", kind


def _class(made: Made | Nested | Unknown) -> str:
    if isinstance(made, Nested):
        return made.network.of or MODELS[made.network.kind]
    if isinstance(made, Made):
        if is_application(made):
            return "Functional"
        return made.name.rpartition(".")[2]
    return UNSEEN


def is_application(made: Made) -> bool:
    return made.name.startswith("keras.applications.")


def _own_name(made: Made | Nested | Unknown) -> Argument:
    return dict(made.keywords).get("name") if isinstance(made, Made) else None


def snake_case(name: str) -> str:
    """``BatchNormalization`` → ``batch_normalization``, ``Conv2D`` → ``conv2d``."""
    split = re.sub(r"(?<=.)([A-Z][a-z]+)", r"_\1", name)
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", split).lower()


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

"""Remainder: the part of a question that has not been answered yet, with what it depends on.

Never asks.

What a node gives is told to the agent instead of the way there, so that an edit of one layer of a
long model costs what that layer costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from keras_lsp.probe.questions import Question
from keras_lsp.probe.wire import Wire, tensor
from keras_lsp.replies import NOT_KNOWN, Inside, NodeShape, Reply, TensorSpec

Answer = Reply | Inside


@dataclass(frozen=True, slots=True)
class Remainder:
    """A smaller question, and which of the nodes its own stand for."""

    question: Question
    nodes: tuple[int, ...]

    def completed(
        self, known: Sequence[Answer | None], answers: Sequence[Answer]
    ) -> tuple[Answer, ...]:
        """All answers, in the order of the whole question."""
        found = list(known)
        for node, answer in zip(self.nodes, answers, strict=False):
            if found[node] is None:
                found[node] = answer
        return tuple(answer or NOT_KNOWN for answer in found)


def remainder(question: Question, known: Sequence[Answer | None]) -> Remainder:
    """``known`` has None for each node that is to be asked about."""
    request = question.request
    if request.get("ask") != "check" or not any(known):
        return Remainder(question, tuple(range(len(question.keys))))
    nodes: Sequence[Wire | None] = request["nodes"]
    open_ = {index for index, answer in enumerate(known) if answer is None}
    layers = {node["layer"] for i in open_ if (node := nodes[i]) is not None and "layer" in node}
    # How a layer was built is decided by its calls before.
    whole = {i for i, node in enumerate(nodes) if node is not None and node.get("layer") in layers}
    told: dict[int, Wire] = {}
    pending, seen = list(open_ | whole), set[int]()
    while pending:
        index = pending.pop()
        if index in seen:
            continue
        seen.add(index)
        answer = known[index]
        if index not in whole and isinstance(answer, NodeShape):
            if isinstance(answer.outputs, TensorSpec):
                told[index] = {"told": tensor(answer.outputs)}
                continue
        node = nodes[index]
        if node is not None and "args" in node:
            pending += _tensors_in([node["args"], node["keywords"]])
    order = tuple(sorted(seen))
    numbers = {node: index for index, node in enumerate(order)}
    used = {
        node["layer"] for i in order if i not in told and (node := nodes[i]) and "layer" in node
    }
    smaller = {
        **request,
        "layers": [w if i in used else None for i, w in enumerate(request["layers"])],
        "keys": [k if i in used else None for i, k in enumerate(request["keys"])],
        "nodes": [told[i] if i in told else _renumbered(nodes[i], numbers) for i in order],
    }
    keys = tuple(None if i in told else question.keys[i] for i in order)
    culprits = tuple(question.culprits[i] for i in order)
    return Remainder(replace(question, request=smaller, keys=keys, culprits=culprits), order)


def _tensors_in(value: Wire) -> list[int]:
    if isinstance(value, list):
        return [found for item in value for found in _tensors_in(item)]
    if isinstance(value, dict):
        if "tensor" in value:
            return [value["tensor"]]
        return [found for item in value.values() for found in _tensors_in(item)]
    return []


def _renumbered(value: Wire, numbers: dict[int, int]) -> Wire:
    if isinstance(value, list):
        return [_renumbered(item, numbers) for item in value]
    if isinstance(value, dict):
        if "tensor" in value:
            return {**value, "tensor": numbers[value["tensor"]]}
        if "network" in value:
            return value  # its tensors are numbered by themselves
        return {key: _renumbered(item, numbers) for key, item in value.items()}
    return value

"""The course of a question: the nodes of a network one after the other, and what each depends on.

Never asks anybody.

What a node gives depends on its layer with all arguments, on what that layer was called on before,
and on the tensors that go in: on these alone, and not on the way by which they came about.  So
behind an edit only those nodes are asked about that are given other tensors than before, and of
the nodes above them nothing but their outputs is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from keras_lsp.networks import Network
from keras_lsp.probe.wire import Wire, digest, tensor, tensors, written
from keras_lsp.replies import NOT_KNOWN, Blocked, Inside, NodeShape, Rejected, Reply, TensorSpec


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and the outputs as they came; None where the reply tells them as well."""

    reply: Reply | Inside
    outputs: Wire = None

    @classmethod
    def of(cls, reply: Reply | Inside, wire: Wire) -> Answer:
        single = not isinstance(reply, NodeShape) or isinstance(reply.outputs, TensorSpec)
        # A list of tensors and a tuple of them are told as one, and are not the same to a layer.
        return cls(reply, None if single else wire["outputs"])

    @property
    def told(self) -> Wire:
        """The outputs as the agent tells them."""
        if isinstance(self.reply, NodeShape) and isinstance(self.reply.outputs, TensorSpec):
            return tensor(self.reply.outputs)
        return self.outputs


@dataclass(slots=True, eq=False)
class Single:
    """A request with one reply."""

    request: dict[str, Wire]
    """Empty where a part of it is not known."""
    size: int = 1

    def settled(self, _: int) -> Reply | None:
        return None if self.request else NOT_KNOWN

    def key(self, _: int) -> str:
        return digest(self.request)

    culprit = key

    def take(self, _: int, answer: Answer) -> None:
        """Nothing else depends on it."""

    def asked(self, first: int, stop: int) -> dict[str, Wire]:
        return self.request


class Course:
    """What each call of a network gives; the answers are taken in the order of the nodes."""

    def __init__(self, network: Network) -> None:
        told = written(network)
        self.size = len(told.nodes)
        self._nodes, self._layers, self._keys = told.nodes, told.layers, told.layer_keys
        self._settings = told.settings
        self._answers: list[Answer] = []
        self._outputs: list[str] = []
        """Of each node, as they stand in the keys of others."""
        self._given: dict[int, str] = {}
        """What the calls that were made went in with, the same way."""
        self._earlier: dict[int, list[int]] = {}
        """The calls of each layer until now, without those that were never made."""

    def settled(self, node: int) -> Reply | None:
        """What is certain of the next node without asking: what it depends on gives nothing."""
        wire = self._nodes[node]
        if wire is None:
            return NOT_KNOWN
        needed = [number for number, _ in tensors(wire)]
        # How a shared layer was built is decided by the calls before.
        needed += self._calls(wire)
        replies = [self._answers[number].reply for number in needed]
        bad = [reply for reply in replies if not isinstance(reply, NodeShape)]
        if not bad:
            return None
        return NOT_KNOWN if all(isinstance(reply, Rejected) for reply in bad) else Blocked()

    def key(self, node: int) -> str:
        """Of the next node, which is not settled: equal keys, equal replies, in any network."""
        wire: Wire = self._nodes[node]
        if "input" in wire:
            return digest([wire, self._settings])
        given = self._given[node] = repr([self._keyed(wire["args"]), self._keyed(wire["keywords"])])
        if "operation" in wire:
            return digest([wire["operation"], given, self._settings])
        before = [self._given[call] for call in self._calls(wire)]
        return digest([self._keys[wire["layer"]], *before, given])

    def culprit(self, node: int) -> str:
        """What is to blame if a node takes too long: the key of its layer, else its own."""
        wire: Wire = self._nodes[node]
        of_layer = self._keys[wire["layer"]] if "layer" in wire else None
        return of_layer or self.key(node)

    def take(self, node: int, answer: Answer) -> None:
        """The answer of the next node."""
        self._answers.append(answer)
        self._outputs.append(_text(answer))
        wire = self._nodes[node]
        if node in self._given and wire is not None and "layer" in wire:
            self._earlier.setdefault(wire["layer"], []).append(node)

    def asked(self, first: int, stop: int) -> dict[str, Wire]:
        """A request about the nodes from the next one on, with what is known of those above."""
        nodes = [(n, self._wire(n, first)) for n in range(first, stop)]
        needed: dict[int, Wire] = {}
        calls = [wire for _, wire in nodes if wire is not None]
        for call in calls:
            above = {n: self._nodes[n] for n in self._calls(call)}
            for number, _ in tensors([call, *above.values()]):
                if number < first:
                    needed.setdefault(number, None)
            needed.update(above)
        used = {call["layer"] for call in calls if "layer" in call}
        return {
            "ask": "check",
            "layers": [(n, self._layers[n], self._keys[n]) for n in sorted(used)],
            "nodes": nodes,
            "known": [(n, needed[n], self._answers[n].told) for n in sorted(needed)],
            "settings": self._settings,
        }

    def _wire(self, node: int, first: int) -> Wire | None:
        """How a node is sent; None where something above the first one decides that it fails."""
        wire = self._nodes[node]
        if wire is None:
            return None
        needed = [number for number, _ in tensors(wire)] + self._calls(wire)
        replies = [self._answers[number].reply for number in needed if number < first]
        return wire if all(isinstance(reply, NodeShape) for reply in replies) else None

    def _calls(self, wire: Wire) -> list[int]:
        return self._earlier.get(wire["layer"], []) if "layer" in wire else []

    def _keyed(self, value: Wire) -> Wire:
        """The same with the outputs of what gives it in the place of each tensor."""
        if isinstance(value, list):
            return [self._keyed(item) for item in value]
        if isinstance(value, dict):
            if "tensor" in value:
                return {"given": self._outputs[value["tensor"]], "path": value["path"]}
            return {name: self._keyed(item) for name, item in value.items()}
        return value


def _text(answer: Answer) -> str:
    reply = answer.reply
    outputs = reply.outputs if isinstance(reply, NodeShape) else None
    if isinstance(outputs, TensorSpec):
        return f"{outputs.shape} {outputs.dtype} {outputs.mask} {outputs.sparse}"
    return repr(answer.outputs)

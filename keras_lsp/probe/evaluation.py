"""Evaluation: layers are called on symbolic tensors, one after the other, and never twice.

Never reads or writes, and keeps no object of Keras beyond one question.

What a call gives depends on the layer's own arguments, on what it was called on before, and on
the tensors that it is called on; by these it is remembered.  A tensor is told as
``{"shape": […], "dtype": …, "mask": […], "sparse": true}``, several as a list or a
``{"tuple": […]}``.
"""

from __future__ import annotations

import warnings
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from keras_lsp.probe import lookups, whitelist
from keras_lsp.probe.objects import Objects, at, names_inside
from keras_lsp.probe.settings import set_to
from keras_lsp.probe.tensors import counted, structure, told
from keras_lsp.probe.whitelist import Refused
from keras_lsp.probe.wording import is_about_backend, plain

Wire = dict[str, Any]

REMEMBERED = 10_000
"""Calls whose outcome is kept."""
MOST_NODES = 5000
MOST_WARNINGS = 5
NOT_KNOWN: Wire = {"rejected": "a part of it is not known"}
BLOCKED: Wire = {"blocked": True}


class Held:
    """A layer, as soon as it is made, and the names that Keras gave on the way."""

    def __init__(self, keras: Any) -> None:
        self.objects = Objects(keras)
        self.layer: Any = None

    @property
    def phase(self) -> str:
        if self.layer is None:
            return "init"
        return "call" if getattr(self.layer, "built", True) else "build"

    @property
    def named(self) -> dict[str, str]:
        """All names that Keras gave, those inside the layer too, and the classes they stand for."""
        return {**names_inside(self.layer), **self.objects.named}


class Evaluator:
    """One Keras, and what it has said so far."""

    def __init__(self, keras: Any, refused: Sequence[str] = ()) -> None:
        self.keras = keras
        self.refused = refused
        """What the guard has refused; grows while something is evaluated."""
        self.judges_losses = True
        """Losses can be called on symbolic tensors."""
        self._memory: OrderedDict[str, Wire] = OrderedDict()

    def check(self, request: Wire, before: Callable[[], None]) -> Iterator[tuple[int, Wire]]:
        """Each node's reply; ``before`` is called whenever work begins."""
        nodes = request["nodes"]
        if len(nodes) > MOST_NODES:
            raise Refused("too many layers")
        with set_to(self.keras, request.get("settings", {})):
            question = Question(self, request, before)
            for number, node in nodes:
                reply = question.replies[number] = question.reply(node)
                yield number, reply

    def remembered(self, key: list[Any], work: Callable[[], Wire]) -> Wire:
        text = repr(key)  # of plain data; it takes a third of the time that JSON takes
        known = self._memory.get(text)
        if known is not None:
            self._memory.move_to_end(text)
            return known
        reply = work()
        if "forget" not in reply:
            self._memory[text] = reply
            if len(self._memory) > REMEMBERED:
                self._memory.popitem(last=False)
        return reply

    def guarded(self, held: Held, work: Callable[[], Wire]) -> Wire:
        """What ``work`` gives, or why it gives nothing; what Keras warns of is added."""
        tripped = len(self.refused)
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            try:
                reply = work()
            except Refused as reason:
                reply = {"rejected": str(reason)}
            except (ImportError, PermissionError) as problem:
                reply = {"rejected": plain(str(problem))}
            except (MemoryError, RecursionError) as problem:
                reply = {"rejected": type(problem).__name__, "forget": True}
            except Exception as problem:
                message = plain(str(problem), held.named)
                if is_about_backend(message):
                    reply = {"rejected": message}
                else:
                    reply = {"error": [type(problem).__name__, message, held.phase]}
        if len(self.refused) > tripped:
            return {"rejected": f"it wanted to {self.refused[tripped]}"}
        if heard and "outputs" in reply:
            named = held.named
            texts = dict.fromkeys(plain(str(w.message), named) for w in heard)
            reply["warnings"] = [t for t in texts if not is_about_backend(t)][:MOST_WARNINGS]
        return reply


class Question:
    """Some nodes of a network, one after the other; what they and those above them gave."""

    def __init__(self, evaluator: Evaluator, request: Wire, before: Callable[[], None]) -> None:
        self.evaluator = evaluator
        self.keras = evaluator.keras
        self.before = before
        self.layers = {number: layer for number, layer, _ in request["layers"]}
        self.keys = {number: key for number, _, key in request["layers"]}
        self.settings = request.get("settings", {})
        self.replies: dict[int, Wire] = {}
        self._earlier: dict[int, list[tuple[Wire, Wire]]] = {}
        """The calls of each shared layer until now, and their replies."""
        for number, node, outputs in request.get("known", ()):
            reply = self.replies[number] = {"outputs": outputs}
            if node is not None:
                self._earlier.setdefault(node["layer"], []).append((node, reply))
        self._uses = Counter(n["layer"] for _, n in request["nodes"] if n and "layer" in n)
        self._uses.update({layer: len(calls) for layer, calls in self._earlier.items()})
        self._held: dict[int, Held] = {}

    def reply(self, node: Wire | None) -> Wire:
        if node is None:
            return NOT_KNOWN
        if "input" in node:
            return self._remembered(["input", node["input"]], lambda: self._input(node))
        stuck = self._stuck(node)
        if stuck is not None:
            return stuck
        try:
            given = [self._resolved(node["args"]), self._resolved(node["keywords"])]
        except Refused as reason:
            return {"rejected": str(reason)}
        if "operation" in node:
            key = ["operation", node["operation"], given]
            return self._remembered(key, lambda: self._operation(node))
        index = node["layer"]
        earlier = self._earlier.setdefault(index, [])
        before = [self._given(call) for call, _ in earlier]
        key = ["layer", self.keys[index], before, given]
        reply = self._remembered(key, lambda: self._called(index, node, given))
        earlier.append((node, reply))
        return reply

    def _remembered(self, key: list[Any], work: Callable[[], Wire]) -> Wire:
        def started() -> Wire:
            self.before()
            return work()

        return self.evaluator.remembered([*key, self.settings], started)

    def _stuck(self, node: Wire) -> Wire | None:
        """Why the node cannot be asked about: what it depends on failed or is not known."""
        replies = [self.replies[i] for i in _tensors_in([node["args"], node["keywords"]])]
        if "layer" in node:
            # How a shared layer was built is decided by the calls before.
            replies += [reply for _, reply in self._earlier.get(node["layer"], ())]
        bad = [r for r in replies if "outputs" not in r]
        if not bad:
            return None
        return BLOCKED if any("rejected" not in r for r in bad) else NOT_KNOWN

    def _given(self, node: Wire) -> list[Any]:
        return [self._resolved(node["args"]), self._resolved(node["keywords"])]

    def _resolved(self, value: Any) -> Any:
        """The same with what is known of each tensor in its place."""
        if isinstance(value, list):
            return [self._resolved(item) for item in value]
        if isinstance(value, dict):
            if "tensor" in value:
                return at(self.replies[value["tensor"]]["outputs"], value["path"])
            return {key: self._resolved(item) for key, item in value.items()}
        return value

    def _tensors(self, node: int, path: list[int]) -> Any:
        return structure(self.keras, at(self.replies[node]["outputs"], path))

    # Work

    def _input(self, node: Wire) -> Wire:
        held = Held(self.keras)
        return self.evaluator.guarded(
            held, lambda: {"outputs": told(held.objects.input(node["input"]))}
        )

    def _operation(self, node: Wire) -> Wire:
        held = Held(self.keras)

        def work() -> Wire:
            function = whitelist.operation_named(self.keras, node["operation"])
            if not _tensors_in([node["args"], node["keywords"]]):
                raise Refused("an operation on no tensor")
            args, keywords = held.objects.call_arguments(node, self._tensors)
            held.layer = function
            return {"outputs": told(function(*args, **keywords))}

        return self.evaluator.guarded(held, work)

    def _called(self, index: int, node: Wire, given: list[Any]) -> Wire:
        layer = self.layers[index]
        if lookups.is_lookup(layer):
            floatx = self.keras.config.floatx()
            return self.evaluator.guarded(
                Held(self.keras), lambda: {"outputs": lookups.looked_up(layer, given[0], floatx)}
            )
        held = self._held.get(index)
        if held is None:
            held = Held(self.keras)
            if self._uses[index] > 1:
                self._held[index] = held
                # Their replies were remembered, but they decide how the layer was built.
                for call, _ in self._earlier[index]:
                    self._evaluated(held, layer, call)
        return self._evaluated(held, layer, node)

    def _evaluated(self, held: Held, layer: Wire, node: Wire) -> Wire:
        def work() -> Wire:
            if layer.get("made") in whitelist.ONE_TENSOR and any(
                isinstance(given, list) for given in node["args"]
            ):
                raise Refused("a list of tensors")
            if held.layer is None:
                held.layer = held.objects.layer(layer)
            args, keywords = held.objects.call_arguments(node, self._tensors)
            outputs = told(held.layer(*args, **keywords))
            return {"outputs": outputs, "weights": counted(held.layer)}

        return self.evaluator.guarded(held, work)


def _tensors_in(value: Any) -> list[int]:
    if isinstance(value, list):
        return [found for item in value for found in _tensors_in(item)]
    if isinstance(value, dict):
        if "tensor" in value:
            return [value["tensor"]]
        return [found for item in value.values() for found in _tensors_in(item)]
    return []

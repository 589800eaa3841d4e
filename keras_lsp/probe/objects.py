"""Objects of Keras made of what the server wrote: layers, their arguments, nested models.

Never makes what the whitelist does not name, and never evaluates a name or a text.

A value is a literal, a list, or an object with one of these keys::

    {"tuple": […]}     {"named": "keras.activations.relu"}
    {"made": "keras.layers.Dense", "args": […], "keywords": [[name, value], …]}
    {"made": "slice", "args": [1, 2, 3], "keywords": []}      and {"named": "Ellipsis"}
    {"tensor": node, "path": […]}              only among the arguments of a call
    {"network": {"kind": …, "layers": […], "nodes": […], "inputs": […], "outputs": […]}}

The last two, where they are layers of a network, may also say ``"trainable": false``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from keras_lsp.probe import whitelist
from keras_lsp.probe.whitelist import Refused

NUMBER = re.compile(r"_\d+$")
INPUTS = ("keras.Input", "keras.layers.Input", "keras.layers.InputLayer")

Tensors = Callable[[int, "list[int]"], Any]


def no_tensors(node: int, path: list[int]) -> Any:
    raise Refused("a tensor among the arguments of a layer")


class Objects:
    """Makes objects; remembers which layers Keras has named by itself."""

    def __init__(self, keras: Any) -> None:
        self.keras = keras
        self.named: dict[str, str] = {}
        """Names that Keras has given → the class of what has it."""

    def layer(self, value: Any, depth: int = 0) -> Any:
        """A layer; a model and an application are layers too."""
        if not isinstance(value, dict) or not ("made" in value or "network" in value):
            raise Refused("not a layer")
        made = self.value(value, depth=depth)
        if not isinstance(made, self.keras.layers.Layer):
            raise Refused("not a layer")
        if isinstance(value.get("trainable"), bool):
            made.trainable = value["trainable"]
        return made

    def value(self, value: Any, tensors: Tensors = no_tensors, depth: int = 0) -> Any:
        if depth > whitelist.DEEPEST:
            raise Refused("arguments are nested too deeply")
        if isinstance(value, list):
            return self._items(value, tensors, depth)
        if not isinstance(value, dict):
            return whitelist.literal(value)
        if "tuple" in value:
            return tuple(self._items(value["tuple"], tensors, depth))
        if "tensor" in value:
            return tensors(value["tensor"], value["path"])
        if "named" in value:
            return whitelist.function_named(self.keras, value["named"])
        if "network" in value:
            return self._network(value["network"], depth + 1)
        if "made" in value:
            return self._made(value, depth + 1)
        raise Refused("an argument of no known kind")

    def _items(self, items: list[Any], tensors: Tensors, depth: int) -> list[Any]:
        if len(items) > whitelist.LONGEST_LIST:
            raise Refused("a list is too long")
        return [self.value(item, tensors, depth + 1) for item in items]

    def call_arguments(
        self, node: dict[str, Any], tensors: Tensors
    ) -> tuple[list[Any], dict[str, Any]]:
        args = self._items(node["args"], tensors, 0)
        return args, {name: self.value(v, tensors) for name, v in node["keywords"]}

    def _made(self, value: dict[str, Any], depth: int) -> Any:
        self._is_of_this_keras(value)
        if value["made"] == whitelist.SLICE:
            return slice(*self._items(value["args"], no_tensors, depth)[:3])
        if whitelist.part(value["made"])[0] == whitelist.APPLICATIONS:
            return self._application(value, depth)
        found = whitelist.class_named(self.keras, value["made"])
        args, keywords = self._arguments(found, value, depth)
        made = found(*args, **keywords)
        if isinstance(made, self.keras.layers.Layer) and "name" not in keywords:
            self.named[made.name] = found.__name__
        return made

    def _is_of_this_keras(self, value: dict[str, Any]) -> None:
        if value.get("space") == "tf_keras" and not hasattr(self.keras, "is_keras2"):
            raise Refused("a layer of Keras 2")

    def _arguments(
        self, callee: Any, value: dict[str, Any], depth: int
    ) -> tuple[list[Any], dict[str, Any]]:
        names = whitelist.parameter_names(callee)
        for index, item in enumerate(value["args"]):
            whitelist.argument(names[index] if index < len(names) else None, item)
        for name, item in value["keywords"]:
            whitelist.argument(name, item)
        args = self._items(value["args"], no_tensors, depth)
        return args, {n: self.value(item, depth=depth) for n, item in value["keywords"]}

    def _application(self, value: dict[str, Any], depth: int) -> Any:
        function = whitelist.application_named(self.keras, value["made"])
        names = whitelist.parameter_names(function)
        # The one argument `weights` that is allowed: those that Keras would download.
        positional = {names[i]: v for i, v in enumerate(value["args"][: len(names)])}
        given = {**positional, **dict(value["keywords"])}
        if given.get("weights") not in whitelist.WEIGHTS:
            raise Refused("weights of one's own")
        others = [(n, v) for n, v in value["keywords"] if n != "weights"]
        for name, item in others + [(n, v) for n, v in given.items() if n != "weights"]:
            whitelist.argument(name, item)
        args = self._items(value["args"], no_tensors, depth)
        keywords = {n: self.value(item, depth=depth) for n, item in others}
        if "weights" in dict(value["keywords"]):
            keywords["weights"] = given["weights"]
        model = function(*args, **keywords)
        if not isinstance(model, self.keras.layers.Layer):
            raise Refused(value["made"])  # `list_models` and the like
        return model

    # Models that are layers

    def _network(self, network: dict[str, Any], depth: int) -> Any:
        if network["kind"] == "sequential":
            model = self._sequential(network, depth)
        elif network["kind"] == "functional":
            model = self._functional(network, depth)
        else:
            model = self._subclass(network, depth)
        self.named[model.name] = type(model).__name__
        return model

    def _sequential(self, network: dict[str, Any], depth: int) -> Any:
        made: dict[int, Any] = {}
        parts: list[Any] = []
        for node in network["nodes"]:
            if node is not None and "input" in node and not parts:
                parts.append(self.input(node["input"]))
            elif node is not None and "layer" in node:
                parts.append(self._layer_of(network, node["layer"], made, depth))
            else:
                raise Refused("a part of the model is not known")
        return self.keras.Sequential(parts)

    def _functional(self, network: dict[str, Any], depth: int) -> Any:
        made: dict[int, Any] = {}
        inputs, outputs = self._run(network, made, depth, None)
        return self.keras.Model(inputs, outputs)

    def _subclass(self, network: dict[str, Any], depth: int) -> Any:
        made: dict[int, Any] = {}
        for index in range(len(network["layers"])):
            self._layer_of(network, index, made, depth)
        count = len(network["inputs"])
        names = ["self", *(f"inputs_{n}" if n else "inputs" for n in range(count))]

        def call(model: Any, *args: Any, **keywords: Any) -> Any:
            given = [*args, *(keywords[name] for name in names[1:] if name in keywords)]
            outputs = self._run(network, made, depth, given)[1]
            return self._anew(outputs, given)

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        # Keras reads from it what a call takes.
        signature = inspect.Signature([inspect.Parameter(name, kind) for name in names])
        vars(call)["__signature__"] = signature
        model = type("Model", (self.keras.Model,), {"call": call})()
        model.parts = list(made.values())
        return model

    def _anew(self, outputs: Any, given: list[Any]) -> Any:
        """What is handed back as it came in is another tensor, as Keras makes it."""
        if isinstance(outputs, list):
            return [self._anew(each, given) for each in outputs]
        if any(outputs is each for each in given):
            return self.keras.KerasTensor(tuple(outputs.shape), dtype=outputs.dtype)
        return outputs

    def _run(
        self, network: dict[str, Any], made: dict[int, Any], depth: int, given: list[Any] | None
    ) -> tuple[Any, Any]:
        """The inputs and outputs; ``given`` are tensors in the place of the inputs."""
        found: list[Any] = []
        places = [end["tensor"] for end in network["inputs"]]

        def tensors(node: int, path: list[int]) -> Any:
            return at(found[node], path)

        for index, node in enumerate(network["nodes"]):
            if node is None:
                raise Refused("a part of the model is not known")
            if "input" in node and given is not None and index in places:
                if len(given) != len(places):
                    raise Refused("an input that is not given")
                found.append(given[places.index(index)])
                continue
            if "input" in node:
                found.append(self.input(node["input"]))
                continue
            args, keywords = self.call_arguments(node, tensors)
            if "layer" in node:
                callee = self._layer_of(network, node["layer"], made, depth)
            else:
                callee = whitelist.operation_named(self.keras, node["operation"])
            found.append(callee(*args, **keywords))
        inputs, outputs = (
            [tensors(end["tensor"], end["path"]) for end in network[side]]
            for side in ("inputs", "outputs")
        )
        return _alone(inputs), _alone(outputs)

    def _layer_of(
        self, network: dict[str, Any], index: int, made: dict[int, Any], depth: int
    ) -> Any:
        if index not in made:
            if network["layers"][index] is None:
                raise Refused("a part of the model is not known")
            made[index] = self.layer(network["layers"][index], depth)
        return made[index]

    def input(self, value: dict[str, Any]) -> Any:
        """The symbolic tensor of ``keras.Input(…)``."""
        if value.get("made") not in INPUTS:
            raise Refused("not an input")
        self._is_of_this_keras(value)
        function = self.keras.Input
        if value["made"] == INPUTS[2]:
            function = self.keras.layers.InputLayer
        args, keywords = self._arguments(function, value, 0)
        if {"tensor", "input_tensor"} & set(keywords):
            raise Refused("an input that is a tensor")
        made = function(*args, **keywords)
        return made.output if value["made"] == INPUTS[2] else made


def names_inside(layer: Any) -> dict[str, str]:
    """The names that Keras made up for what a layer consists of, with their classes."""
    found: dict[str, str] = {}
    pending = [layer]
    while pending:
        part = pending.pop()
        kind = type(part).__name__
        own = getattr(part, "_functional", None)
        if own is not None:  # what a Sequential makes of itself
            found[own.name] = kind
        name = getattr(part, "name", None)
        if isinstance(name, str) and NUMBER.sub("", name).replace("_", "") == kind.lower():
            found.setdefault(name, kind)
        layers = getattr(part, "_layers", None)
        pending += layers if isinstance(layers, list) else []
    return found


def _alone(ends: list[Any]) -> Any:
    return ends[0] if len(ends) == 1 else ends


def at(structure: Any, path: list[int]) -> Any:
    """One of several tensors, or of what is told of them."""
    for index in path:
        if isinstance(structure, dict) and "tuple" in structure:
            structure = structure["tuple"]
        if not isinstance(structure, (list, tuple)) or not -1 < index < len(structure):
            raise Refused("an output that is not there")
        structure = structure[index]
    return structure

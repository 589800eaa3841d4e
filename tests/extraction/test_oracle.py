"""What is said of networks against what the real Keras has built."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from keras_lsp.catalog.names import parameters
from keras_lsp.extraction import networks_of
from keras_lsp.networks import (
    Argument,
    Input,
    LayerCall,
    Listed,
    Made,
    Nested,
    Network,
    Operation,
    Tensor,
    Unknown,
)
from keras_lsp.service.imported import Imported
from keras_lsp.syntax.source import Source

HERE = Path(__file__).parent
PROGRAMS = sorted((HERE / "programs").glob("*.py"))
LEAST_KNOWN = 0.9
ALSO_CALLED = {"abs": "absolute"}
"""Operations with two names, and the one after which Keras calls its class."""

pytestmark = pytest.mark.oracle


@cache
def real() -> dict[str, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(HERE / "run_programs.py"), *map(str, PROGRAMS)],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


class Judge:
    def __init__(self, network: Network, truth: dict[str, Any]) -> None:
        self.network, self.truth = network, truth
        self.wrong: list[str] = []
        self.known: set[int] = set()
        self.inside = 0
        """Layers of an application, which are not the program's."""
        self.layers: dict[int, int] = {}

    def judge(self) -> None:
        if "layers" in self.truth:
            self._sequence(self.truth["layers"])
            return
        for mine, theirs in zip(self.network.outputs, self.truth["outputs"], strict=True):
            self._tensor(mine, theirs)

    @property
    def count(self) -> int:
        return len(self.truth.get("layers") or self.truth["nodes"]) - self.inside

    def _sequence(self, theirs: list[dict[str, Any]]) -> None:
        mine = [node for node in self.network.nodes if not isinstance(node, Input)]
        if not any(isinstance(node, Unknown) for node in mine) and len(mine) != len(theirs):
            self.wrong.append(f"{len(mine)} layers, {len(theirs)} in Keras")
        for index, node in enumerate(mine):
            if not isinstance(node, LayerCall):
                break
            if index >= len(theirs):
                self.wrong.append(f"layer {index} is not there")
                break
            self._layer(index, self.network.layers[node.layer].made, theirs[index])

    def _tensor(self, mine: Argument, theirs: list[int]) -> None:
        if not isinstance(mine, Tensor):
            return
        index, place = theirs
        if mine.path and mine.path != (place,):
            self.wrong.append(f"output {mine.path} for {place}")
        if index in self.known:
            return
        node, truth = self.network.nodes[mine.node], self.truth["nodes"][index]
        if isinstance(node, Input):
            self.known.add(index)
            if truth["class"] != "InputLayer":
                self.wrong.append(f"an Input for {truth['class']}")
        elif isinstance(node, LayerCall):
            self._layer(index, self.network.layers[node.layer].made, truth)
            if self.layers.setdefault(node.layer, truth["id"]) != truth["id"]:
                self.wrong.append(f"{truth['class']} is two layers")
        elif isinstance(node, Operation):
            self.known.add(index)
            name = node.name.rpartition(".")[2].replace("_", "").replace("true", "")
            name = ALSO_CALLED.get(name, name)
            if name.lower() != truth["class"].lower().replace("true", ""):
                self.wrong.append(f"{node.name} for {truth['class']}")
        if isinstance(node, LayerCall | Operation) and self.inside != index + 1:
            arguments = (*node.args, *(value for _, value in node.keywords))
            given = [t for each in arguments for t in tensors(each)]
            if len(given) != len(truth["parents"]) and not any(map(unknown, arguments)):
                self.wrong.append(f"{truth['class']} has {len(given)} inputs")
            if len(given) == len(truth["parents"]):
                for tensor, parent in zip(given, truth["parents"], strict=True):
                    self._tensor(tensor, parent)

    def _layer(self, index: int, made: Made | Nested | Unknown, truth: dict[str, Any]) -> None:
        if isinstance(made, Unknown):
            return
        if isinstance(made, Nested):
            self.known.add(index)
            theirs = truth["class"] in ("Sequential", "Functional")
            if theirs == made.network.kind.has_call:
                self.wrong.append(f"a model for {truth['class']}")
            return
        if "applications" in made.name and truth["class"] != "Functional":
            # Keras has no layer for it where a model goes on from `base.output`.
            self.inside = index + 1
            return
        name = "Functional" if "applications" in made.name else made.name.rpartition(".")[2]
        if name != truth["class"]:
            self.wrong.append(f"{made.name} for {truth['class']}")
            return
        names = parameters(made.name) or ()
        given = {**dict(zip(names, made.args, strict=False)), **dict(made.keywords)}
        if not any(map(unknown, given.values())):
            self.known.add(index)
        for key, value in given.items():
            if key in truth["config"] and not agrees(value, truth["config"][key]):
                self.wrong.append(f"{name}({key}={value!r}) for {truth['config'][key]!r}")


def unknown(value: Argument) -> bool:
    if isinstance(value, tuple):
        return any(map(unknown, value))
    return isinstance(value, Unknown) or (isinstance(value, Listed) and unknown(value.items))


def tensors(value: Argument) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    items = value.items if isinstance(value, Listed) else value if isinstance(value, tuple) else ()
    return [found for item in items for found in tensors(item)]


def agrees(mine: Argument, theirs: Any) -> bool:
    if isinstance(mine, Listed):
        mine = mine.items
    if isinstance(theirs, list) and isinstance(mine, int | float):
        # One size for all dimensions; one factor for both directions.
        return all(agrees(mine, each) for each in theirs) or theirs == [-mine, mine]
    if isinstance(mine, tuple) and isinstance(theirs, list):
        return len(mine) == len(theirs) and all(map(agrees, mine, theirs))
    if mine is None or isinstance(theirs, dict):
        return True
    return mine == theirs if isinstance(mine, bool | int | float | str) else True


def test_nothing_that_is_said_is_wrong_and_most_is_known(record_property: Any) -> None:
    wrong: list[str] = []
    known = count = models = 0
    files = Imported([str(HERE / "programs")])
    for path, truths in real().items():
        source = Source.parse(path, Path(path).read_text(encoding="utf-8"))
        networks = {network.name: network for network in networks_of(source, files=files)}
        for name, truth in truths.items():
            models += 1
            # What has two names is known by the first of them.
            if name not in networks:
                count += len(truth.get("layers") or truth["nodes"])
                print(f"{name}: not seen")
                continue
            judge = Judge(networks[name], truth)
            judge.judge()
            wrong += [f"{name}: {each}" for each in judge.wrong]
            known, count = known + len(judge.known), count + judge.count
            if len(judge.known) < judge.count:
                print(f"{name}: {len(judge.known)} of {judge.count}")
    print(f"{models} models, {known} of {count} layers and operations known")
    assert wrong == [], "\n".join(wrong)
    assert models >= 100
    assert known >= LEAST_KNOWN * count

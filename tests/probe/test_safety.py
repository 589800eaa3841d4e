"""Whoever controls a network cannot make the probe run code, open a file, or reach the network."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keras_lsp.networks import Argument, Listed, Made, Named, Nested
from keras_lsp.probe import guard
from keras_lsp.probe.client import Probe
from keras_lsp.probe.process import AGENT, AgentProcess
from keras_lsp.replies import NodeError, NodeShape, Rejected, TensorSpec
from tests.probe.building import Graph, made, sequential

SABOTEUR = Path(__file__).with_name("saboteur.py")
SECRET = "/etc/passwd" if sys.platform != "win32" else r"C:\Windows\win.ini"
URL = "http://127.0.0.1:9/model.keras"

REFUSED: list[Argument] = [
    Made("os.system", ("true",)),
    Made("builtins.exec", ("import this",)),
    Made("keras.layers.Lambda", (Named("keras.ops.abs"),)),
    Made("keras.layers.Lambda", ("lambda x: x",)),
    Made("keras.layers.TFSMLayer", (SECRET,)),
    Made("keras.layers.JaxLayer", (Named("keras.ops.abs"),)),
    Made("keras.layers.Layer"),
    Made("keras.layers.Wrapper", (made("Dense", 3),)),
    Made("keras.layers.deserialize", (Listed(("Dense",)),)),
    Made("keras.layers.__class__"),
    Made("keras.layers.Dense.from_config"),
    Made("keras.src.layers.Dense", (3,)),
    Made("keras.saving.load_model", (SECRET,)),
    Made("keras.models.load_model", (URL,)),
    Made("keras.models.model_from_json", ("{}",)),
    Made("keras.utils.get_file", ("x", URL)),
    Made("keras.config.enable_unsafe_deserialization"),
    Made("keras.initializers.get", ("zeros",)),
    Made("keras.initializers.deserialize", (Listed(()),)),
    Made("keras.applications.ResNet50", (), (("weights", SECRET),)),
    Made("keras.applications.ResNet50", (True, SECRET)),
    Made("keras.applications.ResNet50", (), (("weights", URL),)),
    Made("keras.applications.resnet50", (SECRET,)),
    Made("keras.datasets.mnist.load_data"),
    Made("keras.export.ExportArchive"),
    made("StringLookup", vocabulary=SECRET),
    made("TextVectorization", vocabulary=SECRET),
    made("IntegerLookup", None, 1, None, -1, SECRET),
    made("Embedding", 3, 2, weights=[[1.0]]),
    made("Dense", 3, quantization_config="int8"),
    made("Dense", 3, kernel_initializer=Named("keras.utils.get_file")),
    made("Dense", 3, kernel_initializer=Named("keras.initializers.deserialize")),
    made("Dense", 3, activation=Named("keras.saving.load_model")),
    made("Dense", 3, activation=Named("os.system")),
    made("Dense", 3, activation=made("saving.load_model", SECRET)),
    made("TimeDistributed", Made("keras.layers.Lambda", ("x",))),
    made("Pipeline", [Made("keras.models.load_model", (SECRET,))]),
    made("Dense", 3, name="x" * 5000),
    made("Dense", 1 << 50),
    made("Discretization", [0.5] * 5000),
    Nested(sequential((8,), Made("keras.layers.Lambda", ("x",)))),
]
"""What the probe must not make at all."""

HARMLESS: list[Argument] = [
    made("Dense", 3, activation="os.system"),
    made("Dense", 3, activation="builtins>exec"),
    made("Dense", 3, kernel_initializer="antigravity.X"),
    made("Dense", 3, kernel_regularizer="this"),
    made("Dense", 3, dtype="antigravity"),
    made("Dense", 3, dtype=["antigravity"]),
    made("Dense", 3, name="../../x"),
    made("Bidirectional", "antigravity"),
    made("TimeDistributed", "this"),
    made("RNN", "this.X"),
    made("RNN", [["this", "X"]]),
    made("Pipeline", ["this", SECRET]),
    made("Normalization", mean=SECRET),
    made("Discretization", bin_boundaries=SECRET),
    made("applications.MobileNetV2"),
    made("applications.VGG16", classifier_activation="os.system"),
]
"""What Keras makes, or refuses in its own words; it may touch nothing on the way."""

OPERATIONS = [
    "custom_gradient",
    "map",
    "vectorized_map",
    "fori_loop",
    "__class__",
    "numpy.save",
    "layers.deserialize",
]


@dataclass(frozen=True)
class Recorded:
    probe: Probe
    record: Path

    def done(self) -> list[tuple[str, list[str]]]:
        return [tuple(json.loads(line)) for line in self.record.read_text().splitlines()]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    record = tmp_path_factory.mktemp("record") / "events"
    asked = Probe(sys.executable, deadline=60, command=[str(SABOTEUR), str(AGENT), str(record)])
    yield Recorded(asked, record)
    asked.close()


@pytest.fixture(scope="module")
def agent() -> Iterator[AgentProcess]:
    process = AgentProcess(sys.executable, (), 60, 0)
    process.start()
    yield process
    process.end()


def forbidden(events: list[tuple[str, list[str]]]) -> list[Any]:
    """What the guard would have refused, and imports of what an attack names."""
    bad: list[Any] = []
    for event, arguments in events:
        if event == "open":
            path, mode = arguments[0].strip("'"), arguments[1]
            if "w" in mode or "a" in mode or not path.endswith((".py", ".pyc", ".so", ".pyd")):
                bad.append((event, arguments))
            continue
        named = event == "import" and arguments[0].strip("'") in ("antigravity", "this")
        if named or (event.startswith(guard.DONE_BY_NOBODY) and event not in guard.ALLOWED):
            bad.append((event, arguments))
    return bad


@pytest.mark.parametrize("layer", REFUSED, ids=lambda layer: str(layer)[:60])
def test_what_is_not_on_the_list_is_refused(recorded: Recorded, layer: Any) -> None:
    graph = Graph()
    graph.call(layer, graph.input(8))
    assert isinstance(recorded.probe.check(graph.network())[1], Rejected)
    assert forbidden(recorded.done()) == []


@pytest.mark.parametrize("layer", HARMLESS, ids=lambda layer: str(layer)[:60])
def test_what_is_on_the_list_touches_nothing(recorded: Recorded, layer: Any) -> None:
    graph = Graph()
    graph.call(layer, graph.input(8))
    assert isinstance(recorded.probe.check(graph.network())[1], NodeError | NodeShape | Rejected)
    assert forbidden(recorded.done()) == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_are_on_a_list_too(recorded: Recorded, name: str) -> None:
    graph = Graph()
    graph.op(name, graph.input(8))
    assert isinstance(recorded.probe.check(graph.network())[1], Rejected)
    assert forbidden(recorded.done()) == []


def test_inputs_are_inputs(recorded: Recorded) -> None:
    graph = Graph()
    graph.input(8, tensor=SECRET)
    assert isinstance(recorded.probe.check(graph.network())[0], Rejected)


def test_the_record_would_tell(tmp_path: Path) -> None:
    """The tests above could fail."""
    events = [
        ("open", [f"'{SECRET}'", "'r'", "0"]),
        ("open", [f"'{tmp_path / 'x.py'}'", "'w'", "0"]),
        ("socket.connect", []),
        ("subprocess.Popen", []),
        ("import", ["'antigravity'"]),
        ("pickle.find_class", []),
    ]
    assert forbidden(events) == events


@pytest.mark.parametrize(
    "value",
    [
        {"module": "antigravity", "class_name": "X", "config": {}, "registered_name": None},
        {"class_name": "__lambda__", "config": {"value": ["4wEAAAA=", None, None]}},
        {"made": "keras.layers.Lambda", "args": [], "keywords": []},
        {"made": 3},
        {"network": {"kind": "subclass", "layers": [], "nodes": []}},
        {"tuple": 5},
        {"tensor": 0, "path": [0]},
        {},
    ],
    ids=str,
)
def test_serialised_objects_are_no_values(agent: AgentProcess, value: Any) -> None:
    """Even for whoever could write to the pipe."""
    layers = [
        {"made": "keras.layers.Dense", "args": [3], "keywords": [["activation", value]]},
        {"made": "keras.layers.Pipeline", "args": [[value]], "keywords": []},
        value,
    ]
    tensor = {"tensor": 0, "path": []}
    calls = [{"layer": number, "args": [tensor], "keywords": []} for number in range(3)]
    start = {"input": {"made": "keras.Input", "args": [{"tuple": [8]}], "keywords": []}}
    nodes = list(enumerate([start, *calls]))
    request = {"ask": "check", "layers": [(n, layer, f"{n}") for n, layer in enumerate(layers)]}
    answers = list(agent.ask({**request, "id": 1, "nodes": nodes}))
    told = [a["reply"] for a in answers if "node" in a][1:]
    assert len(told) == 3
    assert all("rejected" in reply or "error" in reply for reply in told)
    # Nor are they tensors that somebody knows of.
    dense = [(0, {"made": "keras.layers.Dense", "args": [3], "keywords": []}, "dense")]
    known = {"ask": "check", "layers": dense, "nodes": nodes[1:2], "known": [(0, None, value)]}
    (answer, _) = agent.ask({**known, "id": 2})
    assert "rejected" in answer["reply"] or "error" in answer["reply"]
    # The process is well.
    assert "node" in next(agent.ask({**request, "id": 3, "nodes": nodes[:1]}))


def test_the_workspace_is_not_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = f"open({str(tmp_path / 'ran')!r}, 'w').close()\n"
    for name in ("keras", "numpy", "json", "sitecustomize", "usercustomize"):
        (tmp_path / f"{name}.py").write_text(evil, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "keras.py"))
    asked = Probe(sys.executable, deadline=60)
    try:
        assert isinstance(asked.check(sequential((8,), made("Dense", 3)))[1], NodeShape)
    finally:
        asked.close()
    assert not (tmp_path / "ran").exists()


def test_the_users_settings_of_keras_are_read_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "keras.json"
    text = json.dumps({"backend": "torch", "image_data_format": "channels_first"})
    settings.write_text(text, encoding="utf-8")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    asked = Probe(sys.executable, deadline=60)
    try:
        reply = asked.check(sequential((3, 28, 28), made("Conv2D", 5, 3)))[1]
    finally:
        asked.close()
    assert isinstance(reply, NodeShape)
    assert reply.outputs == TensorSpec((None, 5, 26, 26))
    assert settings.read_text(encoding="utf-8") == text
    assert [p.name for p in tmp_path.iterdir()] == ["keras.json"]


GUARDED = f"""
import importlib.util, os, pickle, socket, subprocess, sys
spec = importlib.util.spec_from_file_location("guard", {str(guard.__file__)!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
guard = module.Guard()
guard.close()
attempts = {{
    "read": lambda: open({SECRET!r}),
    "write": lambda: open("x", "w"),
    "append": lambda: open(os.__file__, "a"),
    "low": lambda: os.open("x", os.O_CREAT | os.O_WRONLY),
    "socket": lambda: socket.socket(),
    "lookup": lambda: socket.getaddrinfo("localhost", 80),
    "system": lambda: os.system("echo"),
    "process": lambda: subprocess.Popen([sys.executable]),
    "pickle": lambda: pickle.loads(b"cos\\nsystem\\n."),
    "remove": lambda: os.remove("x"),
    "folder": lambda: os.mkdir("x"),
    "rename": lambda: os.rename("x", "y"),
    "code": lambda: (lambda: 0).__code__.replace(co_consts=()),
}}
for name, attempt in attempts.items():
    try:
        attempt()
    except PermissionError as problem:
        if "the probe may not" in str(problem):
            continue
    print(name)
with open(os.__file__) as file:
    file.read(1)
"""


def test_the_guard_refuses() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", GUARDED], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("", "")

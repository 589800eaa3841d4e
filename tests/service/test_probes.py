"""Whose probe answers for which settings; what a workspace names is not started by itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from keras_lsp.config import Config
from keras_lsp.probe import interpreters
from keras_lsp.probe.interpreters import OWN, Candidate
from keras_lsp.replies import NodeError, NodeShape, TensorSpec
from keras_lsp.service.probes import Probes
from keras_lsp.service.shaping import shapes_of
from keras_lsp.syntax import Source
from tests.probe.test_interpreters import environment

PROGRAM = """
from tensorflow import keras
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4), keras.layers.Conv2D(3, 3)])
"""


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch) -> Probes:
    own = Candidate("own", OWN, problem="no Keras is installed")
    monkeypatch.setattr(interpreters, "_own", lambda roots: own)
    made = Probes()
    made.environ = {}
    return made


def test_the_interpreter_of_a_folder_is_asked_for_it_alone(tmp_path: Path) -> None:
    ours, theirs = (environment(tmp_path / name, "3.9.0") for name in ("ours", "theirs"))
    made = Probes({"": str(ours), str(tmp_path / "b"): str(theirs)})
    wishes = [made.wishes(Config(), str(tmp_path / name)) for name in ("a", "b")]
    assert [wish.editor for wish in wishes] == [str(ours), str(theirs)]


def test_an_environment_of_the_workspace_needs_trust(probes: Probes, tmp_path: Path) -> None:
    python = environment(tmp_path / ".venv", "3.9.0")
    named = Config(python=str(python))
    assert probes.of(Config(), str(tmp_path)) is None
    assert probes.of(named, str(tmp_path)) is None
    assert probes.of(named, str(tmp_path), users=True) is not None
    trusting = Probes(trusted=True)
    trusting.environ = {}
    first = trusting.of(Config(), str(tmp_path))
    assert first is not None and first is trusting.of(named, str(tmp_path))
    trusting.close()
    assert trusting.of(Config(), str(tmp_path)) is None
    assert list(tmp_path.rglob("ran")) == []


def test_an_older_keras_is_not_asked_and_nobody_in_its_place(
    probes: Probes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Candidate(sys.executable, OWN, "3.9.0")
    monkeypatch.setattr(interpreters, "_own", lambda roots: own)
    probes.editors = {"": str(environment(tmp_path, "2.15.0"))}
    assert probes.of(Config()) is None
    probes.editors = {}
    assert probes.of(Config()) is not None
    assert probes.of(Config(probe="off")) is None


def test_an_environment_is_looked_for_anew_when_it_may_be_another(
    probes: Probes, tmp_path: Path
) -> None:
    probes.trusted = True
    assert probes.of(Config(), str(tmp_path)) is None
    environment(tmp_path / ".venv", "3.9.0")
    assert probes.of(Config(), str(tmp_path)) is None
    probes.forget()
    assert probes.of(Config(), str(tmp_path)) is not None


def test_the_shapes_of_a_source() -> None:
    probes = Probes()
    probes.environ = {}
    source = Source.parse("x.py", PROGRAM)
    try:
        (shapes,) = shapes_of(source, probes.of(Config()))
    finally:
        probes.close()
    assert [type(reply) for reply in shapes.replies] == [NodeShape, NodeShape, NodeError]
    assert shapes[1].outputs == TensorSpec((None, 4))
    assert [node.index for node in shapes.errors] == [2]
    (without,) = shapes_of(source, None)
    assert without.network == shapes.network and not without.errors

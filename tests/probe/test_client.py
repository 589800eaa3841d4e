"""A question goes to a process and comes back; the process is started, lost and ended."""

from __future__ import annotations

import sys
import tempfile
import threading
from functools import partial
from pathlib import Path

import pytest

from keras_lsp.networks import UNKNOWN
from keras_lsp.probe.client import Probe, Replies
from keras_lsp.probe.process import AGENT
from keras_lsp.replies import Blocked, NodeError, NodeShape, Rejected, TensorSpec, Weights
from tests.probe.building import Graph, made, sequential


def test_a_sequential_model(probe: Probe) -> None:
    model = sequential(
        (28, 28, 1),
        made("Conv2D", 32, 3, activation="relu"),
        made("BatchNormalization"),
        made("Flatten"),
        made("Dense", units=10),
    )
    assert probe.check(model) == (
        NodeShape(TensorSpec((None, 28, 28, 1))),
        NodeShape(TensorSpec((None, 26, 26, 32)), Weights(320, 1280)),
        NodeShape(TensorSpec((None, 26, 26, 32)), Weights(64, 256), Weights(64, 256)),
        NodeShape(TensorSpec((None, 21632))),
        NodeShape(TensorSpec((None, 10)), Weights(216330, 865320)),
    )


def test_an_error_is_said_once_and_blocks_what_follows(probe: Probe) -> None:
    model = sequential(
        (10,), made("Dense", 8), made("Conv2D", 3, 3), made("Flatten"), made("Dense", 1)
    )
    message = (
        "Input 0 of layer `Conv2D` is incompatible with the layer: "
        "expected min_ndim=4, found ndim=2. Full shape received: (None, 8)"
    )
    assert probe.check(model)[2:] == (
        NodeError("ValueError", message, "build"),
        Blocked(),
        Blocked(),
    )


def test_what_is_unknown_is_unknown_to_the_end(probe: Probe) -> None:
    graph = Graph()
    x = graph.input(8)
    y = graph.call(UNKNOWN, x)
    z = graph.call(made("Dense", UNKNOWN), x)
    graph.call(made("Conv2D", 3, 3), y)
    graph.call(made("Conv2D", 3, 3), z)
    graph.call(made("Dense", 3), x)
    *unknown, known = probe.check(graph.network())[1:]
    assert all(isinstance(reply, Rejected) for reply in unknown)
    assert isinstance(known, NodeShape)


def test_a_callback_is_called_once(probe: Probe) -> None:
    found: list[Replies] = []
    called = threading.Event()

    def take(replies: Replies) -> None:
        found.append(replies)
        called.set()

    model = sequential((3,), made("Dense", 4))
    probe.ask(model, take)
    assert called.wait(60)
    assert found == [probe.check(model)]


def test_only_the_newest_question_of_an_owner_is_asked() -> None:
    asked = Probe(sys.executable, deadline=60)
    found: dict[int, Replies] = {}
    started, go, called = threading.Event(), threading.Event(), threading.Event()

    def hold(replies: Replies) -> None:
        started.set()
        go.wait(60)

    def take(units: int, replies: Replies) -> None:
        found[units] = replies
        if len(found) == 3:
            called.set()

    try:
        asked.ask(sequential((3,), made("Dense", 4)), hold)
        assert started.wait(60)
        for units in (5, 6, 7):
            model = sequential((3,), made("Dense", units))
            asked.ask(model, partial(take, units), owner="model.py")
        go.set()
        assert called.wait(60)
    finally:
        asked.close()
    assert [isinstance(found[units][1], NodeShape) for units in (5, 6, 7)] == [False, False, True]


def test_a_reply_is_remembered_when_the_process_is_gone() -> None:
    probe = Probe(sys.executable, deadline=60)
    try:
        model = sequential((3,), made("Dense", 4))
        first = probe.check(model)
        probe._agent.interrupt()
        assert probe.check(model) == first
        assert probe.starts == 1
        # Another question has the process started again.
        assert isinstance(probe.check(sequential((3,), made("Dense", 5)))[1], NodeShape)
        assert probe.starts == 2
    finally:
        probe.close()


def test_no_folder_is_left_for_somebody_to_remove(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner may be killed at any time: what it needs to begin is gone when it has begun."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    probe = Probe(sys.executable, deadline=60)
    try:
        probe.check(sequential((3,), made("Dense", 4)))
        assert list(tmp_path.iterdir()) == []
        # It goes on without it.
        assert isinstance(probe.check(sequential((3,), made("Dense", 5)))[1], NodeShape)
        assert probe.starts == 1
    finally:
        probe.close()


def test_an_interpreter_that_cannot_be_started() -> None:
    probe = Probe("no-such-python")
    try:
        replies = probe.check(sequential((3,), made("Dense", 4)))
    finally:
        probe.close()
    assert all(isinstance(reply, Rejected) for reply in replies)
    assert "cannot be started" in probe.problem
    assert probe.starts == 1


def test_a_closed_probe_answers() -> None:
    probe = Probe(sys.executable)
    probe.close()
    replies = probe.check(sequential((3,), made("Dense", 4)))
    assert all(isinstance(reply, Rejected) for reply in replies)


def test_an_environment_that_prints_something() -> None:
    code = (
        f"print('hello'); print(3); import runpy; runpy.run_path({str(AGENT)!r}, None, '__main__')"
    )
    asked = Probe(sys.executable, deadline=60, command=["-c", code])
    try:
        assert isinstance(asked.check(sequential((3,), made("Dense", 4)))[1], NodeShape)
    finally:
        asked.close()


def test_a_callback_may_ask(probe: Probe) -> None:
    found: list[Replies] = []
    called = threading.Event()

    def take(replies: Replies) -> None:
        found.append(probe.check(sequential((3,), made("Dense", 41))))
        called.set()

    probe.ask(sequential((3,), made("Dense", 40)), take)
    assert called.wait(60)
    assert isinstance(found[0][1], NodeShape)

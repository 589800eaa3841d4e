"""Layers that hang, die, eat memory or do what they may not cost their own reply and no other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from keras_lsp.probe import client
from keras_lsp.probe.client import DIED, TOO_SLOW, Probe
from keras_lsp.probe.process import AGENT
from keras_lsp.replies import NOT_KNOWN, NodeShape, Rejected
from tests.probe.building import made, sequential
from tests.probe.saboteur import DIES, EATS, HANGS, WRITES, WRITES_QUIETLY

SABOTEUR = Path(__file__).with_name("saboteur.py")
SHORT = 2.0


@pytest.fixture
def broken() -> Iterator[Probe]:
    command = [str(SABOTEUR), str(AGENT)]
    asked = Probe(sys.executable, deadline=SHORT, memory=1 << 29, command=command)
    yield asked
    asked.close()


def test_a_layer_that_hangs_is_left_alone_for_good(broken: Probe) -> None:
    for width in (8, 9):
        replies = broken.check(
            sequential((width,), made("Dense", 4), made("Dense", HANGS), made("Dense", 4))
        )
        assert isinstance(replies[1], NodeShape)
        assert replies[2:] == (TOO_SLOW, NOT_KNOWN)
    assert broken.starts == 2


def test_a_layer_that_kills_the_process_gets_a_second_chance(broken: Probe) -> None:
    model = sequential((8,), made("Dense", 4), made("Dense", DIES), made("Dense", 4))
    replies = broken.check(model)
    assert isinstance(replies[1], NodeShape)
    assert replies[2:] == (DIED, NOT_KNOWN)
    # Nobody is left to ask about.
    assert broken.starts == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_a_layer_that_wants_too_much_memory(broken: Probe) -> None:
    replies = broken.check(sequential((8,), made("Dense", EATS)))
    assert replies[1] == Rejected("MemoryError")
    assert isinstance(broken.check(sequential((8,), made("Dense", 4)))[1], NodeShape)
    assert broken.starts == 1


@pytest.mark.parametrize("units", [WRITES, WRITES_QUIETLY])
def test_a_layer_that_does_what_it_may_not(broken: Probe, units: int) -> None:
    """Even where Keras catches the refusal."""
    reply = broken.check(sequential((8,), made("Dense", units)))[1]
    assert isinstance(reply, Rejected)
    assert reply.reason.startswith("it wanted to open")
    assert broken.starts == 1


def test_after_many_losses_the_probe_rests(broken: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LOSSES", 2)
    layers = [made("Dense", 1000 + number) for number in range(4)]
    replies = [broken.check(sequential((8,), layer))[1] for layer in layers]
    # After the second loss nobody is left to ask.
    assert replies[0] == TOO_SLOW
    assert replies[2:] == [Rejected("the probe rests")] * 2
    assert broken.starts == 2


def test_a_close_does_not_wait_for_a_layer(broken: Probe) -> None:
    broken.check(sequential((8,), made("Dense", 4)))
    broken._agent.deadline = 600
    broken.ask(sequential((8,), made("Dense", HANGS)), lambda replies: None)
    broken.close()
    assert broken.pid is None

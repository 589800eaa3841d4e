"""Shaping: the models of a source with the shapes that a probe tells of them.

Never chooses whom to ask, and never waits longer than it is told to.
"""

from __future__ import annotations

import time

from keras_lsp.extraction import networks_of
from keras_lsp.probe.client import BUDGET, Probe
from keras_lsp.shapes import Shapes
from keras_lsp.syntax import Source


def shapes_of(source: Source, probe: Probe | None, budget: float = BUDGET) -> tuple[Shapes, ...]:
    """Every model that the source makes; waits for the replies, ``budget`` seconds at the most.

    Without a probe nothing is known but the models themselves.
    """
    until = time.monotonic() + budget
    found: list[Shapes] = []
    for network in networks_of(source):
        left = max(0.0, until - time.monotonic())
        found.append(Shapes.of(network, probe.check(network, left) if probe is not None else ()))
    return tuple(found)

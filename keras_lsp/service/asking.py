"""Asking: what Keras says of the networks of a source, waited for.

Never starts a process before a file has a network of which something is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from keras_lsp.config import Config
from keras_lsp.extraction import Graphs, Keras, graphs_of
from keras_lsp.networks import Input, LayerCall, Network, Unknown
from keras_lsp.replies import Reply
from keras_lsp.service.probes import Probes
from keras_lsp.service.shaping import Asker
from keras_lsp.shapes import Shapes
from keras_lsp.syntax import Source


class Asking:
    """Asks for one project; what was asked last is remembered."""

    def __init__(self, probes: Probes, config: Config, root: str = "") -> None:
        self._probes = probes
        self._config = config
        self._root = root
        self._last: tuple[Source, Sequence[Shapes]] | None = None

    def __call__(self, source: Source) -> Sequence[Shapes]:
        if self._last is None or self._last[0] is not source:
            self._last = source, self._asked(source)
        return self._last[1]

    def _asked(self, source: Source) -> Sequence[Shapes]:
        asker: Asker | None = None

        def needed() -> Asker:
            nonlocal asker
            if asker is None:
                is_on = self._config.probe != "off"
                asker = Asker(self._probes.of(self._config, self._root) if is_on else None)
            return asker

        def replies(network: Network) -> Sequence[Reply]:
            return needed().replies(network) if is_worth_asking(network) else ()

        keras = Keras(replies, lambda: needed().settings())
        # Each file is looked at for itself: to follow models into the others, as editors do for
        # the few files that are open, takes the whole of a project twice as long.
        graphs = graphs_of(source, keras=keras)
        # Some faults show without anybody being asked.
        is_worth = any(map(is_worth_asking, _all(graphs)))
        return (needed() if is_worth else Asker(None)).told_of(graphs).shapes


def _all(graphs: Graphs) -> tuple[Network, ...]:
    return graphs.networks if graphs.loose is None else (*graphs.networks, graphs.loose)


def is_worth_asking(network: Network) -> bool:
    """Whether anything at all can be said of a network: something that goes in is known."""
    inputs = [node for node in network.nodes if isinstance(node, Input)]
    calls = any(isinstance(node, LayerCall) for node in network.nodes)
    return calls and any(not isinstance(node.made, Unknown) for node in inputs)

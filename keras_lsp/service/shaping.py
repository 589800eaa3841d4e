"""Shaping: the models of a source with the shapes that a probe tells of them.

Never chooses whom to ask, and never waits longer than it is told to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from keras_lsp.extraction import Files, Graphs, Keras, graphs_of
from keras_lsp.networks import UNKNOWN, LayerCall, Made, Nested, Network, is_partial
from keras_lsp.probe.client import BUDGET, Probe
from keras_lsp.replies import Inside, NodeShape, Reply, TensorSpec, Weights
from keras_lsp.service.dimensions import with_names
from keras_lsp.service.fitting import fitted
from keras_lsp.service.immaterial import without_immaterial
from keras_lsp.service.nesting import opened
from keras_lsp.service.summary import Summary, is_application, summarized, summarized_inside
from keras_lsp.shapes import Shapes
from keras_lsp.syntax import Source

DEEPEST = 4
"""Models in models that are opened."""


@dataclass(frozen=True, slots=True)
class Model:
    """One model that a source makes."""

    shapes: Shapes
    inner: Mapping[int, Model] = field(default_factory=dict)
    """The models that it uses as layers, by the index of the layer."""

    @property
    def network(self) -> Network:
        return self.shapes.network

    @property
    def is_application(self) -> bool:
        """An application that stands for itself."""
        return any(
            isinstance(layer.made, Made)
            and is_application(layer.made)
            and layer.place == self.network.place
            for layer in self.network.layers
        )

    @property
    def is_known(self) -> bool:
        """At least one layer has a shape."""
        return any(isinstance(reply, NodeShape) for reply in self.shapes.replies)

    def named(self, name: str) -> Model:
        network = replace(self.network, name=name)
        return replace(self, shapes=replace(self.shapes, network=network))

    def descendants(self) -> Iterator[Model]:
        """The models in it, and those in them."""
        for model in self.inner.values():
            yield model
            yield from model.descendants()

    def opened(self) -> Iterator[Shapes]:
        """Its own shapes and those of all models in it."""
        yield self.shapes
        for model in self.inner.values():
            yield from model.opened()


@dataclass(frozen=True, slots=True)
class Told:
    """All that a source makes of layers, with what Keras says of it."""

    models: tuple[Model, ...] = ()
    loose: Model | None = None
    """The calls of layers that no model is made of, or none yet."""
    sure: Told | None = None
    """The same without what hangs on the default values of functions that nobody calls."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The texts of the other files that were looked into, by these (see `os.path.normcase`)."""

    @property
    def shapes(self) -> tuple[Shapes, ...]:
        """Of the models, of those in them, and of what belongs to none."""
        every = self.models if self.loose is None else (*self.models, self.loose)
        return tuple(shapes for model in every for shapes in model.opened())

    @property
    def sure_shapes(self) -> tuple[Shapes, ...]:
        """Those that hold however the functions are called."""
        return self.shapes if self.sure is None else self.sure.shapes


class Asker:
    """Asks one probe about one source after the other, until it is called off."""

    def __init__(
        self,
        probe: Probe | None,
        budget: float = BUDGET,
        pause: Callable[[], None] = lambda: None,
        files: Files | None = None,
    ) -> None:
        """``pause`` is called now and then, and may raise `CalledOff`.

        ``files``: those from which a source may import something.
        """
        self._probe = probe
        self._until = time.monotonic() + budget
        self._pause = pause
        self._files = files

    def models(self, source: Source) -> tuple[Model, ...]:
        """In the order in which they are made; raises what ``pause`` raises."""
        return self.told(source).models

    def told(self, source: Source) -> Told:
        """The models, and the calls that belong to none."""
        graphs = self._graphs(source, assume=True)
        told = self.told_of(graphs)
        if graphs.is_assumed:
            return replace(told, sure=self.told_of(self._graphs(source, assume=False)))
        return told

    def _graphs(self, source: Source, assume: bool) -> Graphs:
        """All that a source makes of layers; where it reckons with shapes, Keras is asked."""
        keras = Keras(self.replies, self.settings)
        return graphs_of(source, self._pause, keras, assume=assume, files=self._files)

    def replies(self, network: Network) -> Sequence[Reply]:
        """What Keras says of each node; nothing where there is no Keras."""
        if self._probe is None:
            return ()
        return self._probe.check(without_immaterial(network), self._left)

    def settings(self) -> Mapping[str, str]:
        """What Keras has set by itself."""
        return {} if self._probe is None else self._probe.settings(self._left)

    def told_of(self, graphs: Graphs) -> Told:
        models = _without_blanks([self._fitted(network) for network in graphs.networks])
        loose = None if graphs.loose is None else self._model(graphs.loose, 0)
        return Told(models, loose)

    def inside(self, model: Model, layer: int) -> Inside | None:
        """The layers of an application, or of any layer that is made of others."""
        spec = model.network.layers[layer]
        made, trainable = spec.made, spec.trainable
        if self._probe is None or not isinstance(made, Made | Nested) or trainable is UNKNOWN:
            return None
        found = self._probe.inside(made, self._left, trainable)
        return found if isinstance(found, Inside) else None

    def _fitted(self, network: Network) -> Model:
        """A model together with the data that it meets."""
        model = self._model(network, 0)
        if not network.fits:
            return model
        return replace(model, shapes=fitted(model.shapes, self._probe, self._left))

    def _model(self, network: Network, depth: int) -> Model:
        self._pause()
        replies = with_names(network, self.replies(network), self.replies)
        shapes = Shapes.of(network, _counted(network, replies))
        inner: dict[int, Model] = {}
        for node in shapes:
            layer = node.layer
            if layer is None or not isinstance(layer.made, Nested) or depth >= DEEPEST:
                continue
            index = next(n for n, each in enumerate(network.layers) if each is layer)
            given = [shapes.outputs(tensor) for tensor in node.given]
            # A model is not opened on what hangs on a parameter: it could be told to fail.
            known = [s for s in given if isinstance(s, TensorSpec) and not s.names]
            if index not in inner and len(known) == len(given):
                inner[index] = self._model(opened(layer.made.network, known), depth + 1)
        return Model(shapes, inner)

    @property
    def _left(self) -> float:
        return max(0.0, self._until - time.monotonic())


def shapes_of(source: Source, probe: Probe | None, budget: float = BUDGET) -> tuple[Shapes, ...]:
    """Every model that the source makes; waits for the replies, ``budget`` seconds at the most.

    Without a probe nothing is known but the models themselves.
    """
    return tuple(model.shapes for model in Asker(probe, budget).models(source))


def _counted(network: Network, replies: Sequence[Reply]) -> Sequence[Reply]:
    """The same; of layers that have weights of their own nobody knows how many."""
    partial = {
        index
        for index, layer in enumerate(network.layers)
        if isinstance(layer.made, Nested) and is_partial(layer.made.network)
    }
    if not partial:
        return replies
    nothing = Weights()
    return [
        replace(reply, trainable=nothing, non_trainable=nothing, is_counted=False)
        if isinstance(reply, NodeShape) and isinstance(node, LayerCall) and node.layer in partial
        else reply
        for node, reply in zip(network.nodes, replies, strict=False)
    ]


def _without_blanks(models: Sequence[Model]) -> tuple[Model, ...]:
    """A model of which nothing is known by itself is known as the one that another opened."""
    opened = {
        inner.network.place: inner
        for model in models
        for inner in model.descendants()
        if inner.is_known
    }
    found: list[Model] = []
    for model in models:
        better = opened.get(model.network.place) if not model.is_known else None
        found.append(model if better is None else better.named(model.network.name))
    return tuple(found)


def summary_of(model: Model, asker: Asker | None = None) -> Summary:
    """The summary of a model with those of the models in it; ``asker``: of applications, too."""
    insides: dict[int, Summary] = {}
    for index, layer in enumerate(model.network.layers):
        if index in model.inner:
            insides[index] = summary_of(model.inner[index], asker)
        elif asker is not None and isinstance(layer.made, Made) and is_application(layer.made):
            found = asker.inside(model, index)
            if found is not None:
                insides[index] = summarized_inside(layer.made.name.rpartition(".")[2], found)
    summary = summarized(model.shapes, insides)
    if model.is_application and 0 in insides:
        return replace(insides[0], name=model.network.name, place=model.network.place)
    return summary


def models_at(models: Sequence[Model], source: Source, line: int | None) -> Sequence[Model]:
    """The models that a line has a part in; else the last one that begins above it."""
    if line is None:
        return models
    touched = [model for model in models if line in _lines(model, source)]
    if touched:
        return touched
    above = [m for m in models if source.span(m.network.place).start.line <= line]
    return above[-1:] or models[:1]


def _lines(model: Model, source: Source) -> set[int]:
    """The lines on which a model's layers are made or called."""
    found: set[int] = set()
    places = [model.network.place, *(layer.place for layer in model.network.layers)]
    places += [node.place for node in model.shapes if node.place is not None]
    for place in places:
        if source.has(place.statement):
            span = source.span(place)
            found.update((span.start.line, span.end.line))
    return found

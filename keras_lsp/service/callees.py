"""Callees: what Keras calls take, by the text before their parenthesis.

Never learns how an editor shows it.
"""

from __future__ import annotations

from dataclasses import dataclass

from keras_lsp.catalog import releases
from keras_lsp.catalog.signatures import Kind, Parameter
from keras_lsp.catalog.targets import Target
from keras_lsp.semantics.events import Binding
from keras_lsp.semantics.program import Analysis
from keras_lsp.service.keras_names import imported_names, meaning

_MODELS = "keras.Model"


@dataclass(frozen=True, slots=True)
class Callee:
    """A class, a function or a method of a model, for the release that the program meets."""

    path: str
    """``keras.layers.Dense``, ``keras.Model.fit``."""
    api: str
    target: Target
    parameters: tuple[Parameter, ...]

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    def parameter(self, index: int) -> Parameter | None:
        """The parameter that a positional argument reaches."""
        taken = [p for p in self.parameters if p.kind in (Kind.POSITIONAL, Kind.NORMAL)]
        return taken[index] if index < len(taken) else None

    def named(self, name: str) -> Parameter | None:
        return next((p for p in self.parameters if p.name == name), None)


def callee_of(analysis: Analysis, text: str) -> Callee | None:
    """What a text before a parenthesis calls; ``None`` where it is not Keras's, or not known."""
    target = analysis.target
    owner, _, method = text.rpartition(".")
    found = meaning(text, imported_names(analysis)) if not text.startswith(".") else None
    if found is not None:
        api, path = found
        views = target.views(api)
        if not releases.mask_of(path) & views:
            return None
        parameters = releases.signature(releases.canonical_of(path), views)
        return Callee(path, api, target, parameters) if parameters is not None else None
    if method and owner and owner.removeprefix("self.") in models_of(analysis):
        path = f"{_MODELS}.{method}"
        parameters = releases.signature(path, target.views("keras"))
        return Callee(path, "keras", target, parameters) if parameters is not None else None
    return None


def models_of(analysis: Analysis) -> frozenset[str]:
    """The names that hold models somewhere in the file, without ``self.``."""
    return frozenset(
        event.name.removeprefix("self.")
        for event in analysis.of_kind(Binding)
        if isinstance(event, Binding) and event.models
    )

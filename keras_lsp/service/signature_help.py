"""Signature help: what the Keras call at a position takes, and which argument stands there.

Never learns how an editor shows it.
"""

from __future__ import annotations

from dataclasses import dataclass

from keras_lsp.catalog import releases
from keras_lsp.catalog.signatures import Kind
from keras_lsp.semantics.program import Analysis
from keras_lsp.service.callees import Callee, callee_of
from keras_lsp.service.keras_names import written_parameters
from keras_lsp.service.open_calls import OpenCall, call_at
from keras_lsp.text import Position


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as text, where each parameter stands in it, and the one that is being given."""

    label: str
    parameters: tuple[tuple[int, int], ...]
    """Start and end of each in the label."""
    active: int | None
    """``None``: there is no parameter for what is typed."""
    summary: str


def signature_at(analysis: Analysis, position: Position) -> Signature | None:
    """The signature of the innermost call at a position, if it is one of Keras."""
    if position.line >= len(analysis.source.lines):
        return None
    call = call_at(analysis.source, position)
    callee = callee_of(analysis, call.callee) if call is not None else None
    if call is None or callee is None:
        return None
    label = f"{callee.name}("
    places: list[tuple[int, int]] = []
    names = []
    for text in written_parameters(callee.parameters):
        label += ", " if places else ""
        places.append((len(label), len(label) + len(text)))
        names.append(text.partition("=")[0])
        label += text
    parameter = _given(call, callee)
    active = names.index(parameter) if parameter in names else None
    return Signature(f"{label})", tuple(places), active, releases.summary(callee.path))


def _given(call: OpenCall, callee: Callee) -> str:
    """The parameter that the argument at the position reaches, as the label writes it."""
    rest = {p.kind: f"{p.kind.value}{p.name}" for p in callee.parameters}
    if call.keyword:
        found = callee.named(call.keyword)
        return found.name if found else rest.get(Kind.REST_BY_KEYWORD, "")
    found = callee.parameter(call.index) if not call.keywords else None
    return found.name if found else rest.get(Kind.REST, "") if not call.keywords else ""

"""Lenses: one line about each model, told above the place where it is made.

Never asks anybody; a model of which nothing is known has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from keras_lsp.service.shaping import Model, summary_of
from keras_lsp.service.summary import memory
from keras_lsp.service.trace import TracedLife
from keras_lsp.syntax import Source
from keras_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Lens:
    """A line about the model that is made in a span."""

    span: Span
    title: str


def lenses(models: Sequence[Model], source: Source, lives: Iterable[TracedLife]) -> list[Lens]:
    """One for each place; ``lives`` tell what the models are compiled with."""
    compiled: dict[tuple[str, int], str] = {}
    for life in lives:
        for step in life.steps:
            if step.what == "compiled":
                compiled.setdefault((life.name, life.line), step.detail)
    titles: dict[Span, dict[str, None]] = {}
    for model in models:
        place = model.network.place
        if not model.is_known or not source.has(place.statement):
            continue
        span = source.span(place)
        detail = compiled.get((model.network.name, span.start.line))
        titles.setdefault(span, {})[_title(model, detail)] = None
    return [Lens(span, " | ".join(list(told)[:2])) for span, told in sorted(titles.items())]


def _title(model: Model, compiled: str | None) -> str:
    summary = summary_of(model)
    least = "" if summary.is_known else "at least "
    total = summary.total
    parts: list[str] = []
    if not model.is_application:
        count = sum(row.kind != "InputLayer" for row in summary.rows)
        parts.append(f"{count} layer{'s' if count != 1 else ''}")
    parts.append(f"{least}{total.count:,} parameters ({memory(total.bytes)})")
    if summary.non_trainable.count and not any(row.may_be_frozen for row in summary.rows):
        parts.append(f"{summary.trainable.count:,} trainable")
    if compiled is not None:
        parts.append(f"compiled with {compiled}" if compiled else "compiled")
    return " · ".join(parts)

"""Hints: the output shape of each layer, told where the layer is called.

Never asks anybody; what is not known is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from keras_lsp.networks import Input, LayerCall
from keras_lsp.replies import NodeShape, Outputs, TensorSpec
from keras_lsp.service.summary import memory
from keras_lsp.shapes import ShapedNode, Shapes
from keras_lsp.syntax import Source
from keras_lsp.syntax.source import Place
from keras_lsp.text import Edit, Position, Span, without_end

MOST = 3
"""Shapes that are told of one place, which a loop or a function reaches several times."""
CLOSING = re.compile(r"[)\]},;\s]*(?=#|$)")
BEHIND = re.compile(r"[)\]},;]*")


@dataclass(frozen=True, slots=True)
class Hint:
    """Some text that is shown at a position as if it stood there."""

    position: Position
    label: str
    nodes: tuple[ShapedNode, ...]
    """What it tells of."""

    @property
    def tooltip(self) -> str:
        """Markdown; made for those hints only that somebody sees."""
        return "\n\n".join(dict.fromkeys(map(_tip, self.nodes[:MOST])))


@dataclass(slots=True)
class _Told:
    """What is told of one place."""

    labels: dict[str, None] = field(default_factory=dict)
    nodes: list[ShapedNode] = field(default_factory=list)
    is_layer: bool = False
    is_whole: bool = True
    """Every time that the place is reached its shape is known."""


def hints(all_shapes: Sequence[Shapes], source: Source, parameters: bool) -> tuple[Hint, ...]:
    """The hints of a source, in their order; ``parameters``: how many are told, too."""
    told: dict[Place, _Told] = {}
    for shapes in all_shapes:
        if any(isinstance(reply, NodeShape) for reply in shapes.replies):
            _tell(shapes, told, parameters)
    by_end: dict[Position, tuple[Span, _Told]] = {}
    for place, entry in told.items():
        if not entry.labels or not entry.is_whole or not source.has(place.statement):
            continue
        span = source.span(place)
        known = by_end.get(span.end)
        if known is None or span.start < known[0].start:
            by_end[span.end] = span, entry
    lines = source.lines
    found = [h for span, entry in by_end.values() for h in _hint(span, entry, lines)]
    return tuple(sorted(found, key=_order))


def unflickering(fresh: Iterable[Hint], source: Source, held: Iterable[Hint]) -> tuple[Hint, ...]:
    """In a statement that is being typed the last hints stay; elsewhere the new ones count."""
    broken = [
        range(start, start + len(statement.lines))
        for statement, start in zip(source.statements, source.starts, strict=True)
        if statement.broken
    ]
    if not broken:
        return tuple(fresh)

    def is_frozen(hint: Hint) -> bool:
        return any(hint.position.line in lines for lines in broken)

    shown = [h for h in fresh if not is_frozen(h)] + [h for h in held if is_frozen(h)]
    return tuple(sorted(shown, key=_order))


def moved(held: Iterable[Hint], edit: Edit) -> tuple[Hint, ...]:
    """The hints where their text is after an edit; those on lines that it touches are gone."""
    start, end = edit.span.start.line, edit.span.end.line
    delta = edit.content.count("\n") - (end - start)
    found: list[Hint] = []
    for hint in held:
        at = hint.position
        if at.line < start:
            found.append(hint)
        elif at.line > end:
            found.append(replace(hint, position=Position(at.line + delta, at.column)))
    return tuple(found)


def _order(hint: Hint) -> tuple[int, int]:
    return hint.position.line, hint.position.column


def _hint(span: Span, entry: _Told, lines: Sequence[str]) -> Iterator[Hint]:
    line = without_end(lines[span.end.line]) if span.end.line < len(lines) else ""
    rest = CLOSING.match(line, span.end.column)
    column = span.end.column
    if rest is not None:
        # The last one of the line stands behind what closes it.
        closing = BEHIND.match(line, column)
        column = closing.end() if closing is not None else column
    elif not entry.is_layer:
        return
    labels = list(entry.labels)
    if len(labels) > MOST:
        labels = [*labels[: MOST - 1], "…", labels[-1]]
    yield Hint(Position(span.end.line, column), " | ".join(labels), tuple(entry.nodes))


def _tell(shapes: Shapes, told: dict[Place, _Told], parameters: bool) -> None:
    of_calls = {node.place for node in shapes if isinstance(node.node, LayerCall)}
    for node in shapes:
        place = node.place
        is_layer = isinstance(node.node, LayerCall)
        if place is None or (not is_layer and place in of_calls):
            continue
        if shapes.network.kind.has_call and isinstance(node.node, Input):
            # What `call` is given has no place of its own.
            continue
        places = [place]
        if shapes.network.kind.has_call and node.layer is not None:
            places.append(node.layer.place)
        for each in places:
            entry = told.setdefault(each, _Told())
            entry.is_layer = entry.is_layer or is_layer
            if isinstance(node.reply, NodeShape):
                entry.labels[label(node.reply, parameters)] = None
                entry.nodes.append(node)
            else:
                entry.is_whole = False


def label(reply: NodeShape, parameters: bool = False) -> str:
    """``(None, 32)``, with ``· 1,056`` if parameters are to be told."""
    count = (reply.trainable + reply.non_trainable).count
    text = shape_text(reply.outputs)
    return f"{text} · {count:,}" if parameters and count else text


def shape_text(outputs: Outputs) -> str:
    if isinstance(outputs, TensorSpec):
        return str(outputs)
    return "None" if outputs is None else f"[{', '.join(map(shape_text, outputs))}]"


def _tip(node: ShapedNode) -> str:
    reply = node.reply
    if not isinstance(reply, NodeShape):
        return ""
    made = node.made
    name = f"`{made.name.rpartition('.')[2]}`: " if made is not None else ""
    dtypes = ", ".join(dict.fromkeys(reply.dtypes))
    weights = reply.trainable + reply.non_trainable
    parts = [f"{name}`{shape_text(reply.outputs)}` {dtypes}".rstrip()]
    if weights.count:
        frozen = "" if reply.trainable.count else ", frozen"
        parts.append(f"{weights.count:,} parameters ({memory(weights.bytes)}){frozen}")
    return " · ".join(parts)

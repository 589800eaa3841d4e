"""Hovers over models, tensors and layers: a summary's table, a shape and where it comes from.

Never asks anybody; what is not known is not told.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from keras_lsp.networks import Input, LayerCall, Operation
from keras_lsp.replies import NodeError, NodeShape
from keras_lsp.service import tables
from keras_lsp.service.hints import shape_text
from keras_lsp.service.shaping import Model, summary_of
from keras_lsp.service.summary import memory
from keras_lsp.shapes import ShapedNode, Shapes
from keras_lsp.syntax import Source
from keras_lsp.syntax.source import Place
from keras_lsp.text import Position, Span
from keras_lsp.text.cells import Cells

NAME = re.compile(r"(?:self\.)?[^\W\d]\w*")
BINDING = re.compile(r"\s*(?::[^=]*)?(?:=\s*[\w.]*\s*)+")
LONGEST = 40
"""Rows of a model's table; of a longer one the middle is left out."""
STEPS = 4
"""Nodes of the way on which a shape came about."""


def told(
    models: Sequence[Model],
    all_shapes: Sequence[Shapes],
    source: Source,
    position: Position,
    cells: Cells | None = None,
) -> tuple[str, Span] | None:
    """Markdown, and the name that it is about; ``all_shapes`` are those of the models, too."""
    word = _word(source, position)
    if word is None:
        return None
    text, span = word
    model = _model(models, source, text, position)
    if model is not None:
        return _of_model(model), span
    for shapes in all_shapes:
        node = _node(shapes, source, span)
        if node is not None and (found := _of_node(node, source, cells)):
            return found, span
    return None


def _word(source: Source, position: Position) -> tuple[str, Span] | None:
    lines = source.lines
    if position.line >= len(lines):
        return None
    for match in NAME.finditer(lines[position.line]):
        if match.start() <= position.column <= match.end():
            return match[0], Span.of(position.line, match.start(), position.line, match.end())
    return None


# Models


def _model(models: Sequence[Model], source: Source, name: str, position: Position) -> Model | None:
    """The last model of this name made above; of those that functions make, only one of here."""
    here = source.statement_at(position.line)
    found: Model | None = None
    for model in models:
        place = model.network.place
        if model.network.name.removeprefix("self.") != name.removeprefix("self."):
            continue
        if not model.is_known or not source.has(place.statement):
            continue
        inner = place.statement.lines[0].lstrip().startswith(("def ", "class ", "async ", "@"))
        if inner and place.statement is not here:
            continue
        if found is None or source.span(place).start.line <= position.line:
            found = model
    return found


def _of_model(model: Model) -> str:
    return tables.markdown(summary_of(model), LONGEST)


# Tensors and layers


def _node(shapes: Shapes, source: Source, word: Span) -> ShapedNode | None:
    """The node that a word tells of: what is called there, goes in there or is bound there."""
    best: tuple[Span, ShapedNode] | None = None
    bound: ShapedNode | None = None
    for node in shapes:
        place = node.place
        if place is None or not source.has(place.statement):
            continue
        span = source.span(place)
        if span.contains(word.start) and span.contains(word.end):
            if best is None or best[0].contains(span.start):
                best = span, node
        elif span.start.line == word.start.line and _binds(source, word, span):
            bound = node
    if best is None:
        return bound
    return _argument(best[1], source, word) or best[1]


def _binds(source: Source, word: Span, value: Span) -> bool:
    """``word = value``, perhaps as ``a = word = value``."""
    if value.start < word.end:
        return False
    between = source.lines[word.start.line][word.end.column : value.start.column]
    return BINDING.fullmatch(between) is not None


def _argument(node: ShapedNode, source: Source, word: Span) -> ShapedNode | None:
    """The node whose tensor goes in where the word stands."""
    names = list(_names(node.place))
    given = node.given
    if len(names) != len(given):
        return None
    for name, tensor in zip(names, given, strict=True):
        if source.span(name).start == word.start:
            return node.shapes[tensor.node]
    return None


def _names(place: Place | None) -> Iterator[Place]:
    """The names among the arguments of the call at a place, in their order."""
    if place is None:
        return
    for top in place.statement.body:
        for each in ast.walk(top):
            if isinstance(each, ast.Call) and Place.of(place.statement, each) == place:
                for value in (*each.args, *(k.value for k in each.keywords)):
                    elements = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
                    for element in elements:
                        if isinstance(element, ast.Name):
                            yield Place.of(place.statement, element)
                return


def _of_node(node: ShapedNode, source: Source, cells: Cells | None) -> str:
    reply = node.reply
    if isinstance(reply, NodeError):
        return f"**{reply.type}**: {reply.message}"
    if not isinstance(reply, NodeShape):
        return ""
    dtypes = ", ".join(dict.fromkeys(reply.dtypes))
    lines = [f"`{shape_text(reply.outputs)}` {dtypes}".rstrip()]
    weights = reply.trainable + reply.non_trainable
    if weights.count:
        frozen = reply.non_trainable.count
        rest = f", {frozen:,} of them not trainable" if frozen else ""
        lines.append(f"{weights.count:,} parameters ({memory(weights.bytes)}){rest}")
    steps = [node, *node.trail()]
    if len(steps) > 1:
        lines.append("\n".join(f"- {_step(step, source, cells)}" for step in steps[:STEPS]))
        if len(steps) > STEPS:
            lines.append(f"… {len(steps) - STEPS} more before")
    lines += [f"*{warning}*" for warning in reply.warnings]
    return "\n\n".join(lines)


def _step(node: ShapedNode, source: Source, cells: Cells | None) -> str:
    place = node.place
    where = ""
    if place is not None and source.has(place.statement):
        at = source.span(place).start
        where = f", {cells.told(at)}" if cells is not None else f", line {at.line + 1}"
    return f"`{_named(node)}` → `{shape_text(node.outputs)}`{where}"


def _named(node: ShapedNode) -> str:
    if isinstance(node.node, Operation):
        return node.node.name.rpartition(".")[2]
    if isinstance(node.node, Input):
        return "Input"
    if node.made is not None:
        return node.made.name.rpartition(".")[2]
    return "a model" if isinstance(node.node, LayerCall) else "?"

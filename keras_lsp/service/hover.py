"""Hovers: the life of the model under the cursor up to its line, or the page of a Keras name.

Never learns how an editor shows it; the text is Markdown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from keras_lsp.semantics.program import Analysis
from keras_lsp.service.keras_names import name_at, told
from keras_lsp.service.method_names import method_at, told_of_method
from keras_lsp.service.project import Checked
from keras_lsp.service.trace import Step, TracedLife, traced
from keras_lsp.text import Position, Span
from keras_lsp.text.cells import Cells

_BODY = re.compile(r"@|(?:async[ \t]+)?def\b|class\b")
_NAME = re.compile(r"(?:self\.)?[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown, and the name that it is about."""

    markdown: str
    span: Span


def hover(checked: Checked, position: Position, cells: Cells | None = None) -> Hover | None:
    """What is known of the model whose name is at a position."""
    lines = checked.source.lines
    if position.line >= len(lines) or checked.analysis is None:
        return None
    for match in _NAME.finditer(lines[position.line]):
        if match.start() <= position.column <= match.end():
            lives = [
                life for life in traced(checked) if _is_meant(life, match[0], position, checked)
            ]
            if not lives:
                return _of_name(checked.analysis, position)
            text = "\n\n---\n\n".join(_told(life, position, checked, cells) for life in lives[:3])
            span = Span.of(position.line, match.start(), position.line, match.end())
            return Hover(text, span)
    return None


def _of_name(analysis: Analysis, position: Position) -> Hover | None:
    """What Keras has under the name at a position."""
    named = name_at(analysis, position)
    text = told(named) if named is not None else None
    if text is None:
        named = method_at(analysis, position)
        text = told_of_method(named) if named is not None else None
    return Hover(text, named.span) if text is not None and named is not None else None


def _is_meant(life: TracedLife, name: str, position: Position, checked: Checked) -> bool:
    """The name is the model's own in the function that the position is in."""
    if life.name.removeprefix("self.") != name.removeprefix("self."):
        return False
    start = checked.source.start_of(checked.source.statement_at(life.line))
    here = checked.source.start_of(checked.source.statement_at(position.line))
    return not life.function or start == here or life.name.startswith("self.")


def _told(life: TracedLife, position: Position, checked: Checked, cells: Cells | None) -> str:
    path = checked.source.path
    before = life.steps[: _reached(life.steps, position.line, checked)]
    state = before[-1].what if before else "not defined yet"
    head = f"**`{life.name}`**: {life.kind} model, {state} at this line"
    steps = "\n".join(f"- {_step(step, path, cells)}" for step in before)
    later = len(life.steps) - len(before)
    more = f"\n\n{later} more to come" if later else ""
    wrong = "".join(f"\n\n**{f.severity.value}**: {f.message}" for f in life.findings)
    return f"{head}\n\n{steps}{more}{wrong}"


def _reached(steps: Sequence[Step], line: int, checked: Checked) -> int:
    """How many of the steps, which stand as they happen, have happened at a line.

    A step further up than the one before it is one of a loop's next round.  What another function
    does has happened if the next step here has.
    """
    here = _body(line, checked)
    near = [s.path == checked.source.path and _body(s.line, checked) == here for s in steps]
    known = reached = 0
    last = -1
    for count, (step, is_near) in enumerate(zip(steps, near, strict=True), 1):
        if is_near:
            if step.line > line or step.line < last:
                # At module level nothing has happened before the first step here.
                return known if known or here is None else reached
            last, known = step.line, count
        reached = count
    return reached


def _body(line: int, checked: Checked) -> int | None:
    """The function or class at module level that a line is in: where it starts."""
    statement = checked.source.statement_at(line)
    return checked.source.start_of(statement) if _BODY.match(statement.text) else None


def _step(step: Step, path: str, cells: Cells | None) -> str:
    where = f"line {step.line + 1}"
    if cells is not None and step.path == path:
        where = cells.told(Position(step.line, step.column))
    if step.path != path:
        where = f"{os.path.basename(step.path)}, {where}"
    detail = f" ({step.detail})" if step.detail else ""
    return f"{step.what} in {where}{detail}"

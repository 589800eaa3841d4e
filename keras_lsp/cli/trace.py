"""``keras-lsp trace``: the life of each model of a file, event by event.

Never judges; `check` does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from keras_lsp.cli.files import Unreadable, read
from keras_lsp.cli.settings import Settings
from keras_lsp.service.project import Project
from keras_lsp.service.trace import TracedLife, traced
from keras_lsp.syntax import Source
from keras_lsp.text import Position
from keras_lsp.text.books import read_book
from keras_lsp.text.cells import Cells
from keras_lsp.text.notebook import MalformedNotebook


def run(place: str) -> int:
    path, line = split(place)
    try:
        text = read(Path(path)).decoded.text
        notebook = read_book(path, text)
    except (Unreadable, MalformedNotebook) as problem:
        print(f"error: {path}: {problem}", file=sys.stderr)
        return 2
    absolute = os.path.abspath(path)
    config = Settings({}).config_for(Path(path))
    project = Project(config.root or os.path.dirname(absolute), config)
    try:
        source = Source.parse(absolute, text if notebook is None else notebook.cells.source)
        project.tell(absolute, source)
        checked = project.check_fully(source)
    finally:
        project.close()
    cells = notebook.cells if notebook is not None else None
    lives = traced(checked, line) if cells is None else _of_cell(traced(checked), cells, line)
    if not lives:
        print("no model is made here", file=sys.stderr)
        return 0

    def at(other: str, number: int) -> str:
        if other == absolute and cells is not None:
            index, inside = cells.locate(Position(number, 0))
            return f"{path}:cell {cells.cells[index].number}:{inside.line + 1}"
        return f"{path if other == absolute else os.path.relpath(other)}:{number + 1}"

    for life in lives:
        where = f" in `{life.function}`" if life.function else ""
        print(f"{at(absolute, life.line)}: `{life.name}`, {life.kind} model{where}")
        for step in life.steps:
            detail = f"  ({step.detail})" if step.detail else ""
            print(f"    {at(step.path, step.line)}: {step.what}{detail}")
        for finding in life.findings:
            place = at(absolute, finding.span.start.line)
            print(f"    {place}: {finding.severity.value}: {finding.message}")
    return 0


def _of_cell(lives: list[TracedLife], cells: Cells, number: int | None) -> list[TracedLife]:
    """The lives that a cell has to do with; its number counts from zero here as lines do."""
    return [
        life
        for life in lives
        if number is None
        or any(cells.cells[cells.index(step.line)].number == number + 1 for step in life.steps)
    ]


def split(place: str) -> tuple[str, int | None]:
    """``PATH:LINE``, of a notebook ``PATH:CELL``; a colon of the path itself is no line."""
    path, colon, line = place.rpartition(":")
    if colon and line.isdigit() and not Path(place).exists():
        return path, int(line) - 1
    return place, None

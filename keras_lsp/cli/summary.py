"""``keras-lsp summary``: the layers, shapes and parameters of a file's models, and their picture.

Never judges; `check` does.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from keras_lsp.cli.files import Unreadable, read
from keras_lsp.cli.settings import Settings
from keras_lsp.cli.trace import split
from keras_lsp.service import tables
from keras_lsp.service.imported import Imported, roots_of
from keras_lsp.service.page import page
from keras_lsp.service.picture import Where, drawn_below_each_other
from keras_lsp.service.probes import Probes
from keras_lsp.service.shaping import Asker, Model, models_at, summary_of
from keras_lsp.service.summary import Summary
from keras_lsp.syntax import Source
from keras_lsp.syntax.source import Place
from keras_lsp.text import Span
from keras_lsp.text.books import read_book
from keras_lsp.text.cells import Cells
from keras_lsp.text.notebook import MalformedNotebook

GRAPHS = (".svg", ".html", ".htm")


def run(place: str, graph: str, output_format: str, python: str) -> int:
    path, line = split(place)
    if graph and not graph.lower().endswith(GRAPHS):
        return _failed(f"{graph}: a picture is an .svg or an .html file")
    try:
        text = read(Path(path)).decoded.text
        notebook = read_book(path, text)
    except (Unreadable, MalformedNotebook) as problem:
        return _failed(f"{path}: {problem}")
    source = Source.parse(
        os.path.abspath(path), text if notebook is None else notebook.cells.source
    )
    program = _Program(path, source, notebook.cells if notebook is not None else None)
    config = Settings({}).config_for(Path(path))
    if python:
        config = config.merged({"python": python}, "command line")
    probes = Probes()
    root = config.root or str(Path(path).absolute().parent)
    try:
        probe = probes.of(config, root, users=bool(python))
        asker = Asker(probe, files=Imported(roots_of(root, config.extra_paths)))
        models = program.chosen(asker.models(source), line)
        summaries = [summary_of(model, asker) for model in models]
        lacking = probe.problem if probe is not None else probes.why_not(config, root, bool(python))
    finally:
        probes.close()
    if output_format == "json":
        print(json.dumps([tables.json(s, program.location) for s in summaries], indent=2))
    elif not summaries:
        print("no model is made here", file=sys.stderr)
    elif output_format == "markdown":
        print("\n\n".join(f"## {s.name or 'a model'}\n\n{tables.markdown(s)}" for s in summaries))
    else:
        print("\n\n".join(f"{program.heading(s)}{tables.text(s)}" for s in summaries))
    if lacking:
        return _failed(f"no shapes: {lacking}")
    failed = _written(graph, summaries, program) if graph else 0
    # What Keras refuses has been found, as by `check`.
    return failed or int(any(tables.problems_of(summary) for summary in summaries))


def _written(graph: str, summaries: Sequence[Summary], program: _Program) -> int:
    drawn = drawn_below_each_other if graph.lower().endswith(".svg") else page
    try:
        Path(graph).write_text(drawn(summaries, program.where), encoding="utf-8")
    except OSError as problem:
        return _failed(f"{graph}: {problem.strerror or problem}")
    print(f"the picture is in {graph}", file=sys.stderr)
    return 0


def _failed(problem: str) -> int:
    print(f"error: {problem}", file=sys.stderr)
    return 2


class _Program:
    """The file, and how places in it are told."""

    def __init__(self, path: str, source: Source, cells: Cells | None) -> None:
        self.path = path
        self.source = source
        self.cells = cells

    def chosen(self, models: Sequence[Model], line: int | None) -> Sequence[Model]:
        """Those that a line, of a notebook those that a cell has to do with."""
        if line is None or self.cells is None:
            return models_at(models, self.source, line)
        cells = self.cells
        return [
            model
            for model in models
            if cells.cells[cells.index(self._span(model.network.place).start.line)].number
            == line + 1
        ]

    def heading(self, summary: Summary) -> str:
        where = self.where(summary.place) if summary.place is not None else None
        return f"{where.text}\n" if where is not None else ""

    def where(self, place: Place) -> Where | None:
        if not self.source.has(place.statement):
            return None
        span = self._span(place)
        line, column = span.start.line, span.start.column
        file = f"vscode://file/{quote(Path(self.path).absolute().as_posix().lstrip('/'))}"
        if self.cells is None:
            href = f"{file}:{line + 1}:{column + 1}"
            return Where(f"{self.path}:{line + 1}", line, href)
        index, inside = self.cells.locate(span.start)
        number = self.cells.cells[index].number
        return Where(f"{self.path}:cell {number}:{inside.line + 1}", line, file)

    def location(self, place: Place) -> dict[str, Any] | None:
        if not self.source.has(place.statement):
            return None
        span, cell = self._span(place), None
        if self.cells is not None:
            index, span = self.cells.locate_span(span)
            cell = self.cells.cells[index].number
        ends = [{"row": p.line + 1, "column": p.column + 1} for p in (span.start, span.end)]
        return {
            "filename": os.path.abspath(self.path),
            "location": ends[0],
            "end_location": ends[1],
            "cell": cell,
        }

    def _span(self, place: Place) -> Span:
        return self.source.span(place)

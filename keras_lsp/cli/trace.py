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
from keras_lsp.service.trace import traced
from keras_lsp.syntax import Source


def run(place: str) -> int:
    path, line = _split(place)
    try:
        file = read(Path(path))
    except Unreadable as problem:
        print(f"error: {path}: {problem}", file=sys.stderr)
        return 2
    absolute = os.path.abspath(path)
    config = Settings({}).config_for(Path(path))
    project = Project(config.root or os.path.dirname(absolute), config)
    try:
        source = Source.parse(absolute, file.decoded.text)
        project.tell(absolute, source)
        checked = project.check_fully(source)
    finally:
        project.close()
    lives = traced(checked, line)
    if not lives:
        print("no model is made here", file=sys.stderr)
        return 0
    for life in lives:
        where = f" in `{life.function}`" if life.function else ""
        print(f"{path}:{life.line + 1}: `{life.name}`, {life.kind} model{where}")
        for step in life.steps:
            at = path if step.path == absolute else os.path.relpath(step.path)
            detail = f"  ({step.detail})" if step.detail else ""
            print(f"    {at}:{step.line + 1}: {step.what}{detail}")
        for finding in life.findings:
            at = f"{path}:{finding.span.start.line + 1}"
            print(f"    {at}: {finding.severity.value}: {finding.message}")
    return 0


def _split(place: str) -> tuple[str, int | None]:
    """``PATH:LINE``; a colon of the path itself is no line."""
    path, colon, line = place.rpartition(":")
    if colon and line.isdigit() and not Path(place).exists():
        return path, int(line) - 1
    return place, None

"""Tables: a summary as text, as Markdown and as JSON.

Never asks anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from keras_lsp.networks import NetworkKind
from keras_lsp.replies import NodeShape, Outputs, TensorSpec
from keras_lsp.service.summary import UNSEEN, Row, Summary
from keras_lsp.syntax.source import Place

Json = dict[str, Any]
LONGEST_IN_A_HOVER = 40
"""Rows of a table in Markdown, if it is to be short."""


def text(summary: Summary) -> str:
    """A table for a terminal."""
    header, *rows = _cells(summary)
    widths = [max(len(line[i]) for line in (header, *rows)) for i in range(len(header))]
    lines = ["  ".join(_aligned(cells, widths)).rstrip() for cells in (header, *rows)]
    lines.insert(1, "  ".join("─" * width for width in widths))
    problems = [f"{name}: {problem}" for name, problem in problems_of(summary)]
    return "\n".join([f'Model: "{summary.name}"', *lines, "", *summary.lines, *problems])


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    numbers = 2
    return [
        cell.rjust(width) if index == numbers else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]


def markdown(summary: Summary, longest: int | None = None) -> str:
    """A table for a page or a hover; of a long one the middle is left out."""
    header, *rows = _cells(summary)
    if longest is not None and len(rows) > longest:
        half = longest // 2
        left_out = len(rows) - 2 * half
        gap = [f"… {left_out} more", *[""] * (len(header) - 1)]
        rows = [*rows[:half], gap, *rows[-half:]]
    marks = ["---:" if index == 2 else "---" for index in range(len(header))]
    lines = [f"| {' | '.join(map(_escaped, cells))} |" for cells in (header, marks, *rows)]
    problems = [f"**{_escaped(name)}**: {problem}" for name, problem in problems_of(summary)]
    return "\n\n".join(["\n".join(lines), "  \n".join(summary.lines), *problems])


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _cells(summary: Summary) -> Iterator[list[str]]:
    branched = summary.kind is not NetworkKind.SEQUENTIAL
    header = ["Layer (type)", "Output Shape", "Param #"]
    yield [*header, "Connected to"] if branched else header
    for row in summary.rows:
        count = (row.trainable + row.non_trainable).count
        cells = [f"{row.name} ({row.kind})", row.output, f"{count:,}" if row.is_known else UNSEEN]
        yield [*cells, ", ".join(row.inputs) or "-"] if branched else cells


def problems_of(summary: Summary) -> list[tuple[str, str]]:
    """The layers that Keras refuses, those of inner models too, with its words."""
    found: list[tuple[str, str]] = []
    for row in summary.rows:
        inner = problems_of(row.inside) if row.inside is not None else []
        # What a layer inside refuses is said of that one only.
        found += inner or [(row.name, f"{error.type}: {error.message}") for error in row.errors]
    return found


# JSON


def json(summary: Summary, locate: Callable[[Place], Json | None]) -> Json:
    """What a program wants to know of a model; numbers are null where they are not known."""
    known = summary.is_known
    split = known and not any(row.may_be_frozen for row in summary.rows)
    return {
        "name": summary.name,
        "kind": summary.kind.value,
        **_place(summary.place, locate),
        "layers": [_row(row, locate) for row in summary.rows],
        "complete": known,
        "parameters": summary.total.count if known else None,
        "trainable_parameters": summary.trainable.count if split else None,
        "non_trainable_parameters": summary.non_trainable.count if split else None,
        "bytes": summary.total.bytes if known else None,
    }


def _row(row: Row, locate: Callable[[Place], Json | None]) -> Json:
    shapes = [reply for reply in row.replies if isinstance(reply, NodeShape)]
    known = row.is_known
    inner: Json = {}
    if row.inside is not None:
        inner["layers"] = [_row(each, locate) for each in row.inside.rows]
    return {
        "name": row.name,
        "class": row.kind,
        **_place(row.place, locate),
        "output_shapes": [_shape(reply.outputs) for reply in shapes],
        "dtypes": list(dict.fromkeys(dtype for reply in shapes for dtype in reply.dtypes)),
        "parameters": (row.trainable + row.non_trainable).count if known else None,
        "trainable_parameters": row.trainable.count if known and not row.may_be_frozen else None,
        "connected_to": list(row.inputs),
        "error": next(({"type": e.type, "message": e.message} for e in row.errors), None),
        "warnings": list(dict.fromkeys(w for reply in shapes for w in reply.warnings)),
        **inner,
    }


def _shape(outputs: Outputs) -> Any:
    """Of several outputs a list of shapes."""
    if isinstance(outputs, TensorSpec):
        return list(outputs.shape)
    return None if outputs is None else [_shape(each) for each in outputs]


def _place(place: Place | None, locate: Callable[[Place], Json | None]) -> Json:
    found = locate(place) if place is not None else None
    return found or {"filename": None, "location": None, "cell": None}

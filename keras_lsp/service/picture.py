"""Pictures: a summary as a graph of boxes, in SVG.

Never asks anybody, and needs nothing but the text that it writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from keras_lsp.service.layout import Layout, Point, laid_out
from keras_lsp.service.summary import Row, Summary

LETTER = 6.7
"""The width of a letter of this size in most fixed-width fonts."""
PADDING = 10.0
HEIGHT = 44.0
LONGEST = 60
COLOURS = (
    ("Conv", "#4e79a7"),
    ("Pool", "#f28e2b"),
    ("Norm", "#b07aa1"),
    ("Dense", "#59a14f"),
    ("Input", "#9c755f"),
    ("Embedding", "#edc948"),
    ("Attention", "#ff9da7"),
    ("LSTM", "#e15759"),
    ("GRU", "#e15759"),
    ("RNN", "#e15759"),
    ("Add", "#76b7b2"),
    ("Concat", "#76b7b2"),
    ("Multiply", "#76b7b2"),
)
"""Parts of class names and what they look like; the first that fits counts."""
PLAIN, WRONG = "#8a8a8a", "#d00000"
STYLE = (
    "text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:#222}"
    ".name{font-weight:bold}.line{fill:none;stroke:#777}.back{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.line{stroke:#999}.back{fill:#1e1e1e}}"
)


@dataclass(frozen=True, slots=True)
class Box:
    """A layer as it is drawn."""

    title: str
    text: str
    colour: str
    problem: str = ""


def drawn(summary: Summary) -> str:
    """The text of an SVG file."""
    # A shared layer may stand before the input of its second call.
    rows = sorted(summary.rows, key=lambda row: bool(row.inputs))
    boxes = [box(row) for row in rows]
    names = {row.name: index for index, row in enumerate(rows)}
    edges = [
        (names[name], index)
        for index, row in enumerate(rows)
        for name in row.inputs
        if name in names
    ]
    sizes = [(_width(item), HEIGHT) for item in boxes]
    layout = laid_out(sizes, edges)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{layout.width:.0f}" '
        f'height="{layout.height:.0f}" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}">',
        f"<title>{escape(summary.name)}: {escape(summary.total_line)}</title>",
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" markerWidth="7" markerHeight="7" refX="6" refY="3" orient="auto">'
        '<path d="M0 0L6 3L0 6z" fill="#777"/></marker></defs>',
        *[
            f'<path class="line" d="{_path(line)}" marker-end="url(#tip)"/>'
            for line in _lines(layout)
        ],
        *[_box(item, layout.places[n], _width(item)) for n, item in enumerate(boxes)],
        "</svg>",
    ]
    return "\n".join([*parts, ""])


def box(row: Row) -> Box:
    problem = "; ".join(f"{error.type}: {error.message}" for error in row.errors)
    count = (row.trainable + row.non_trainable).count
    text = f"{row.output} · {count:,} params" if count else row.output
    title = row.name if row.name == row.kind else f"{row.name} ({row.kind})"
    if problem:
        return Box(_short(title), _short(problem), WRONG, problem)
    colour = next((colour for part, colour in COLOURS if part in row.kind), PLAIN)
    return Box(_short(title), _short(text), colour)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _width(item: Box) -> float:
    return max(len(item.title), len(item.text)) * LETTER + 2 * PADDING


def _lines(layout: Layout) -> list[Sequence[Point]]:
    return [line for _, line in sorted(layout.lines.items())]


def _path(points: Sequence[Point]) -> str:
    """Straight down past rows, and in a curve from row to row."""
    (x, y), *rest = points
    path = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in rest:
        middle = (y + to_y) / 2
        if abs(to_x - x) < 0.5:
            path.append(f"L{to_x:.1f} {to_y:.1f}")
        else:
            path.append(f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return "".join(path)


def _box(item: Box, place: Point, width: float) -> str:
    x, y = place
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{HEIGHT:.0f}" rx="5"'
    thick = 2.5 if item.problem else 1
    return (
        f"<g><title>{escape(item.problem or item.title)}</title>"
        f'<rect class="back" {shape}/>'
        f'<rect {shape} fill="{item.colour}" fill-opacity=".18" stroke="{item.colour}" '
        f'stroke-width="{thick}"/>'
        f'<text class="name" x="{x + PADDING:.1f}" y="{y + 18:.1f}">{escape(item.title)}</text>'
        f'<text x="{x + PADDING:.1f}" y="{y + 34:.1f}">{escape(item.text)}</text></g>'
    )

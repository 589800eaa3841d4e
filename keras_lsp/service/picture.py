"""Pictures: a diagram drawn as SVG.

Never asks anybody, and needs nothing but the text that it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from keras_lsp.service.diagram import ENTRY, Diagram, Frame, Stack, diagram
from keras_lsp.service.layout import Layout, Point, laid_out
from keras_lsp.service.summary import Row, Summary
from keras_lsp.syntax.source import Place

LETTER = 6.7
"""The width of a letter of this size in most fixed-width fonts."""
PADDING = 10.0
LINE = 20.0
HEADER = 24.0
COLUMN = 18.0
"""Between the name of a layer and its shape."""
LONGEST = 64
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
LIGHT = "--text:#222;--dim:#666;--line:#777;--back:#fff;--page:#fff"
DARK = "--text:#ddd;--dim:#999;--line:#999;--back:#252526;--page:#1e1e1e"
RULES = (
    "text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:var(--text)}"
    ".kind{font-weight:bold}.dim{fill:var(--dim)}.line{fill:none;stroke:var(--line)}"
    ".tip{fill:var(--line)}.back{fill:var(--back);stroke:var(--line)}"
    ".frame{fill:var(--dim);fill-opacity:.06;stroke:var(--dim);stroke-dasharray:4 3}"
    f".wrong{{fill:{WRONG};fill-opacity:.22}}.bad{{fill:{WRONG};font-weight:bold}}"
    ".row{cursor:pointer}.row:hover .hit,.row.here .hit{fill:var(--text);fill-opacity:.12}"
    ".hit{fill:none;pointer-events:all}"
)


def themed(rules: str, theme: str) -> str:
    """The rules with the colours of a theme: not every reader of SVG knows variables."""
    for pair in theme.split(";"):
        name, _, colour = pair.partition(":")
        rules = rules.replace(f"var({name})", colour)
    return rules


STYLE = f"{themed(RULES, LIGHT)}@media(prefers-color-scheme:dark){{{themed(RULES, DARK)}}}"
"""For a file that stands for itself."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a layer is in the program, for who reads the picture."""

    text: str
    """``train.py:12``."""
    line: int = 0
    """Zero-based, of the whole program."""
    href: str = ""
    uri: str = ""
    """The editor's own name of the document."""


Locate = Callable[[Place], Where | None]


def drawn(
    summary: Summary,
    locate: Locate = lambda place: None,
    fold: bool = True,
    style: str = STYLE,
) -> str:
    """The text of an SVG file; ``style`` is empty if the page around it has one."""
    sized = _sized(diagram(summary, fold))
    title = f"{summary.name}: {summary.total_line}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sized.width:.0f}" '
        f'height="{sized.height:.0f}" viewBox="0 0 {sized.width:.0f} {sized.height:.0f}">',
        f"<title>{escape(title)}</title>",
        f"<style>{style}</style>" if style else "",
        '<defs><marker id="tip" markerWidth="7" markerHeight="7" refX="6" refY="3" orient="auto">'
        '<path class="tip" d="M0 0L6 3L0 6z"/></marker></defs>',
        *_drawn(sized, (0.0, 0.0), locate),
        "</svg>",
    ]
    return "\n".join([*(part for part in parts if part), ""])


def drawn_below_each_other(summaries: Sequence[Summary], locate: Locate) -> str:
    """One file with a picture of each model."""
    if len(summaries) == 1:
        return drawn(summaries[0], locate)
    top, width, parts = 0.0, 0.0, list[str]()
    for summary in summaries:
        sized = _sized(diagram(summary))
        head = f"{summary.name or 'a model'}  {summary.total_line}"
        picture = drawn(summary, locate, style="").replace("<svg ", f'<svg y="{top + HEADER}" ', 1)
        parts += [
            f'<text class="kind" x="{PADDING}" y="{top + 16}">{escape(head)}</text>',
            picture.rstrip(),
        ]
        width = max(width, sized.width, len(head) * LETTER + 2 * PADDING)
        top += sized.height + HEADER
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{top:.0f}" '
        f'viewBox="0 0 {width:.0f} {top:.0f}">'
    )
    return "\n".join([opening, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


# Sizes


@dataclass(frozen=True, slots=True)
class _Sized:
    """A diagram with the sizes of its parts and their places."""

    parts: tuple[_Sized | Stack, ...]
    sizes: tuple[Point, ...]
    layout: Layout
    frame: Frame | None = None

    @property
    def width(self) -> float:
        if self.frame is None:
            return self.layout.width
        own = [line.width for line in _lines_of(self.frame)]
        return max([self.layout.width, *own]) + 2 * PADDING

    @property
    def height(self) -> float:
        return self.layout.height + (HEADER if self.frame is not None else 0.0)


def _sized(of: Diagram, frame: Frame | None = None) -> _Sized:
    parts: list[_Sized | Stack] = []
    sizes: list[Point] = []
    for part in of.parts:
        if isinstance(part, Frame):
            inner = _sized(part.inside, part)
            parts.append(inner)
            sizes.append((inner.width, inner.height))
        else:
            parts.append(part)
            widths = [_line_of(row).width for row in part.rows]
            sizes.append((max(widths) + 2 * PADDING, LINE * len(part.rows) + 4))
    return _Sized(tuple(parts), tuple(sizes), laid_out(sizes, of.edges), frame)


@dataclass(frozen=True, slots=True)
class _Line:
    """What is written of a row."""

    kind: str
    name: str
    text: str
    colour: str
    problem: str = ""

    @property
    def head(self) -> str:
        return f"{self.kind}  {self.name}" if self.name else self.kind

    @property
    def width(self) -> float:
        gap = COLUMN if self.text else 0.0
        return (len(self.head) + len(self.text)) * LETTER + gap


def _line_of(row: Row) -> _Line:
    problem = "; ".join(f"{error.type}: {error.message}" for error in row.errors)
    count = (row.trainable + row.non_trainable).count
    text = f"{row.output} · {count:,}" if count else row.output
    if row is ENTRY:
        text = ""
    name = "" if row.name == row.kind else _short(row.name)
    if problem:
        return _Line(_short(row.kind), name, _short(problem), WRONG, problem)
    colour = next((colour for part, colour in COLOURS if part in row.kind), PLAIN)
    return _Line(_short(row.kind), name, _short(text), colour)


def _lines_of(frame: Frame) -> tuple[_Line, ...]:
    if frame.row is not None:
        return (_line_of(frame.row),)
    return (_Line(f"{frame.times} ×", f"{frame.first} … {frame.last}", "", PLAIN),)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


# Drawing


def _drawn(sized: _Sized, corner: Point, locate: Locate) -> list[str]:
    x, y = corner
    found: list[str] = []
    for _, line in sorted(sized.layout.lines.items()):
        points = [(x + px, y + py) for px, py in line]
        found.append(f'<path class="line" d="{_path(points)}" marker-end="url(#tip)"/>')
    for index, part in enumerate(sized.parts):
        px, py = sized.layout.places[index]
        at = (x + px, y + py)
        if isinstance(part, Stack):
            found += _stack(part, at, sized.sizes[index], locate)
        else:
            found += _frame(part, at, locate)
    return found


def _frame(sized: _Sized, corner: Point, locate: Locate) -> list[str]:
    x, y = corner
    frame = sized.frame
    if frame is None:
        return []
    (line,) = _lines_of(frame)
    inner = (x + (sized.width - sized.layout.width) / 2, y + HEADER)
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{sized.width:.1f}" height="{sized.height:.1f}"'
    return [
        f'<rect class="frame" {shape} rx="7"/>',
        *_row(line, frame.row, (x, y + 2), sized.width, locate),
        *_drawn(sized, inner, locate),
    ]


def _stack(stack: Stack, corner: Point, size: Point, locate: Locate) -> list[str]:
    x, y = corner
    width, height = size
    found = [
        f'<rect class="back" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="4"/>'
    ]
    for number, row in enumerate(stack.rows):
        found += _row(_line_of(row), row, (x, y + 2 + number * LINE), width, locate)
    return found


def _row(line: _Line, row: Row | None, corner: Point, width: float, locate: Locate) -> list[str]:
    x, y = corner
    where = locate(row.place) if row is not None and row.place is not None else None
    tip = "\n".join(filter(None, (line.head, line.problem, where.text if where else "")))
    data = f' data-line="{where.line}" data-uri="{escape(where.uri)}"' if where else ""
    shape = f'x="{x + 1:.1f}" y="{y:.1f}" width="{width - 2:.1f}" height="{LINE:.0f}"'
    classes = "row failed" if line.problem else "row"
    link = where is not None and bool(where.href)
    parts = [
        f'<a href="{escape(where.href)}">' if link and where else "",
        f'<g class="{classes if row is not None else "note"}"{data}><title>{escape(tip)}</title>',
        f'<rect class="wrong" {shape}/>' if line.problem else "",
        f'<rect class="hit" {shape}/>' if row is not None else "",
        f'<rect x="{x:.1f}" y="{y + 3:.1f}" width="4" height="{LINE - 6:.0f}" '
        f'fill="{line.colour}"/>',
        f'<text x="{x + PADDING:.1f}" y="{y + 14:.1f}"><tspan class="kind">{escape(line.kind)}'
        "</tspan>",
        f'<tspan class="dim" dx="{LETTER:.1f}"> {escape(line.name)}</tspan>' if line.name else "",
        "</text>",
        f'<text class="{"bad" if line.problem else "shape"}" x="{x + width - PADDING:.1f}" '
        f'y="{y + 14:.1f}" text-anchor="end">{escape(line.text)}</text>'
        if line.text
        else "",
        "</g>",
        "</a>" if link else "",
    ]
    return ["".join(parts)]


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

"""Layout: boxes in rows from top to bottom, with lines between them that cross seldom.

Has never heard of layers or of Keras.

A box stands below all that leads to it.  A line that passes a row gets a place of its own in it, so
that it runs between the boxes.  Rows are ordered by the mean place of what they are joined with,
and boxes are moved as close to that as their neighbours in the row allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP = 24.0
"""Between boxes in a row."""
RISE = 28.0
"""Between rows."""
MARGIN = 12.0
BEND = 6.0
"""The width of a place that only a line takes."""
SWEEPS = 8

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """Left upper corners of the boxes, and a line for each edge."""

    places: Mapping[int, Point]
    lines: Mapping[tuple[int, int], tuple[Point, ...]]
    width: float
    height: float


def laid_out(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Layout:
    """``edges`` lead from a box to one with a higher number."""
    edges = [edge for edge in dict.fromkeys(edges) if edge[0] < edge[1]]
    ranks = _ranks(len(sizes), edges)
    widths = [width for width, _ in sizes]
    chains: dict[tuple[int, int], list[int]] = {}
    links: list[tuple[int, int]] = []
    for start, end in edges:
        chain = [start]
        for rank in range(ranks[start] + 1, ranks[end]):
            ranks.append(rank)
            widths.append(BEND)
            chain.append(len(ranks) - 1)
        chain.append(end)
        chains[start, end] = chain
        links += pairwise(chain)
    rows = _ordered(ranks, links)
    centres = _centres(rows, widths, links)
    tops, height = _tops(rows, sizes)
    left = min((centres[i] - widths[i] / 2 for row in rows for i in row), default=0.0) - MARGIN
    centres = [centre - left for centre in centres]
    right = max((centres[i] + widths[i] / 2 for row in rows for i in row), default=0.0)
    lines = {
        edge: tuple(_line(chain, ranks, centres, tops, sizes)) for edge, chain in chains.items()
    }
    places = {i: (centres[i] - widths[i] / 2, tops[ranks[i]]) for i in range(len(sizes))}
    return Layout(places, lines, right + MARGIN, height)


def _ranks(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    ranks = [0] * count
    for start, end in sorted(edges, key=lambda edge: edge[1]):
        ranks[end] = max(ranks[end], ranks[start] + 1)
    below: dict[int, list[int]] = {}
    for start, end in edges:
        below.setdefault(start, []).append(end)
    fed = {end for _, end in edges}
    for start, ends in below.items():
        if start not in fed:  # an input stands right above its first use
            ranks[start] = min(ranks[end] for end in ends) - 1
    return ranks


def _ordered(ranks: Sequence[int], links: Sequence[tuple[int, int]]) -> list[list[int]]:
    rows: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for index, rank in enumerate(ranks):
        rows[rank].append(index)
    above, below = _neighbours(len(ranks), links)
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        joined = above if sweep % 2 == 0 else below
        place = {index: n for row in rows for n, index in enumerate(row)}
        for row in rows if sweep % 2 == 0 else reversed(rows):
            row.sort(key=lambda index: _mean([place[n] for n in joined[index]], place[index]))
            place.update({index: n for n, index in enumerate(row)})
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _neighbours(
    count: int, links: Sequence[tuple[int, int]]
) -> tuple[list[list[int]], list[list[int]]]:
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for start, end in links:
        above[end].append(start)
        below[start].append(end)
    return above, below


def _crossings(rows: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> int:
    place = {index: n for row in rows for n, index in enumerate(row)}
    count = 0
    for row in rows:
        ends: list[int] = []
        for index in row:
            own = [place[end] for end in below[index]]
            count += sum(earlier > end for end in own for earlier in ends)
            ends += own
    return count


def _centres(
    rows: Sequence[Sequence[int]], widths: Sequence[float], links: Sequence[tuple[int, int]]
) -> list[float]:
    above, below = _neighbours(len(widths), links)
    centres = [0.0] * len(widths)
    for sweep in range(SWEEPS + 1):
        joined = [a + b for a, b in zip(above, below, strict=True)] if sweep else above
        for row in rows if sweep % 2 == 0 else list(reversed(rows)):
            wanted = [_mean([centres[n] for n in joined[i]], centres[i]) for i in row]
            for index, centre in zip(row, _apart(wanted, [widths[i] for i in row]), strict=True):
                centres[index] = centre
    return centres


def _apart(wanted: Sequence[float], widths: Sequence[float]) -> list[float]:
    """The centres closest to those that are wanted, in their order, with a gap between boxes."""
    offsets = [0.0]
    for one, other in pairwise(widths):
        offsets.append(offsets[-1] + (one + other) / 2 + GAP)
    # Without the offsets the centres must not fall: neighbours that do are joined at their mean.
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        total, size = want - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / size:
            before, many = blocks.pop()
            total, size = total + before, size + many
        blocks.append((total, size))
    free = [total / size for total, size in blocks for _ in range(size)]
    return [centre + offset for centre, offset in zip(free, offsets, strict=False)]


def _tops(
    rows: Sequence[Sequence[int]], sizes: Sequence[tuple[float, float]]
) -> tuple[list[float], float]:
    tops: list[float] = []
    top = MARGIN
    for row in rows:
        tops.append(top)
        top += max((sizes[i][1] for i in row if i < len(sizes)), default=0.0) + RISE
    return tops, top - RISE + MARGIN if rows else 2 * MARGIN


def _line(
    chain: Sequence[int],
    ranks: Sequence[int],
    centres: Sequence[float],
    tops: Sequence[float],
    sizes: Sequence[tuple[float, float]],
) -> list[Point]:
    start, *bends, end = chain
    points = [(centres[start], tops[ranks[start]] + sizes[start][1])]
    for bend in bends:
        top = tops[ranks[bend]]
        points += [(centres[bend], top), (centres[bend], tops[ranks[bend] + 1] - RISE)]
    return [*points, (centres[end], tops[ranks[end]])]


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise

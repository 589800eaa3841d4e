"""Diagrams: a summary as parts that a picture can show: stacks, frames and what is repeated.

Has no idea of sizes, colours or files.

Layers that follow each other without a fork are one stack.  A model in a model is a frame, and so
is a block that is repeated, which is shown once and says how often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keras_lsp.networks import NetworkKind
from keras_lsp.service.summary import Row, Summary

LONGEST_BLOCK = 48
"""Layers of a block that may be found to be repeated."""
DEEPEST = 8


ENTRY = Row("", "input of the block", (), (), None)
"""Stands for what comes into a block that is repeated."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Rows, each of which is the only input of the next one."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A model in the model, or a block that is repeated."""

    inside: Diagram
    row: Row | None = None
    """The layer that is the model."""
    times: int = 1
    first: str = ""
    last: str = ""
    """The names with which the repeated block begins and its last repetition ends."""


@dataclass(frozen=True, slots=True)
class Diagram:
    """Parts, and which leads to which: from a lower to a higher number."""

    parts: tuple[Stack | Frame, ...]
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows from one number up to another that become one part."""

    start: int
    end: int
    times: int = 1


def diagram(summary: Summary, fold: bool = True) -> Diagram:
    """``fold``: show what is repeated only once."""
    return _of_summary(summary, fold, 0)


def _of_summary(summary: Summary, fold: bool, depth: int) -> Diagram:
    # A shared layer may stand before the input of its second call.
    rows = sorted(summary.rows, key=lambda row: row.kind != "InputLayer")
    sources = _sources(rows)
    if summary.kind is NetworkKind.SEQUENTIAL:
        sources = [tuple(range(max(0, n - 1), n)) for n in range(len(rows))]
    return _diagram(rows, sources, fold, depth)


def _diagram(
    rows: Sequence[Row], sources: Sequence[tuple[int, ...]], fold: bool, depth: int
) -> Diagram:
    groups: list[_Group] = []
    at = 0
    while at < len(rows):
        group = _repeated(rows, sources, at) if fold else None
        groups.append(group or _Group(at, at + 1))
        at = groups[-1].end
    owner = [n for n, group in enumerate(groups) for _ in range(group.start, group.end)]
    links = sorted(
        {(owner[s], owner[n]) for n, ss in enumerate(sources) for s in ss if owner[s] != owner[n]}
    )
    stacks = _stacks(rows, groups, links)
    parts: list[Stack | Frame] = []
    part_of: dict[int, int] = {}
    for members in stacks:
        part_of.update(dict.fromkeys(members, len(parts)))
        parts.append(_part(rows, sources, [groups[m] for m in members], fold, depth))
    edges = {(part_of[a], part_of[b]) for a, b in links if part_of[a] != part_of[b]}
    return Diagram(tuple(parts), tuple(sorted(edges)))


def _part(
    rows: Sequence[Row],
    sources: Sequence[tuple[int, ...]],
    members: Sequence[_Group],
    fold: bool,
    depth: int,
) -> Stack | Frame:
    group = members[0]
    if group.times > 1:
        start, length = group.start, (group.end - group.start) // group.times
        inside = _diagram(*_block(rows, sources, start, start + length), False, depth)
        return Frame(inside, None, group.times, rows[start].name, rows[group.end - 1].name)
    row = rows[group.start]
    if row.inside is not None and row.inside.rows and depth < DEEPEST:
        return Frame(_of_summary(row.inside, fold, depth + 1), row)
    return Stack(tuple(rows[member.start] for member in members))


def _block(
    rows: Sequence[Row], sources: Sequence[tuple[int, ...]], start: int, end: int
) -> tuple[Sequence[Row], Sequence[tuple[int, ...]]]:
    """A block by itself; with a row for what comes in, if that goes several ways."""
    own = sources[start:end]
    inner = [tuple(s - start for s in of_row if s >= start) for of_row in own]
    entering = [n for n, of_row in enumerate(own) if any(s < start for s in of_row)]
    if len(entering) < 2:
        return rows[start:end], inner
    moved = [tuple(s + 1 for s in of_row) for of_row in inner]
    for n in entering:
        moved[n] = (0, *moved[n])
    return (ENTRY, *rows[start:end]), [(), *moved]


def _sources(rows: Sequence[Row]) -> list[tuple[int, ...]]:
    """The numbers of the rows that each row is called on, as far as they stand before it."""
    numbers = {row.name: index for index, row in enumerate(rows)}
    found: list[tuple[int, ...]] = []
    for index, row in enumerate(rows):
        known = (numbers[name] for name in row.inputs if name in numbers)
        found.append(tuple(sorted({n for n in known if n < index})))
    return found


def _stacks(
    rows: Sequence[Row], groups: Sequence[_Group], links: Sequence[tuple[int, int]]
) -> list[list[int]]:
    """Groups that are one row each and follow each other without a fork, taken together."""
    into: dict[int, list[int]] = {}
    out: dict[int, list[int]] = {}
    for a, b in links:
        into.setdefault(b, []).append(a)
        out.setdefault(a, []).append(b)
    plain = [g.times == 1 and rows[g.start].inside is None for g in groups]
    stacks: list[list[int]] = []
    home: dict[int, list[int]] = {}
    for number in range(len(groups)):
        before = into.get(number, [])
        alone = len(before) == 1 and len(out[before[0]]) == 1
        if plain[number] and alone and plain[before[0]]:
            home[before[0]].append(number)
            home[number] = home[before[0]]
            continue
        home[number] = [number]
        stacks.append(home[number])
    return stacks


# What is repeated


def _repeated(rows: Sequence[Row], sources: Sequence[tuple[int, ...]], start: int) -> _Group | None:
    """The longest repetition that begins at a row; the shortest block of those."""
    best: _Group | None = None
    for length in range(1, min(LONGEST_BLOCK, (len(rows) - start) // 2) + 1):
        times = 1
        while _alike(rows, sources, start + (times - 1) * length, length):
            times += 1
        while times > 1 and not _is_closed(sources, start, length, times):
            times -= 1
        enough = times > 1 if length > 2 else times > 2
        if enough and (best is None or times * length > best.end - best.start):
            best = _Group(start, start + times * length, times)
    return best


def _alike(
    rows: Sequence[Row], sources: Sequence[tuple[int, ...]], start: int, length: int
) -> bool:
    """Whether the block that begins here is followed by another one of the same."""
    if start + 2 * length > len(rows):
        return False
    for one in range(start, start + length):
        other = one + length
        mine, theirs = rows[one], rows[other]
        if mine.kind != theirs.kind or mine.output != theirs.output or mine.errors or theirs.errors:
            return False
        if [one - s for s in sources[one]] != [other - s for s in sources[other]]:
            return False
        if (mine.trainable, mine.non_trainable) != (theirs.trainable, theirs.non_trainable):
            return False
        if mine.inside is not None or theirs.inside is not None or not mine.is_known:
            return False
    return True


def _is_closed(sources: Sequence[tuple[int, ...]], start: int, length: int, times: int) -> bool:
    """Whether each repetition leads to the next one only."""
    end = start + length * times
    for index in range(start, len(sources)):
        block = (index - start) // length if index < end else times
        for source in sources[index]:
            of_source = (source - start) // length
            if start <= source < end and of_source not in (block, block - 1):
                return False
            if source < start and 0 < block < times:
                return False
    return True

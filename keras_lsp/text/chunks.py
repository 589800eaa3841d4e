"""Documents of R Markdown and Quarto: which of their chunks are Python that is run.

Never learns what is in a chunk.  Where another language, another file or an expression may say
what is run or what a name means, the document has no program that could be followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keras_lsp.text.cells import Cell
from keras_lsp.text.lines import split_lines, without_end
from keras_lsp.text.markdown import MarkdownNotebook, closes, front_matter

_FENCE = re.compile(
    r"(?P<indent>[ \t>]*)(?P<fence>`{3,})\s*\{(?P<engine>[A-Za-z][\w.+-]*)(?P<options>[^`]*)\}\s*"
)
_OPTION = re.compile(r"#\| *(?P<name>[\w.-]+) *: *(?P<value>.*?)\s*")
_FALSE = re.compile(r"(?i:false|f|no)")
_TRUE = re.compile(r"(?i:true|t|yes)")
_EVAL = re.compile(r"\beval *= *(?P<value>[^,}\s]+)")
_NAMED = re.compile(r"(?P<name>[\w.-]+) *=")
_ELSEWHERE = frozenset({"file", "code", "child", "engine", "ref.label"})
"""Options that name where the code of a chunk, or its language, is."""
_NOTHING_RUNS = re.compile(r"opts_chunk\$set\([^)]*\beval *= *(?!T\b|TRUE\b)")
_FROM_R = re.compile(r"\bpy\$|\bpy_\w+\(|\bsource_python\(|\bpy\[\[")
_TO_R = re.compile(r"(?<![\w.])r\.\w")
_INCLUDED = re.compile(r"\{\{< *(?:include|embed)\b")
_EXECUTE = re.compile(r"execute:\s*")
_FRONT_EVAL = re.compile(r"(?P<space> *)eval: *(?P<value>\S+)\s*")


@dataclass(slots=True)
class _Chunk:
    """A chunk with the lines between its fences."""

    fence: re.Match[str]
    top: int
    end: int

    @property
    def is_python(self) -> bool:
        return self.fence["engine"].lower() == "python"


def has_program(text: str) -> bool:
    """Whether there is Python in a document that is run and can be followed."""
    return bool(_read(split_lines(text))[0])


def read_chunks(text: str) -> MarkdownNotebook:
    """A document with its chunks of Python as the cells of a notebook."""
    lines = split_lines(text)
    return MarkdownNotebook(lines, *_read(lines))


def _read(lines: list[str]) -> tuple[list[Cell], list[int]]:
    """The chunks that run, and the line on which each begins."""
    cells: list[Cell] = []
    tops: list[int] = []
    front = front_matter(lines)
    chunks = list(_chunks(lines, len(front) + 2 if front else 0))
    if not any(chunk.is_python for chunk in chunks) or _is_off(front):
        return cells, tops
    if any(_INCLUDED.search(line) for line in lines):
        return [], []
    for chunk in chunks:
        text = "".join(lines[chunk.top : chunk.end])
        if not chunk.is_python:
            if _FROM_R.search(text) or _NOTHING_RUNS.search(text) or _says_elsewhere(chunk, lines):
                return [], []
            continue
        runs = _runs(chunk, lines)
        if runs is None:
            return [], []
        if runs:
            if chunk.fence["indent"] or _TO_R.search(text) or _says_elsewhere(chunk, lines):
                return [], []
            # Above its options nothing may be written.
            top = chunk.top + sum(1 for _ in _options(chunk, lines))
            cells.append(Cell.of(len(cells) + 1, "".join(lines[top : chunk.end])))
            tops.append(top)
    return cells, tops


def _chunks(lines: list[str], at: int) -> Iterator[_Chunk]:
    plain = ""
    while at < len(lines):
        body = without_end(lines[at])
        at += 1
        if plain:
            # What stands in a fence of another kind is shown, chunks too.
            plain = "" if closes(body, plain) else plain
            continue
        match = _FENCE.fullmatch(body)
        if match is None:
            opening = re.match(r"`{3,}|~{3,}", body)
            plain = opening[0] if opening is not None and "`" not in body[opening.end() :] else ""
            continue
        fence = match["fence"]
        end = next((n for n in range(at, len(lines)) if closes(lines[n].lstrip(" \t>"), fence)), -1)
        end = len(lines) if end < 0 else end
        yield _Chunk(match, at, end)
        at = end + 1


def _options(chunk: _Chunk, lines: list[str]) -> Iterator[re.Match[str]]:
    """The special comments that a chunk begins with."""
    for line in lines[chunk.top : chunk.end]:
        match = _OPTION.fullmatch(without_end(line))
        if match is None:
            return
        yield match


def _runs(chunk: _Chunk, lines: list[str]) -> bool | None:
    """Whether a chunk is run; None: only the document's own run tells."""
    told = [match["value"] for match in _EVAL.finditer(chunk.fence["options"])]
    told += [match["value"] for match in _options(chunk, lines) if match["name"] == "eval"]
    if not told or _TRUE.fullmatch(told[-1]):
        return True
    return False if _FALSE.fullmatch(told[-1]) else None


def _says_elsewhere(chunk: _Chunk, lines: list[str]) -> bool:
    """Whether the code of a chunk, or its language, stands somewhere else."""
    named = {match["name"] for match in _NAMED.finditer(chunk.fence["options"])}
    named.update(match["name"] for match in _options(chunk, lines))
    return not named.isdisjoint(_ELSEWHERE)


def _is_off(front: list[str]) -> bool:
    """Whether the front matter says that nothing is run."""
    inside = False
    for line in front:
        if match := _FRONT_EVAL.fullmatch(line):
            applies = not match["space"] or inside
            if applies and not _TRUE.fullmatch(match["value"]):
                return True
        elif not line.startswith(" "):
            inside = _EXECUTE.fullmatch(line) is not None
    return False

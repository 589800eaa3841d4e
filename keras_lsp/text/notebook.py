"""Notebook files: the cells of an ``.ipynb``, and the file again with other texts in them.

Never learns what is in a cell.  A file is changed in place: whatever is not source that
changed keeps every byte, down to how a character of the source was escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from keras_lsp.text.cells import Cell, Cells
from keras_lsp.text.lines import split_lines


class MalformedNotebook(ValueError):
    """The text is no notebook that can be read; the message says why."""


class Notebook:
    """The text of a notebook file, and its code cells if they are Python."""

    def __init__(self, text: str, cells: Cells, places: list[tuple[int, int]]) -> None:
        self.text = text
        self.cells = cells
        self._places = places
        """Offsets of each cell's ``source`` value in the text."""

    @classmethod
    def read(cls, text: str) -> Notebook:
        """Read a notebook of format 4; raises `MalformedNotebook`."""
        try:
            loaded = json.loads(text)
        except (ValueError, RecursionError) as problem:
            raise MalformedNotebook(f"it is not JSON: {problem}") from None
        if not isinstance(loaded, dict):
            raise MalformedNotebook("it is no notebook: it has no cells")
        version = loaded.get("nbformat", 4)
        if "worksheets" in loaded or (isinstance(version, int) and version < 4):
            raise MalformedNotebook(
                f"it has notebook format {version}: convert it with"
                " `jupyter nbconvert --to notebook --inplace`"
            )
        if not isinstance(loaded.get("cells"), list):
            raise MalformedNotebook("it is no notebook: it has no cells")
        if not _is_python(loaded):
            return cls(text, Cells(()), [])
        sources = list(_sources(text))
        if len(sources) != len(loaded["cells"]):
            raise MalformedNotebook("its cells cannot be told apart")
        cells: list[Cell] = []
        places: list[tuple[int, int]] = []
        for number, (cell, place) in enumerate(zip(loaded["cells"], sources, strict=True), 1):
            if not isinstance(cell, dict) or cell.get("cell_type") != "code":
                continue
            source = cell.get("source", "")
            parts = source if isinstance(source, list) else [source]
            if not all(isinstance(part, str) for part in parts):
                raise MalformedNotebook(f"the source of cell {number} is no text")
            if place is None:
                continue
            if json.loads(text[slice(*place)]) != source:
                raise MalformedNotebook(f"cell {number} has its source twice")
            order = cell.get("execution_count")
            cells.append(Cell.of(number, "".join(parts), order if isinstance(order, int) else None))
            places.append(place)
        return cls(text, Cells(cells), places)

    def place(self, index: int) -> tuple[int | None, int]:
        """The number of a cell, and on which line its lines begin to count: in the cell itself."""
        return self.cells.cells[index].number, 0

    def with_texts(self, changed: Mapping[int, str]) -> str:
        """The file's text with other texts in some of its code cells, by index."""
        text = self.text
        escaping = text.isascii() and re.search(r"\\u(?!00[01])", text) is not None
        for index in sorted(changed, reverse=True):
            start, end = self._places[index]
            spelled = _respelled(text[start:end], changed[index], escaping)
            text = text[:start] + spelled + text[end:]
        return text


def _is_python(notebook: dict[str, Any]) -> bool:
    metadata = notebook.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        info = metadata.get(key) if isinstance(metadata, dict) else None
        language = info.get(name) if isinstance(info, dict) else None
        if isinstance(language, str) and language:
            return language.lower() in ("python", "ipython", "python3")
    return True


# Where the sources stand

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]', re.DOTALL)


def _sources(text: str) -> Iterator[tuple[int, int] | None]:
    """Where the ``source`` value of each cell stands in the JSON text."""
    stack: list[str] = []
    key = previous = ""
    inside = False
    begun = 0
    found: tuple[int, int] | None = None
    for token in _TOKEN.finditer(text):
        what = token[0]
        if what in "{[":
            stack.append(what)
            if what == "[" and len(stack) == 2 and key == "cells":
                inside = True
            elif what == "[" and len(stack) == 4 and key == "source":
                begun = token.start()
            elif what == "{" and len(stack) == 3:
                found = None
            if what == "{":
                key = ""
        elif what in "}]":
            if what == "]" and inside and len(stack) == 4 and key == "source":
                found = (begun, token.end())
            stack.pop()
            if what == "}" and inside and len(stack) == 2:
                yield found
            elif what == "]" and len(stack) == 1:
                inside = False
        elif what[0] == '"':
            if previous == ":" and inside and len(stack) == 3 and key == "source":
                found = (token.start(), token.end())
            elif previous != ":" and stack[-1:] == ["{"] and len(stack) in (1, 3):
                key = json.loads(what)
        previous = what


# Writing a source as the old one was written


@dataclass(frozen=True, slots=True)
class _Letter:
    """A character, how it is spelled, and what stands in front of its string, if it is first."""

    character: str
    spelled: str
    before: str | None = None
    fresh: bool = False


_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SPELLED = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)


def _respelled(old: str, text: str, escaping: bool) -> str:
    """A ``source`` value with another text; lines that stay are spelled as they were."""
    listed = old.startswith("[")
    letters, tail = _letters(old)
    starts = [letter.before for letter in letters if letter.before is not None]
    between = starts[1] if len(starts) > 1 else ", "
    if len(starts) == 1 and "\n" in starts[0]:
        between = "," + starts[0][1:]
    first = starts[0] if starts else "[" if listed else ""
    new = _changed(letters, text, escaping)
    if not new:
        return "[]" if listed else '""'
    # Some tools write lists whose strings are no lines: nothing is parted there.
    by_line = listed and not any(
        a.character == "\n" and b.before is None for a, b in pairwise(letters)
    )
    out = [f'{first}"', new[0].spelled]
    for previous, letter in pairwise(new):
        if letter.before is not None and not (previous.fresh or letter.fresh):
            out.append(f'"{letter.before if letter.before != first else between}"')
        elif by_line and _parted(previous, letter):
            out.append(f'"{letter.before if letter.before not in (None, first) else between}"')
        out.append(letter.spelled)
    return "".join((*out, '"', tail))


def _parted(previous: _Letter, letter: _Letter) -> bool:
    """Whether a string of the list ends between two letters."""
    return (previous.fresh or letter.fresh) and previous.character == "\n"


def _letters(old: str) -> tuple[list[_Letter], str]:
    """The letters of a ``source`` value, and what stands behind the last string."""
    letters: list[_Letter] = []
    at = 0
    for string in _STRING.finditer(old):
        before: str | None = old[at : string.start()]
        at = string.end()
        for spelled in _SPELLED.finditer(string[0][1:-1]):
            character = json.loads(f'"{spelled[0]}"') if spelled[0][0] == "\\" else spelled[0]
            letters.append(_Letter(character, spelled[0], before))
            before = None
    if not letters:
        return [], "]" if old.startswith("[") else ""
    return letters, old[at:]


def _changed(letters: list[_Letter], text: str, escaping: bool) -> list[_Letter]:
    """The letters of a text, those of the old one wherever it did not change."""
    old = "".join(letter.character for letter in letters)
    before, after = split_lines(old), split_lines(text)
    new: list[_Letter] = []
    at = 0
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        was, now = "".join(before[a:b]), "".join(after[c:d])
        head = _common(was, now)
        foot = _common(was[head:][::-1], now[head:][::-1])
        stop = len(was) - foot
        new += letters[at : at + head]
        new += (
            _Letter(c, json.dumps(c, ensure_ascii=escaping)[1:-1], fresh=True)
            for c in now[head : len(now) - foot]
        )
        new += letters[at + stop : at + len(was)]
        at += len(was)
    return new


def _common(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length

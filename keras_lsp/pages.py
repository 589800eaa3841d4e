"""Pages: reads the Markdown that describes a rule, with the example programs in it.

Knows headings, fences and markers; never learns what a rule, a finding or Keras is.

An example is a fenced block of the language ``python``. Words after the language are
its flags; ``file=models.py`` makes it a further file of the next example instead. In
its code a trailing comment pins what is to be found on that line::

    model.fit(x, y)  # error: [undefined-model] # raises: NameError
    model  # reveal: None

Readers never see these comments: the code of an `Example` comes without them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

BAD = "Bad"
FIXED = "Fixed"
PROOF = "Proof"
NEAR_MISSES = "Near misses"
KNOWN_GAPS = "Known gaps"
FIX_SAFETY = "Fix safety"
SECTIONS = (BAD, FIXED, PROOF, NEAR_MISSES, KNOWN_GAPS, FIX_SAFETY)
"""The sections of a rule's page, in the order in which readers meet them."""

MAIN_FILE = "main.py"
BYHAND = "byhand"
"""The flag of a Fixed that no fix makes out of Bad: somebody has to think."""

_FENCE = re.compile(r"(?P<ticks>`{3,})[ \t]*(?P<info>.*)")
_HEADING = re.compile(r"(?P<level>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*[ \t]*")
_MARKER = re.compile(
    r"(?P<severity>error|warning|hint):[ \t]*\[(?P<rule>[a-z0-9-]+)\]"
    r"|raises:[ \t]*(?P<exception>[A-Za-z_]\w*)"
)
_PIN = r"(?:(?:error|warning|hint):[ \t]*\[[a-z0-9-]+\]|raises:[ \t]*[A-Za-z_]\w*)"
_MARKERS = re.compile(rf"[ \t]*#[ \t]*{_PIN}(?:[ \t#,]+{_PIN})*[ \t]*$")
_REVEAL = re.compile(r"[ \t]*#[ \t]*reveal:[ \t]*(?P<text>.*?)[ \t]*$")


@dataclass(frozen=True, slots=True, order=True)
class Marker:
    """A finding that has to start on this line (counted from zero)."""

    line: int
    severity: str
    rule: str


@dataclass(frozen=True, slots=True, order=True)
class Raise:
    """The exception with which the program ends on this line."""

    line: int
    exception: str


@dataclass(frozen=True, slots=True, order=True)
class Reveal:
    """What has to be known about the expression statement on this line."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """One program, its markers taken out of the code."""

    code: str
    markers: tuple[Marker, ...] = ()
    raises: tuple[Raise, ...] = ()
    reveals: tuple[Reveal, ...] = ()
    prose: str = ""
    flags: frozenset[str] = frozenset()
    file: str = MAIN_FILE
    beside: tuple[Example, ...] = ()
    line: int = 0
    """Where the code starts in the Markdown, counted from zero."""

    @classmethod
    def read(cls, code: str, flags: frozenset[str] = frozenset()) -> Example:
        """An example that does not stand on a page: a file, or text that was made up."""
        lines = tuple(code.removesuffix("\n").split("\n"))
        return _example(_Block(0, ("python", *flags), lines, ()), "", ())

    def files(self) -> tuple[Example, ...]:
        """All its files, the one that is run last."""
        return (*self.beside, self)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it, up to the next heading of any level."""

    title: str
    level: int
    line: int
    prose: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's page: one summary paragraph, why it matters, and the sections."""

    summary: str
    why: str
    sections: tuple[Section, ...]
    text: str

    @classmethod
    def read(cls, docstring: str) -> Page:
        """Read any text at all; whether the page is a good one is for tests to say."""
        text = inspect.cleandoc(docstring)
        sections = tuple(read_sections(text))
        opening = sections[0].prose if sections and sections[0].level == 0 else ""
        summary, _, why = opening.partition("\n\n")
        return cls(
            summary=" ".join(summary.split()),
            why=why.strip(),
            sections=tuple(section for section in sections if section.level),
            text=text,
        )

    def section(self, title: str) -> Section | None:
        return next((section for section in self.sections if section.title == title), None)

    def examples(self, title: str) -> tuple[Example, ...]:
        section = self.section(title)
        return section.examples if section else ()

    def for_reader(self, title: str = "", level: int = 1) -> str:
        """The page as Markdown without markers and flags, under ``title`` if one is given.

        ``level`` is that of the title; the sections stand one level below it.
        """
        heading = f"{'#' * level} {title}\n\n" if title else ""
        return heading + "\n".join(_reader_lines(self.text, level - 1)) + "\n"


def read_sections(text: str) -> Iterator[Section]:
    """Every section of a Markdown text; what precedes the first heading has level 0."""
    title, level, start = "", 0, 0
    prose: list[str] = []
    examples: list[Example] = []
    beside: list[Example] = []
    described = 0

    def finished() -> Section:
        return Section(title, level, start, "\n".join(prose).strip(), tuple(examples))

    for piece in _pieces(text):
        if isinstance(piece, _Heading):
            if level or prose or examples:
                yield finished()
            title, level, start = piece.title, piece.level, piece.line
            prose, examples, beside, described = [], [], [], 0
        elif isinstance(piece, str):
            prose.append(piece)
        elif not piece.is_python:
            prose.extend(piece.raw)
        else:
            description = "\n".join(prose[described:]).strip()
            example = _example(piece, description, tuple(beside))
            if example.file != MAIN_FILE:
                beside.append(example)
                continue
            examples.append(example)
            beside, described = [], len(prose)
    if level or prose or examples:
        yield finished()


@dataclass(frozen=True, slots=True)
class _Heading:
    line: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    words: tuple[str, ...]
    lines: tuple[str, ...]
    raw: tuple[str, ...]

    @property
    def is_python(self) -> bool:
        return self.words[:1] == ("python",)

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(word for word in self.words[1:] if "=" not in word)

    @property
    def file(self) -> str:
        named = (word.removeprefix("file=") for word in self.words if word.startswith("file="))
        return next(named, MAIN_FILE)


def _pieces(text: str) -> Iterator[_Heading | _Block | str]:
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        fence = _FENCE.fullmatch(line)
        heading = _HEADING.fullmatch(line)
        if fence:
            end = _closing_fence(lines, at + 1, fence["ticks"])
            yield _Block(
                line=at + 1,
                words=tuple(fence["info"].split()),
                lines=tuple(lines[at + 1 : end]),
                raw=tuple(lines[at : end + 1]),
            )
            at = end
        elif heading:
            yield _Heading(at, len(heading["level"]), heading["title"])
        else:
            yield line
        at += 1


def _closing_fence(lines: list[str], start: int, ticks: str) -> int:
    for number in range(start, len(lines)):
        if lines[number].rstrip() == ticks:
            return number
    return len(lines)


def _example(block: _Block, prose: str, beside: tuple[Example, ...]) -> Example:
    code: list[str] = []
    markers: list[Marker] = []
    raises: list[Raise] = []
    reveals: list[Reveal] = []
    for number, text in enumerate(block.lines):
        revealed = _REVEAL.search(text)
        if revealed:
            reveals.append(Reveal(number, revealed["text"]))
            text = text[: revealed.start()]
        bare = _MARKERS.sub("", text)
        for marker in _MARKER.finditer(text, len(bare)):
            if marker["exception"]:
                raises.append(Raise(number, marker["exception"]))
            else:
                markers.append(Marker(number, marker["severity"], marker["rule"]))
        code.append(bare)
    return Example(
        code="".join(f"{line}\n" for line in code),
        markers=tuple(markers),
        raises=tuple(raises),
        reveals=tuple(reveals),
        prose=prose,
        flags=frozenset(block.flags),
        file=block.file,
        beside=() if block.file != MAIN_FILE else beside,
        line=block.line,
    )


def _reader_lines(text: str, deeper: int) -> Iterator[str]:
    for piece in _pieces(text):
        if isinstance(piece, str):
            yield piece
        elif isinstance(piece, _Heading):
            yield f"{'#' * (piece.level + deeper)} {piece.title}"
        elif not piece.is_python:
            yield from piece.raw
        else:
            if piece.file != MAIN_FILE:
                yield f"`{piece.file}`:"
                yield ""
            yield "```python"
            yield from _example(piece, "", ()).code.splitlines()
            yield "```"

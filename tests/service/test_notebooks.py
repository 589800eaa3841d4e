"""A program in cells is the same program: every page's examples, cut up, say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from keras_lsp.findings import Finding
from keras_lsp.pages import BAD, FIXED, NEAR_MISSES, Example, Page
from keras_lsp.rules import all_rules
from keras_lsp.syntax import Source
from keras_lsp.text import apply_edits
from keras_lsp.text.cells import Cell, Cells
from tests.support.engine import RealEngine
from tests.support.page_laws import K2
from tests.support.prelude import program_of

PATH = "main.py"
ENGINE = RealEngine()
MAGICS = ("%%time\n", "!pip list\n%config a.b = 1\n", "", "%%capture out\n\n", "model?\n")


def examples(name: str) -> Iterator[tuple[dict[str, str], bool]]:
    """The files of each example of a page that has no cells yet, and whether it is for Keras 2."""
    page = Page.read(all_rules()[name].page)
    found: list[Example] = [e for t in (BAD, FIXED, NEAR_MISSES) for e in page.examples(t)]
    for example in found:
        files = dict(program_of(example).files)
        if not Source.parse(PATH, files[PATH]).cells:
            yield files, K2 in example.flags


def cut(text: str, magics: bool) -> tuple[Cells, list[tuple[int, int]]]:
    """A cell for each statement, and where each line of the text is: its cell and row."""
    cells: list[Cell] = []
    places: list[tuple[int, int]] = []
    for number, statement in enumerate(Source.parse(PATH, text).statements):
        magic = MAGICS[number % len(MAGICS)] if magics else ""
        down = magic.count("\n")
        places += [(number, down + row) for row in range(statement.height)]
        cells.append(Cell.of(number + 1, magic + statement.text.removesuffix("\n")))
    return Cells(cells), places


Seen = Counter[tuple[str, tuple[int, int], int]]


def seen(findings: list[Finding], cells: Cells) -> Seen:
    counted: Seen = Counter()
    for finding in findings:
        index, inside = cells.locate_span(finding.span)
        counted[finding.rule, (index, inside.start.line), inside.start.column] += 1
    return counted


def wanted(findings: list[Finding], places: list[tuple[int, int]]) -> Seen:
    """What a file's findings are in cells: a model of a later statement is one of a later cell."""
    counted: Seen = Counter()
    for finding in findings:
        rule, start = finding.rule, finding.span.start
        if rule == "undefined-model" and any(
            places[r.span.start.line][0] > places[start.line][0]
            for r in finding.related
            if r.message == "it is defined here"
        ):
            rule = "unordered-cells"
        counted[rule, places[start.line], start.column] += 1
    return counted


@pytest.mark.parametrize("magics", [False, True], ids=["plain", "magics"])
@pytest.mark.parametrize("name", list(all_rules()))
def test_cells_say_what_the_file_says(name: str, magics: bool) -> None:
    for files, k2 in examples(name):
        cells, places = cut(files[PATH], magics)
        in_file = list(ENGINE.check(files, PATH, k2=k2))
        in_cells = list(ENGINE.check({**files, PATH: cells.source}, PATH, k2=k2))
        assert seen(in_cells, cells) == wanted(in_file, places), files[PATH]


@pytest.mark.parametrize("name", list(all_rules()))
def test_a_fix_in_cells_is_that_of_the_file(name: str) -> None:
    for files, k2 in examples(name):
        cells, _ = cut(files[PATH], magics=False)
        in_file = list(ENGINE.check(files, PATH, k2=k2))
        in_cells = list(ENGINE.check({**files, PATH: cells.source}, PATH, k2=k2))
        for one, other in zip(in_file, in_cells, strict=True):
            if one.rule != other.rule:
                continue
            for proposal, twin in zip(one.proposals, other.proposals, strict=True):
                fix = proposal.fix(Source.parse(PATH, files[PATH]))
                same = twin.fix(Source.parse(PATH, cells.source))
                if fix is None or same is None:
                    assert fix is same
                    continue
                changed = cells.mended(apply_edits(cells.source, same.edits))
                assert changed is not None, cells.source
                texts = [changed.get(i, cell.text) for i, cell in enumerate(cells.cells)]
                assert code("\n".join(texts)) == code(apply_edits(files[PATH], fix.edits))


@pytest.mark.parametrize("name", list(all_rules()))
def test_a_fix_loses_no_magic(name: str) -> None:
    for files, k2 in examples(name):
        cells, _ = cut(files[PATH], magics=True)
        before = [magic_lines(cell.text) for cell in cells.cells]
        for finding in ENGINE.check({**files, PATH: cells.source}, PATH, k2=k2):
            for proposal in finding.proposals:
                fix = proposal.fix(Source.parse(PATH, cells.source))
                if fix is None:
                    continue
                changed = cells.mended(apply_edits(cells.source, fix.edits))
                for index, text in (changed or {}).items():
                    assert magic_lines(text) == before[index]
                    assert "#: " not in text


def code(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def magic_lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith(("%", "!", "model?"))]

"""Every refactoring, before and after, in every way of writing; and where it is refused."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Callable

import pytest

from keras_lsp.checking import check
from keras_lsp.config import Config
from keras_lsp.findings import Finding
from keras_lsp.fixing import harmless
from keras_lsp.refactoring import Offered, all_refactorings, refactorings
from keras_lsp.semantics.program import Program, analyze
from keras_lsp.syntax import Source
from keras_lsp.text import apply_edits
from tests.refactoring.cases import (
    MAIN_FILE,
    Case,
    changed,
    read_cases,
    with_carriage_returns,
    with_tabs,
    without_last_line_end,
)

CASES = list(read_cases())
DONE = [case for case in CASES if case.after is not None]
REFUSED = [case for case in CASES if case.after is None]


def named(case: Case) -> str:
    return case.name


def offered(case: Case) -> list[Offered]:
    source = Source.parse(MAIN_FILE, case.before)
    found = refactorings(analyze(source, Program()), case.span)
    return [o for o in found if o.name == case.refactoring]


@pytest.mark.parametrize("case", DONE, ids=named)
@pytest.mark.parametrize(
    "change",
    [str, with_tabs, with_carriage_returns, without_last_line_end],
    ids=["plain", "tabs", "crlf", "no last line end"],
)
def test_before_and_after(case: Case, change: Callable[[str], str]) -> None:
    case = changed(case, change)
    if change is with_tabs and "\t" not in case.before:
        pytest.skip("nothing in the file says that it is indented with tabs")
    (offer,) = offered(case)
    assert offer.kind.startswith("refactor.")
    assert apply_edits(case.before, offer.edits) == case.after


@pytest.mark.parametrize("case", DONE, ids=named)
def test_it_parses_and_adds_no_finding(case: Case) -> None:
    def recheck(source: Source) -> tuple[Finding, ...]:
        return check(analyze(source, Program()), Config())

    assert case.after is not None
    ast.parse(case.after)
    (offer,) = offered(case)
    source = Source.parse(MAIN_FILE, case.before)
    assert harmless(offer.edits, source, recheck), recheck(source.edit(offer.edits))


@pytest.mark.parametrize("case", DONE, ids=named)
def test_no_comment_is_lost(case: Case) -> None:
    assert case.after is not None
    assert comments(case.before) == comments(case.after)


@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_refused(case: Case) -> None:
    assert [o.title for o in offered(case)] == []


def test_every_refactoring_has_cases_of_both_kinds() -> None:
    names = {r.name for r in all_refactorings()}
    assert {c.refactoring for c in DONE} == names
    assert {c.refactoring for c in REFUSED} == names


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    # Two may be joined at the end of one line.
    told = (part for t in tokens if t.type == tokenize.COMMENT for part in t.string.split("  #"))
    return Counter(part.removeprefix("#").strip() for part in told)

"""Properties of edits and of lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.text import (
    Edit,
    OverlappingEdits,
    Position,
    Span,
    apply_edits,
    line_count,
    split_lines,
    without_end,
)

TEXT = st.text(alphabet="ab\n\r\x0c\x0b\u2028🦊é ", max_size=40)


@given(TEXT)
def test_lines_join_to_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


@given(TEXT)
def test_lines_end_as_the_protocol_says(text: str) -> None:
    lines = split_lines(text)
    assert sum(without_end(line) != line for line in lines) == line_count(text)
    assert all(not set("\r\n") & set(without_end(line)) for line in lines)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, Edit]:
    text = draw(TEXT)
    lines = split_lines(text) or [""]
    ends = [
        (number, column)
        for number, line in enumerate(lines)
        for column in range(len(without_end(line)) + 1)
    ]
    start, end = sorted((draw(st.sampled_from(ends)), draw(st.sampled_from(ends))))
    return text, Edit(Span(Position(*start), Position(*end)), draw(TEXT))


@given(edited())
def test_an_edit_replaces_its_span_and_nothing_else(case: tuple[str, Edit]) -> None:
    text, edit = case
    lines = split_lines(text)

    def offset(at: Position) -> int:
        return sum(map(len, lines[: at.line])) + at.column

    before, after = text[: offset(edit.span.start)], text[offset(edit.span.end) :]
    assert apply_edits(text, [edit]) == before + edit.content + after


@given(TEXT)
def test_no_edit_changes_nothing(text: str) -> None:
    assert apply_edits(text, []) == text


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(OverlappingEdits):
        apply_edits("abcd", [Edit(Span.of(0, 0, 0, 2), "x"), Edit(Span.of(0, 1, 0, 3), "y")])


def test_insertions_at_one_place_keep_their_order() -> None:
    at = Position(0, 1)
    assert apply_edits("ab", [Edit.insert(at, "1"), Edit.insert(at, "2")]) == "a12b"


def test_positions_beyond_the_text_are_clamped() -> None:
    assert apply_edits("ab\n", [Edit(Span.of(0, 99, 7, 0), "!")]) == "ab!"

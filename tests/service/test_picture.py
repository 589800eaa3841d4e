"""Boxes do not overlap, lines run downwards, what is repeated is folded, files are well-formed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.networks import NetworkKind
from keras_lsp.replies import NOT_KNOWN, NodeError, NodeShape, TensorSpec, Weights
from keras_lsp.service.diagram import ENTRY, Frame, Stack, diagram
from keras_lsp.service.layout import GAP, Layout, laid_out
from keras_lsp.service.page import page
from keras_lsp.service.picture import Where, drawn, drawn_below_each_other
from keras_lsp.service.summary import Row, Summary
from keras_lsp.syntax.source import Place, Statement

SVG = "{http://www.w3.org/2000/svg}"


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[tuple[int, int]]]:
    count = draw(st.integers(0, 12))
    sizes = draw(
        st.lists(st.tuples(st.floats(10, 300), st.floats(10, 60)), min_size=count, max_size=count)
    )
    pairs = list(combinations(range(count), 2))
    edges = draw(st.lists(st.sampled_from(pairs), max_size=24)) if pairs else []
    return sizes, edges


@given(graphs())
def test_boxes_stand_apart_and_lines_run_down(
    graph: tuple[list[tuple[float, float]], list[tuple[int, int]]],
) -> None:
    sizes, edges = graph
    layout = laid_out(sizes, edges)
    boxes = [(*layout.places[n], *size) for n, size in enumerate(sizes)]
    for x, y, width, height in boxes:
        assert x >= 0
        assert y >= 0
        assert x + width <= layout.width
        assert y + height <= layout.height
    for (ax, ay, aw, ah), (bx, by, bw, bh) in combinations(boxes, 2):
        beside = ax + aw + GAP <= bx + 1e-6 or bx + bw + GAP <= ax + 1e-6
        assert beside or ay + ah < by or by + bh < ay
    assert set(layout.lines) == set(edges)
    for (start, end), line in layout.lines.items():
        assert line[0][1] == layout.places[start][1] + sizes[start][1]
        assert line[-1][1] == layout.places[end][1]
        assert all(above[1] <= below[1] for above, below in pairwise(line))
        for (x, y), (to_x, _) in pairwise(line):
            if x == to_x:
                hit = [
                    n
                    for n, (bx, by, w, h) in enumerate(boxes)
                    if bx < x < bx + w and by < y < by + h
                ]
                assert hit == []


def crossings(layout: Layout) -> int:
    lines = [(line[0][0], line[-1][0]) for line in layout.lines.values()]
    return sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(lines, 2))


def test_lines_are_disentangled() -> None:
    sizes = [(40.0, 20.0)] * 8
    assert crossings(laid_out(sizes, [(0, 7), (1, 6), (2, 5), (3, 4)])) == 0


def test_a_skip_connection_runs_beside_the_boxes() -> None:
    sizes = [(100.0, 40.0)] * 4
    layout = laid_out(sizes, [(0, 1), (1, 2), (2, 3), (0, 3)])
    beside = layout.lines[0, 3][1:-1]
    spans = [(layout.places[n][0], layout.places[n][0] + 100) for n in (1, 2)]
    assert all(not left < x < right for x, _ in beside for left, right in spans)


def summary() -> Summary:
    shape = NodeShape(TensorSpec((None, 8)), Weights(72, 288))
    failed = NodeError("ValueError", "a < b & c", "call")
    return Summary(
        "my <model>",
        NetworkKind.FUNCTIONAL,
        (
            Row("input_layer", "InputLayer", (NodeShape(TensorSpec((None, 8))),), (), None),
            Row("dense", "Dense", (shape,), ("input_layer", "late"), None),
            Row("late", "InputLayer", (NodeShape(TensorSpec((None, 8))),), (), None),
            Row("<conv>", "Conv2D", (failed,), ("dense", "input_layer"), None),
            Row("?", "?", (NOT_KNOWN,), ("<conv>", "nobody"), None),
        ),
    )


def lines(root: ET.Element) -> list[str]:
    """What is written in the picture, line by line."""
    return [" ".join("".join(text.itertext()).split()) for text in root.iter(f"{SVG}text")]


def test_the_file() -> None:
    root = ET.fromstring(drawn(summary()))
    assert root.tag == f"{SVG}svg"
    assert lines(root) == [
        "InputLayer input_layer",
        "(None, 8)",
        "InputLayer late",
        "(None, 8)",
        "Dense dense",
        "(None, 8) · 72",
        "Conv2D <conv>",
        "ValueError: a < b & c",
        "?",
        "?",
    ]
    failed = [g for g in root.iter(f"{SVG}g") if "failed" in g.get("class", "")]
    assert [g.findtext(f"{SVG}title") for g in failed] == ["Conv2D  <conv>\nValueError: a < b & c"]
    assert root.findtext(f"{SVG}title") == "my <model>: Total params: at least 72 (288.00 B)"
    assert "var(" not in drawn(summary())


def test_layers_lead_to_their_places() -> None:
    place = Place(Statement("model\n"), 1, 0, 1, 5)
    row = Row("dense", "Dense", (), (), place)
    where = Where("a&b.py:3", 2, "vscode://file/a&b.py:3:1")
    drawing = drawn(Summary("m", NetworkKind.SEQUENTIAL, (row,)), lambda place: where)
    link = next(ET.fromstring(drawing).iter(f"{SVG}a"))
    assert link.get("href") == where.href
    assert next(link.iter(f"{SVG}g")).get("data-line") == "2"
    assert "a&b.py:3" in next(link.iter(f"{SVG}title")).itertext().__next__()


def residual(times: int, skip_over: bool = False) -> Summary:
    """Blocks of three layers around which what comes in is added."""
    shape = (NodeShape(TensorSpec((None, 8)), Weights(72, 288)),)
    rows, last = [Row("start", "InputLayer", shape, (), None)], "start"
    for n in range(times):
        rows.append(Row(f"dense_{n}", "Dense", shape, (last,), None))
        rows.append(Row(f"re_lu_{n}", "ReLU", shape, (f"dense_{n}",), None))
        rows.append(Row(f"add_{n}", "Add", shape, (last, f"re_lu_{n}"), None))
        last = f"add_{n}"
    inputs = (last, "re_lu_0") if skip_over else (last,)
    rows.append(Row("end", "Dense", shape, inputs, None))
    return Summary("m", NetworkKind.FUNCTIONAL, tuple(rows))


def test_what_is_repeated_is_shown_once() -> None:
    before, frame, after = diagram(residual(5)).parts
    assert isinstance(frame, Frame) and (frame.times, frame.last) == (5, "add_4")
    assert isinstance(before, Stack) and isinstance(after, Stack)
    entry, *_ = frame.inside.parts
    assert isinstance(entry, Stack) and entry.rows[0] is ENTRY
    assert len(lines(ET.fromstring(drawn(residual(5))))) < len(
        lines(ET.fromstring(drawn(residual(5), fold=False)))
    )


def test_a_repetition_that_something_else_reads_stays_open() -> None:
    parts = diagram(residual(5, skip_over=True)).parts
    frames = [part for part in parts if isinstance(part, Frame)]
    assert [frame.first for frame in frames] == ["add_0"]
    assert frames[0].times == 4


def test_a_model_in_a_model_is_a_frame() -> None:
    inner = replace(residual(1), name="inner")
    row = Row("inner", "Functional", (), (), None, inner)
    (frame,) = diagram(Summary("m", NetworkKind.SEQUENTIAL, (row,))).parts
    assert isinstance(frame, Frame) and frame.row is row
    drawing = drawn(Summary("m", NetworkKind.SEQUENTIAL, (row,)))
    assert "Functional inner" in lines(ET.fromstring(drawing))
    assert "Dense dense_0" in lines(ET.fromstring(drawing))


def test_several_pictures_and_a_page() -> None:
    both = ET.fromstring(drawn_below_each_other([residual(2), summary()], lambda place: None))
    assert len(list(both.iter(f"{SVG}svg"))) == 3
    text = page([residual(5), summary()])
    assert text.count("<svg ") == 3, "folded, unfolded, and one in which nothing is repeated"
    assert "my &lt;model&gt;" in text and "my <model>" not in text
    assert "ValueError: a &lt; b &amp; c" in text
    assert not re.search(r'(?:src|href)="(?!vscode:)', text), "the file needs no other"


def test_an_empty_model() -> None:
    ET.fromstring(drawn(Summary("", NetworkKind.SEQUENTIAL, ())))

"""Boxes do not overlap, lines run downwards between them, and the file is well-formed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from keras_lsp.networks import NetworkKind
from keras_lsp.replies import NOT_KNOWN, NodeError, NodeShape, TensorSpec, Weights
from keras_lsp.service.layout import GAP, Layout, laid_out
from keras_lsp.service.picture import WRONG, drawn
from keras_lsp.service.summary import Row, Summary

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


def test_the_file() -> None:
    root = ET.fromstring(drawn(summary()))
    assert root.tag == f"{SVG}svg"
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts == [
        "input_layer (InputLayer)",
        "(None, 8)",
        "late (InputLayer)",
        "(None, 8)",
        "dense (Dense)",
        "(None, 8) · 72 params",
        "<conv> (Conv2D)",
        "ValueError: a < b & c",
        "?",
        "?",
    ]
    assert len(root.findall(f"{SVG}path")) == 5
    strokes = [rect.get("stroke") for rect in root.iter(f"{SVG}rect") if rect.get("stroke")]
    assert strokes.count(WRONG) == 1
    assert root.findtext(f"{SVG}title") == "my <model>: Total params: at least 72 (288.00 B)"


def test_an_empty_model() -> None:
    ET.fromstring(drawn(Summary("", NetworkKind.SEQUENTIAL, ())))

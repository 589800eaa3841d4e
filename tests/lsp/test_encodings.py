"""Positions count in the client's units, on the wire and in every kind of line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from keras_lsp.lsp import convert
from keras_lsp.service.workspace import Workspace
from tests.lsp.wire import PUSH, Client, edit

ENCODINGS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def units(text: str, encoding: str) -> int:
    """The length of a text in a client's units."""
    codec, width = ENCODINGS[encoding]
    return len(text.encode(codec, "surrogatepass")) // width


@pytest.fixture(scope="module", params=list(ENCODINGS))
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Client, str, Path]]:
    folder = tmp_path_factory.mktemp("encoded")
    client = Client.start()
    capabilities = {**PUSH, "general": {"positionEncodings": [request.param]}}
    answer = client.initialize(capabilities, [folder])
    assert answer["capabilities"]["positionEncoding"] == request.param
    yield client, request.param, folder
    client.end()


def test_without_a_word_it_is_utf_16(start: Any, tmp_path: Path) -> None:
    answer = start().initialize(PUSH, [tmp_path])
    assert answer["capabilities"]["positionEncoding"] == "utf-16"


def test_findings_behind_wide_characters(client: tuple[Client, str, Path]) -> None:
    server, encoding, folder = client
    line = 'x = "é🦊\u2028"; model.fit(1)'
    text = f"import keras\n{line}\nmodel = keras.Sequential()\n"
    uri = server.open((folder / "wide.py").as_uri(), text)
    (finding,) = server.pushed(uri, 1, ["undefined-model"])
    start = line.index("model")
    assert finding["range"] == {
        "start": {"line": 1, "character": units(line[:start], encoding)},
        "end": {"line": 1, "character": units(line[: start + len("model")], encoding)},
    }


def test_edits_behind_wide_characters(client: tuple[Client, str, Path]) -> None:
    server, encoding, folder = client
    line = '\x0cx = "é🦊\u2028\x0c"; other.fit(1)'
    text = f"import keras\r\n{line}\r\nmodel = keras.Sequential()\r\n"
    uri = server.open((folder / "edited.py").as_uri(), text)
    server.pushed(uri, 1, [])
    start = line.index("other")
    begin, end = units(line[:start], encoding), units(line[: start + len("other")], encoding)
    server.change(uri, 2, edit((1, begin), (1, end), "🦊model"), edit((1, begin), (1, begin), ""))
    fox = units("🦊", encoding)
    server.change(uri, 3, edit((1, begin), (1, begin + fox), ""))
    (finding,) = server.pushed(uri, 3, ["undefined-model"])
    assert finding["range"]["start"] == {"line": 1, "character": begin}


def test_edits_beyond_the_ends(client: tuple[Client, str, Path]) -> None:
    """A range may end behind the end of its line or of the document: it means the end."""
    server, _, folder = client
    text = "import keras\nx = 1\nmodel = keras.Sequential()"
    uri = server.open((folder / "beyond.py").as_uri(), text)
    server.change(uri, 2, edit((1, 0), (1, 999), "model.fit(1)"))
    server.pushed(uri, 2, ["undefined-model"])
    server.change(uri, 3, edit((2, 0), (99, 99), "model = None"))
    server.pushed(uri, 3, [])
    server.change(uri, 4, edit((50, 3), (99, 99), "\nmodel = keras.Sequential()"))
    server.pushed(uri, 4, ["undefined-model"])


# In process: any text, any edits

PIECES = ("\n", "\r\n", "\r", "x", "ab = 1", "é", "🦊", "\u2028", "\x0c", "\x85", "\ud800", "(")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def lines_of(text: str) -> list[str]:
    """The contents of the lines, without their ends; the last one may be empty."""
    return re.split("\r\n|\r|\n", text)


@st.composite
def changes(draw: st.DrawFn, text: str, encoding: str) -> tuple[Any, str]:
    """A change in the client's units, and the text after it."""

    def place(least: int) -> tuple[int, types.Position]:
        at = draw(st.integers(least, len(text)))
        if text[at - 1 : at + 1] == "\r\n":
            # The protocol has no position between the two: it is the end of the line.
            at -= 1
        before = lines_of(text[:at])
        line, column = len(before) - 1, units(before[-1], encoding)
        whole = lines_of(text)
        if len(before[-1]) == len(whole[line]):
            column += draw(st.sampled_from((0, 0, 7)))
        if at == len(text) and draw(st.booleans()):
            line, column = len(whole) + draw(st.integers(0, 3)), draw(st.integers(0, 5))
        return at, types.Position(line, column)

    (start, first), (end, second) = sorted((place(0), place(0)), key=lambda p: p[0])
    new = draw(TEXTS)
    if start == end:
        second = first
    range = types.Range(first, second)
    change = types.TextDocumentContentChangePartial(range, new)
    return change, text[:start] + new + text[end:]


@settings(deadline=None, max_examples=400)
@given(st.data(), st.sampled_from(list(ENCODINGS)), TEXTS)
def test_after_any_edits_the_text_is_the_editor_s(
    data: st.DataObject, encoding: str, text: str
) -> None:
    workspace = Workspace()
    workspace.open("/w/any.py", text, 0)
    for version in range(1, 5):
        change, text = data.draw(changes(text, encoding))
        document = workspace.documents["/w/any.py"]
        made = convert.changed(document.source.lines, change, encoding)
        workspace.change("/w/any.py", [made], version)
        assert workspace.documents["/w/any.py"].source.text == text


@given(TEXTS, st.sampled_from(list(ENCODINGS)))
def test_positions_survive_the_way_out_and_back(text: str, encoding: str) -> None:
    lines = convert.lines_of(text)
    for number, line in enumerate(lines_of(text)):
        for column in range(len(line) + 1):
            at = convert.Position(number, column)
            sent = convert.position_out(lines, at, encoding)
            assert sent.character == units(line[:column], encoding)
            assert convert.position_in(lines, sent, encoding) == at

"""Conversion: between the protocol's positions, in the client's units, and our own.

The only module in which both kinds of position occur.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls import uris

from keras_lsp.text import Edit, Position, Span, apply_edits, split_lines, without_end

_VIRTUAL = ".virtual_documents"

Encoding = types.PositionEncodingKind | str


def units(text: str, encoding: Encoding) -> int:
    """The length of a text in the client's units."""
    if encoding == types.PositionEncodingKind.Utf32 or text.isascii():
        return len(text)
    if encoding == types.PositionEncodingKind.Utf8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def code_points(line: str, count: int, encoding: Encoding) -> int:
    """The code points that so many units of a line cover; clamped to the line's end."""
    line = without_end(line)
    if encoding == types.PositionEncodingKind.Utf32 or line.isascii():
        return min(count, len(line))
    passed = 0
    for index, character in enumerate(line):
        if passed >= count:
            return index
        passed += units(character, encoding)
    return len(line)


def position_in(lines: Sequence[str], at: types.Position, encoding: Encoding) -> Position:
    """A client's position in ours; beyond the text it is the end of the text."""
    if at.line >= len(lines):
        if not lines:
            return Position(0, 0)
        last = lines[-1]
        if last.endswith(("\n", "\r")):
            return Position(len(lines), 0)
        return Position(len(lines) - 1, len(last))
    return Position(at.line, code_points(lines[at.line], at.character, encoding))


def span_in(lines: Sequence[str], range: types.Range, encoding: Encoding) -> Span:
    return Span(position_in(lines, range.start, encoding), position_in(lines, range.end, encoding))


def position_out(lines: Sequence[str], at: Position, encoding: Encoding) -> types.Position:
    """Our position in the client's units."""
    line = lines[at.line] if at.line < len(lines) else ""
    return types.Position(at.line, units(line[: at.column], encoding))


def range_out(lines: Sequence[str], span: Span, encoding: Encoding) -> types.Range:
    return types.Range(
        position_out(lines, span.start, encoding), position_out(lines, span.end, encoding)
    )


def edits_out(
    lines: Sequence[str], edits: Iterable[Edit], encoding: Encoding
) -> list[types.TextEdit]:
    return [types.TextEdit(range_out(lines, e.span, encoding), e.content) for e in edits]


def changed(
    text_lines: Sequence[str], change: types.TextDocumentContentChangePartial, encoding: Encoding
) -> Edit:
    """One incremental change as an edit of the present text."""
    return Edit(span_in(text_lines, change.range, encoding), change.text)


def text_after(
    text: str,
    lines: list[str],
    changes: Iterable[types.TextDocumentContentChangeEvent],
    encoding: Encoding,
) -> tuple[str, list[str]]:
    """A text and its lines after the changes of one notification, each in terms of the last."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            text = apply_edits(text, [changed(lines, change, encoding)])
        else:
            text = change.text
        lines = split_lines(text)
    return text, lines


def path_of(uri: str) -> str:
    """The file of a document; a document without one keeps its whole address as its name."""
    if urlsplit(uri).scheme == "file":
        path = uris.to_fs_path(uri) or uri
        return path if _VIRTUAL not in path else _real(path)
    return unquote(uri)


def _real(path: str) -> str:
    """JupyterLab keeps the text of a notebook at a place that does not exist."""
    return str(PurePath(*(part for part in PurePath(path).parts if part != _VIRTUAL)))


def uri_of(path: str) -> str:
    return uris.from_fs_path(path) or path if "://" not in path else path


def lines_of(text: str) -> list[str]:
    return split_lines(text)

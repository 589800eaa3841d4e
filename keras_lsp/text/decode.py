"""Decoding: the bytes of a Python file to text and back.

Never guesses: what neither a mark, nor PEP 263, nor UTF-8 explains is an error.
"""

from __future__ import annotations

import codecs
import io
import tokenize
from dataclasses import dataclass


class Undecodable(ValueError):
    """The bytes are no text; the message says why."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with what it takes to write it back."""

    text: str
    encoding: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """``text`` in the encoding of the file that this one came from."""
        data = text.encode(self.encoding)
        return codecs.BOM_UTF8 + data if self.bom else data


def decode(data: bytes) -> Decoded:
    """Read as Python reads a source file; raises `Undecodable`."""
    if b"\0" in data:
        raise Undecodable("it is a binary file")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as problem:
        undeclared = "invalid or missing encoding" in str(problem.msg)
        reason = "it is not utf-8 and declares no other encoding" if undeclared else problem.msg
        raise Undecodable(str(reason)) from None
    bom = encoding == "utf-8-sig"
    if bom:
        data, encoding = data[len(codecs.BOM_UTF8) :], "utf-8"
    try:
        return Decoded(data.decode(encoding), encoding, bom)
    except (UnicodeDecodeError, LookupError) as problem:
        raise Undecodable(f"it is not {encoding}: {problem}") from None

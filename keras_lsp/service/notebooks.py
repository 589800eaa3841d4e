"""Notebooks: what is special about a program that stands in cells.

Never learns of files or of the editor protocol.
"""

from __future__ import annotations

from collections.abc import Sequence

from keras_lsp.findings import Finding, Severity
from keras_lsp.fixing import Recheck
from keras_lsp.syntax import Source
from keras_lsp.text import Position, Span
from keras_lsp.text.cells import Cells

_LOST = Finding("", Severity.ERROR, Span.at(Position(0, 0)), "no change of cells makes this text")


def within(cells: Cells, recheck: Recheck) -> Recheck:
    """The same look at a changed source, to which a change that cells cannot take is a fault."""

    def look(source: Source) -> Sequence[Finding]:
        found = recheck(source)
        return found if cells.mended(source.text) is not None else (*found, _LOST)

    return look

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

    return lambda source: as_cells_take_it(cells, source, recheck(source))


def as_cells_take_it(cells: Cells, source: Source, found: Sequence[Finding]) -> Sequence[Finding]:
    """What was found in a changed source, and that cells cannot be changed to it if so."""
    return found if cells.mended(source.text) is not None else (*found, _LOST)

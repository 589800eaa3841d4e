"""One line a finding, as compilers print it."""

from __future__ import annotations

from collections.abc import Sequence

from keras_lsp.cli.reports.colour import paint
from keras_lsp.cli.reports.records import Record

MARKS = {"safe": " [*]", "unsafe": " [fix with --unsafe-fixes]"}


def render(records: Sequence[Record], colour: bool) -> str:
    return "".join(f"{line(r, colour)}\n" for r in records)


def line(record: Record, colour: bool) -> str:
    mark = MARKS[record.fix.applicability] if record.fix else ""
    severity = paint(record.severity, record.severity, colour)
    code = paint(record.code, "bold", colour)
    return f"{record.where}: {severity}[{code}] {record.message}{mark}"

"""Findings with the source they are about, the places that explain them and the fix."""

from __future__ import annotations

from collections.abc import Sequence

from keras_lsp.cli.reports.colour import paint
from keras_lsp.cli.reports.records import Record


def render(records: Sequence[Record], colour: bool) -> str:
    parts = [_one(r, colour) for r in records]
    return "\n".join(parts) + (f"\n{_total(records)}\n" if records else "All checks passed!\n")


def _one(record: Record, colour: bool) -> str:
    head = paint(f"{record.severity}[{record.code}]", record.severity, colour)
    out = [f"{head}: {paint(record.message, 'bold', colour)}"]
    out.append(f"  {paint('-->', 'blue', colour)} {record.where}")
    if record.lines:
        out += _frame(record, colour)
    for related in record.related:
        out.append(f"  {paint('=', 'blue', colour)} {related.where}: {related.message}")
    if record.fix:
        unsafe = "" if record.fix.applicability == "safe" else " (unsafe)"
        out.append(f"  {paint('help', 'hint', colour)}: {record.fix.message}{unsafe}")
    return "\n".join(out) + "\n"


def _frame(record: Record, colour: bool) -> list[str]:
    row = record.location.row
    width = len(str(row))
    bar = paint("|", "blue", colour)
    line = record.lines[0].rstrip("\r\n").replace("\t", " ")
    last = record.end_location.column if record.end_location.row == row else len(line) + 1
    carets = "^" * max(1, last - record.location.column)
    space = " " * (record.location.column - 1)
    return [
        f"{' ' * width} {bar}",
        f"{row} {bar} {line}",
        f"{' ' * width} {bar} {space}{paint(carets, record.severity, colour)}",
    ]


def _total(records: Sequence[Record]) -> str:
    fixable = sum(r.fix is not None and r.fix.applicability == "safe" for r in records)
    unsafe = sum(r.fix is not None and r.fix.applicability == "unsafe" for r in records)
    text = f"Found {len(records)} finding{'s' if len(records) != 1 else ''}."
    if fixable:
        text += f"\n{fixable} fixable with the `--fix` option."
    if unsafe:
        text += f"\n{unsafe} fixable with `--fix --unsafe-fixes`."
    return text

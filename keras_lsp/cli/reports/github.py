"""Workflow commands of GitHub Actions: findings as annotations."""

from __future__ import annotations

from collections.abc import Sequence

from keras_lsp.cli.reports.records import Record

_KINDS = {"error": "error", "warning": "warning", "hint": "notice"}


def render(records: Sequence[Record], colour: bool) -> str:
    return "".join(f"{_line(r)}\n" for r in records)


def _line(record: Record) -> str:
    properties = {
        "title": f"keras-lsp ({record.code})",
        "file": record.filename,
        "line": str(record.location.row),
        "col": str(record.location.column),
        "endLine": str(record.end_location.row),
        "endColumn": str(record.end_location.column),
    }
    told = ",".join(f"{key}={_escaped(value, True)}" for key, value in properties.items())
    return f"::{_KINDS[record.severity]} {told}::{_escaped(record.told, False)}"


def _escaped(text: str, property: bool) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property else text

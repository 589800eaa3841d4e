"""The JSON array, with the keys that ruff uses and ours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from keras_lsp.cli.reports.records import FixRecord, Record


def render(records: Sequence[Record], colour: bool) -> str:
    return json.dumps([as_json(r) for r in records], indent=2, ensure_ascii=False) + "\n"


def as_json(record: Record) -> dict[str, Any]:
    return {
        "cell": record.cell,
        "code": record.code,
        "end_location": record.end_location.as_json(),
        "filename": record.filename,
        "fix": _fix(record.fix) if record.fix else None,
        "location": record.location.as_json(),
        "message": record.message,
        "related": [
            {
                **_in_cell(r.cell),
                "filename": r.filename,
                "location": r.location.as_json(),
                "message": r.message,
            }
            for r in record.related
        ],
        "severity": record.severity,
        "url": record.url,
    }


def _fix(fix: FixRecord) -> dict[str, Any]:
    return {
        "applicability": fix.applicability,
        "edits": [
            {
                **_in_cell(e.cell),
                "content": e.content,
                "end_location": e.end_location.as_json(),
                "location": e.location.as_json(),
            }
            for e in fix.edits
        ],
        "message": fix.message,
    }


def _in_cell(cell: int | None) -> dict[str, int]:
    return {} if cell is None else {"cell": cell}

"""SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from keras_lsp import __version__
from keras_lsp.cli.reports.records import Record

_LEVELS = {"error": "error", "warning": "warning", "hint": "note"}


def render(records: Sequence[Record], colour: bool) -> str:
    from keras_lsp.checking import rule_url
    from keras_lsp.rules import all_rules

    used = {r.code for r in records}
    rules = [
        {
            "id": name,
            "shortDescription": {"text": rule.summary},
            "helpUri": rule_url(name),
            "defaultConfiguration": {"level": _LEVELS[rule.severity.value]},
            "properties": {"group": rule.group},
        }
        for name, rule in all_rules().items()
        if name in used
    ]
    run = {
        "tool": {
            "driver": {
                "name": "keras-lsp",
                "version": __version__,
                "informationUri": "https://github.com/keras-lsp/keras-lsp",
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(r) for r in records],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _result(record: Record) -> dict[str, Any]:
    region = {
        "startLine": record.location.row,
        "startColumn": record.location.column,
        "endLine": record.end_location.row,
        "endColumn": record.end_location.column,
    }
    related = [
        {
            "id": number,
            "message": {"text": r.message},
            "physicalLocation": {
                "artifactLocation": {"uri": _uri(r.filename)},
                "region": {"startLine": r.location.row, "startColumn": r.location.column},
            },
            **_in_cell(r.cell),
        }
        for number, r in enumerate(record.related)
    ]
    return {
        "ruleId": record.code,
        "level": _LEVELS[record.severity],
        "message": {"text": record.told},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(record.filename)},
                    "region": region,
                },
                **_in_cell(record.cell),
            }
        ],
        "relatedLocations": related,
    }


def _in_cell(cell: int | None) -> dict[str, Any]:
    """Regions of a notebook count inside a cell: the cell is their logical location."""
    if cell is None:
        return {}
    return {"logicalLocations": [{"name": f"cell {cell}", "kind": "object"}]}


def _uri(filename: str) -> str:
    path = PurePath(filename)
    return path.as_uri() if path.is_absolute() else path.as_posix()

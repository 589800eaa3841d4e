"""GitLab's code quality report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePath

from keras_lsp.cli.reports.records import Record

_SEVERITIES = {"error": "major", "warning": "minor", "hint": "info"}


def render(records: Sequence[Record], colour: bool) -> str:
    seen: dict[str, int] = {}
    issues = []
    for record in records:
        key = f"{record.filename}:{record.code}:{record.message}"
        seen[key] = seen.get(key, 0) + 1
        digest = hashlib.sha256(f"{key}:{seen[key]}".encode()).hexdigest()
        issues.append(
            {
                "check_name": record.code,
                "description": record.told,
                "fingerprint": digest,
                "severity": _SEVERITIES[record.severity],
                "location": {
                    "path": PurePath(record.filename).as_posix(),
                    "positions": {
                        "begin": {"line": record.location.row, "column": record.location.column},
                        "end": {
                            "line": record.end_location.row,
                            "column": record.end_location.column,
                        },
                    },
                },
            }
        )
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"

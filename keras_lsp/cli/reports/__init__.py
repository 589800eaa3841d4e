"""Reports: how findings are printed, one small module for each format.

Never decides what is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from keras_lsp.cli.reports import concise, full, github, gitlab, json, junit, sarif
from keras_lsp.cli.reports.records import Record

FORMATS: dict[str, Callable[[Sequence[Record], bool], str]] = {
    "full": full.render,
    "concise": concise.render,
    "json": json.render,
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
}
"""``(records, colour) -> text``."""

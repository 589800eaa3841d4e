"""JUnit's XML: each file a suite, each finding a failed case."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from keras_lsp.cli.reports.records import Record


def render(records: Sequence[Record], colour: bool) -> str:
    total = str(len(records))
    top = Element("testsuites", name="keras-lsp", tests=total, failures=total, errors="0")
    for filename, group in groupby(records, key=lambda r: r.filename):
        found = list(group)
        count = str(len(found))
        suite = SubElement(
            top, "testsuite", name=filename, tests=count, failures=count, errors="0", skipped="0"
        )
        for record in found:
            row, column = record.location.row, record.location.column
            case = SubElement(
                suite,
                "testcase",
                name=record.code,
                classname=filename,
                line=str(row),
                column=str(column),
            )
            message = _clean(record.told)
            failure = SubElement(case, "failure", message=message)
            failure.text = f"line {row}, column {column}: {message}"
    if not records:
        SubElement(top, "testsuite", name="keras-lsp", tests="0", failures="0", errors="0")
    indent(top)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(top, encoding="unicode")}\n'


def _clean(text: str) -> str:
    """XML 1.0 knows no control characters."""
    return "".join(c for c in text if c >= " " or c in "\t\n")

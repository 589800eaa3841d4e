"""Specs: Markdown suites for the interpreter, in the syntax of a rule's page.

A heading names its tests, each block below it is one; ``file=`` blocks belong to the
next. Findings are compared as on a page, and ``# reveal:`` with what is known there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from keras_lsp.pages import Example, Section, read_sections
from tests.support.engine import Engine
from tests.support.finding_laws import compare_findings
from tests.support.prelude import program_of


@dataclass(frozen=True, slots=True)
class Spec:
    """One block of a suite, under its headings."""

    name: str
    place: str
    example: Example


def read_specs(path: Path, root: Path) -> Iterator[Spec]:
    where = path.relative_to(root).with_suffix("").as_posix()
    above: dict[int, str] = {}
    for section in read_sections(path.read_text(encoding="utf-8")):
        above = {level: title for level, title in above.items() if level < section.level}
        above[section.level] = section.title
        for number, example in enumerate(section.examples, 1):
            titles = [above[level] for level in sorted(above) if above[level]]
            yield Spec(
                ": ".join([where, *titles]) + _ordinal(section, number),
                f"{path.name}:{example.line + 1}",
                example,
            )


def complaints_about(spec: Spec, engine: Engine) -> list[str]:
    complaints = compare_findings(spec.place, spec.example, engine)
    program = program_of(spec.example)
    files = dict(program.files)
    for part in spec.example.files():
        for reveal in part.reveals:
            known = engine.reveal(files, part.file, reveal.line + program.shift(part.file))
            if known != reveal.text:
                complaints.append(
                    f"{spec.place}: {part.file}:{reveal.line + 1} "
                    f"`{part.code.splitlines()[reveal.line].strip()}`\n"
                    f"  missing:    {reveal.text}\n"
                    f"  unexpected: {known}"
                )
    return complaints


def _ordinal(section: Section, number: int) -> str:
    return f" ({number})" if len(section.examples) > 1 else ""

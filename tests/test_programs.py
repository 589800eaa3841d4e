"""The whole programs in ``programs/``: what is found, what mends it, what Keras says to both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pytest

from keras_lsp.pages import MAIN_FILE, Example
from tests.oracle import Oracle
from tests.oracle.client import is_available
from tests.support.engine import RealEngine
from tests.support.finding_laws import compare_findings
from tests.support.oracle_laws import Trial
from tests.support.prelude import BARE, Program, program_of

ROOT = Path(__file__).with_name("programs")
TO_RUN = "train.py"
"""The program of a folder whose other files lie beside it."""
FIXES = 10
"""More fixes than a program needs; one that needs more does not converge."""

_HALF = re.compile(r"^(?P<half>(?P<indent>\s*).*?)[ ]{2}# then: (?P<whole>.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Whole:
    """A program as it is being typed, and the lines that are not there yet."""

    name: str
    example: Example
    halves: tuple[tuple[str, str], ...]

    @cached_property
    def program(self) -> Program:
        return program_of(self.example)

    def typed(self, program: Program) -> Program:
        """With every line typed to its end, as Python can run it."""
        for path, text in program.files:
            for half, whole in self.halves:
                text = re.sub(rf"^{re.escape(half)}$", lambda _, w=whole: w, text, flags=re.M)
            program = program.with_file(path, text)
        return program


def read() -> Iterator[Whole]:
    for path in sorted(ROOT.rglob("*.py")):
        beside = () if path.parent.parent == ROOT else sorted(path.parent.glob("*.py"))
        if beside and path.name != TO_RUN:
            continue
        text = path.read_text(encoding="utf-8")
        example = replace(
            Example.read(_HALF.sub(r"\g<half>", text), frozenset({BARE})),
            beside=tuple(
                replace(Example.read(other.read_text(encoding="utf-8")), file=other.name)
                for other in beside
                if other != path
            ),
        )
        yield Whole(path.relative_to(ROOT).as_posix(), example, _halves(text))


def _halves(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((m["half"], m["indent"] + m["whole"]) for m in _HALF.finditer(text))


WHOLES = [pytest.param(whole, id=whole.name) for whole in read()]

oracle_only = [
    pytest.mark.oracle,
    pytest.mark.skipif(not is_available(), reason="Keras and TensorFlow are not installed"),
]


def mended(whole: Whole) -> Program:
    """With the first fix of the first finding applied, until nothing is found."""
    engine, program = RealEngine(), whole.program
    for _ in range(FIXES):
        files = dict(program.files)
        found = [(path, f) for path in files for f in engine.check(files, path, k2=False)]
        if not found:
            return program
        path, finding = found[0]
        assert finding.proposals, f"{path}: nothing mends [{finding.rule}] {finding.message}"
        fix = engine.build(finding.proposals[0], files[path], path)
        assert fix, f"{path}: {finding.proposals[0].title!r} refuses to be built"
        program = program.with_file(path, engine.apply(files[path], fix.edits))
    raise AssertionError(f"after {FIXES} fixes there is still something to mend")


def test_every_scenario_has_every_variant() -> None:
    variants = ["half_typed.py", "in_class.py", "plain.py", "two_files/train.py"]
    scenarios = ["model_not_on_self", "rebuilt_in_loop", "used_before_defined"]
    assert [whole.name for whole in read()] == [f"{s}/{v}" for s in scenarios for v in variants]


@pytest.mark.parametrize("whole", WHOLES)
def test_what_is_marked_is_found(whole: Whole) -> None:
    assert any(part.markers for part in whole.example.files())
    complaints = compare_findings(whole.name, whole.example, RealEngine())
    assert not complaints, "\n".join(["", *complaints])


@pytest.mark.parametrize("whole", WHOLES)
def test_half_a_line_is_no_python(whole: Whole) -> None:
    """Else the variant would not show what its name says."""
    for half, complete in whole.halves:
        with pytest.raises(SyntaxError):
            compile(f"{half.strip()}\n", whole.name, "exec")
        assert complete.startswith(half)
    assert bool(whole.halves) == whole.name.endswith("half_typed.py")


@pytest.mark.parametrize("whole", WHOLES)
def test_fixes_leave_nothing_to_find(whole: Whole) -> None:
    assert mended(whole) != whole.program


@pytest.mark.parametrize(
    "whole", [pytest.param(*w.values, id=w.id, marks=oracle_only) for w in WHOLES]
)
def test_keras_stops_where_it_is_marked(whole: Whole, oracle: Oracle) -> None:
    program = whole.typed(whole.program)
    claims = [(part.file, claim) for part in whole.example.files() for claim in part.raises]
    trial = Trial(whole.name, program, False)
    for file, claim in claims:
        trial = replace(
            trial, exception=claim.exception, file=file, first=claim.line, last=claim.line
        )
    complaint = trial.complaint(oracle.run(program))
    assert complaint is None, complaint


@pytest.mark.parametrize(
    "whole", [pytest.param(*w.values, id=w.id, marks=oracle_only) for w in WHOLES]
)
def test_mended_it_runs(whole: Whole, oracle: Oracle) -> None:
    program = whole.typed(mended(whole))
    complaint = Trial(whole.name, program, False).complaint(oracle.run(program))
    assert complaint is None, f"{complaint}\n\n{dict(program.files)[MAIN_FILE]}"


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as asked:
        yield asked

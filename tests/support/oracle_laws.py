"""What a rule's page claims about Keras, as programs and what has to become of them.

Runs nothing: an oracle gives the verdict, a `Trial` says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from keras_lsp.pages import BAD, FIXED, KNOWN_GAPS, MAIN_FILE, NEAR_MISSES, PROOF, Example, Page
from tests.support.engine import RuleLike
from tests.support.page_laws import K2, NOPROOF, STATIC
from tests.support.prelude import Program, program_of


class VerdictLike(Protocol):
    """What became of a program."""

    @property
    def exception(self) -> str | None: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Trial:
    """One program of a page; ``exception`` is ``""`` where it has to run to its end."""

    name: str
    program: Program
    k2: bool
    exception: str = ""
    file: str = MAIN_FILE
    first: int = 0
    last: int = 0
    """The lines on which the exception may come: one, or those of the Proof."""

    def complaint(self, verdict: VerdictLike) -> str | None:
        if not self.exception:
            return f"should run, but {verdict}" if verdict.exception else None
        line = -1 if verdict.line is None else verdict.line
        where = f"{self.file}:{self.first + 1}"
        if verdict.exception is None:
            return f"should raise {self.exception} at {where}, but ran"
        if verdict.exception != self.exception:
            return f"should raise {self.exception} at {where}, but {verdict}"
        if verdict.file != self.file or not self.first <= line <= self.last:
            return f"raises {self.exception}, but at the wrong line: not at {where}, but {verdict}"
        return None


def trials(rule: RuleLike) -> Iterator[Trial]:
    """Every program of the page, each with what the page says of it."""
    page = Page.read(rule.page)
    bad, proofs = page.examples(BAD), page.examples(PROOF)
    for number, example in enumerate(bad):
        proof = _nth(proofs, number)
        if STATIC in example.flags:
            continue
        if _raising(example) or not proof:
            yield _as_marked(f"Bad {number + 1}", example)
        else:
            yield Trial(
                f"Bad {number + 1} and its Proof",
                program_of(example, after=proof.code),
                K2 in example.flags,
                "AssertionError",
                first=_height(example),
                last=_height(example) + _height(proof),
            )
    for number, example in enumerate(page.examples(FIXED)):
        proof = _nth(proofs, number)
        if number < len(bad) and _raising(bad[number]):
            proof = None
        yield from _running(f"Fixed {number + 1}", example, proof)
    for number, example in enumerate(page.examples(NEAR_MISSES)):
        proof = proofs[0] if len(proofs) == 1 and NOPROOF not in example.flags else None
        yield from _running(f"Near miss {number + 1}", example, proof)
    for number, example in enumerate(page.examples(KNOWN_GAPS)):
        if STATIC not in example.flags:
            yield _as_marked(f"Known gap {number + 1}", example)


def _running(name: str, example: Example, proof: Example | None) -> Iterator[Trial]:
    if STATIC in example.flags:
        return
    if proof:
        name = f"{name} and the Proof"
    program = program_of(example, after=proof.code if proof else "")
    yield Trial(name, program, K2 in example.flags)


def _as_marked(name: str, example: Example) -> Trial:
    program = program_of(example)
    for part in example.files():
        for claim in part.raises:
            return Trial(
                name,
                program,
                K2 in example.flags,
                claim.exception,
                part.file,
                first=claim.line,
                last=claim.line,
            )
    return Trial(name, program, K2 in example.flags)


def _nth(proofs: tuple[Example, ...], number: int) -> Example | None:
    if len(proofs) == 1:
        return proofs[0]
    return proofs[number] if number < len(proofs) else None


def _raising(example: Example) -> bool:
    return any(part.raises for part in example.files())


def _height(example: Example) -> int:
    return example.code.count("\n")

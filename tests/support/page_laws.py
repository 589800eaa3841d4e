"""The laws that the text of a rule's page has to satisfy, whatever the engine finds.

A law takes a rule and an engine and returns its complaints; it never asserts, so that
the planted faults of ``test_page_laws.py`` can see which law spoke.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from keras_lsp.pages import (
    BAD,
    BYHAND,
    FIX_SAFETY,
    FIXED,
    KNOWN_GAPS,
    NEAR_MISSES,
    PROOF,
    SECTIONS,
    Page,
)
from tests.support.engine import Engine, RuleLike
from tests.support.prelude import BARE

STATIC = "static"
"""The oracle does not run this example; the prose says why."""
K2 = "k2"
"""This example is about Keras 2, and runs under tf_keras."""
NOPROOF = "noproof"
"""The Proof says nothing about this near miss."""

FLAGS: Mapping[str, frozenset[str]] = {
    BAD: frozenset({STATIC, K2, BARE}),
    FIXED: frozenset({STATIC, K2, BARE, BYHAND}),
    PROOF: frozenset(),
    NEAR_MISSES: frozenset({STATIC, K2, BARE, NOPROOF}),
    KNOWN_GAPS: frozenset({STATIC, K2, BARE}),
}
"""The words that may follow ``python`` at a fence, by section."""

LONGEST_SUMMARY = 160


def text(rule: RuleLike, engine: Engine) -> list[str]:
    """The page has its sections, in order, and enough in them."""
    del engine
    page = Page.read(rule.page)
    titles = [section.title for section in page.sections]
    complaints = [f"unknown section `{title}`" for title in titles if title not in SECTIONS]
    if titles != sorted(titles, key=lambda t: SECTIONS.index(t) if t in SECTIONS else 99):
        complaints.append(f"the sections are not in the order {', '.join(SECTIONS)}")
    if len(set(titles)) < len(titles):
        complaints.append("a section occurs twice")
    complaints += [
        f"`## {title}` is missing" for title in (BAD, FIXED, NEAR_MISSES) if title not in titles
    ]
    if not page.summary or len(page.summary) > LONGEST_SUMMARY:
        complaints.append(f"the summary has not 1 to {LONGEST_SUMMARY} characters")
    if page.summary != page.text.partition("\n")[0]:
        complaints.append("the summary is not one line with an empty one below it")
    if not page.why:
        complaints.append("nothing says why it matters, between the summary and Bad")
    safety = page.section(FIX_SAFETY)
    if safety and not safety.prose.startswith(("Safe", "Unsafe")):
        complaints.append(f"`## {FIX_SAFETY}` begins with neither Safe nor Unsafe")
    if len(page.examples(NEAR_MISSES)) < 2:
        complaints.append("there are fewer than two near misses")
    complaints += _bad_blocks(rule, page)
    complaints += _other_blocks(page)
    return complaints


def _bad_blocks(rule: RuleLike, page: Page) -> Iterator[str]:
    bad, fixed, proof = (page.examples(title) for title in (BAD, FIXED, PROOF))
    if not bad:
        yield "Bad has no example"
    if fixed and len(fixed) != len(bad):
        yield f"Bad has {len(bad)} blocks and Fixed has {len(fixed)}: one each, or none"
    section = page.section(FIXED)
    if section and not fixed and not section.prose:
        yield "Fixed has neither an example nor a reason why there is none"
    if len(proof) not in (0, 1, len(bad)):
        yield f"Proof has {len(proof)} blocks: one for all, or one for each of Bad"
    for number, example in enumerate(bad, 1):
        severities = {m.severity for p in example.files() for m in p.markers if m.rule == rule.name}
        raises = [r for part in example.files() for r in part.raises]
        if not severities:
            yield f"Bad {number}: no line is marked with [{rule.name}]"
        if len(raises) > 1:
            yield f"Bad {number}: a program can raise only once"
        if "error" in severities and not raises and STATIC not in example.flags:
            yield f"Bad {number}: an error raises, but no line is marked `raises:`"
        if severities == {"warning"} and not raises and not proof and STATIC not in example.flags:
            yield f"Bad {number}: nothing raises and there is no Proof"


def _other_blocks(page: Page) -> Iterator[str]:
    seen: set[tuple[object, ...]] = set()
    for section in page.sections:
        for number, example in enumerate(section.examples, 1):
            name = f"{section.title} {number}"
            for flag in sorted(example.flags - FLAGS.get(section.title, frozenset())):
                yield f"{name}: `{flag}` is not a flag of this section"
            if STATIC in example.flags and not example.prose:
                yield f"{name}: `{STATIC}` without a reason before the block"
            if section.title in (FIXED, NEAR_MISSES, PROOF) and any(
                part.markers or part.raises for part in example.files()
            ):
                yield f"{name}: only Bad and Known gaps have markers"
            for part in example.files():
                try:
                    ast.parse(part.code)
                except SyntaxError as problem:
                    yield f"{name}: {part.file} does not parse ({problem})"
            key = (tuple((part.file, part.code) for part in example.files()), K2 in example.flags)
            if key in seen:
                yield f"{name}: the same example stands on this page before"
            seen.add(key)

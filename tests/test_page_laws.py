"""The laws of a page, tested by planting faults: exactly the right law has to speak."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from keras_lsp.findings import Finding, Proposal, Safety
from keras_lsp.text import Span
from tests.support.laws import LAWS
from tests.support.toys import CHECKS, TOYS, Check, ToyEngine, ToyRule

LATE, STALE = TOYS


def speaking(rule: ToyRule, engine: ToyEngine) -> dict[str, str]:
    return {name: "\n".join(found) for name, law in LAWS.items() if (found := law(rule, engine))}


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.name)
def test_a_good_page_satisfies_every_law(toy: ToyRule) -> None:
    assert speaking(toy, ToyEngine()) == {}


PAGE_FAULTS = [
    # what is done to the page: from, to; then the law that speaks, and what it says
    ("# error: [late-model] ", "", {"text", "static"}, "unexpected:\n    main.py:1 error"),
    ("[late-model] #", "[other-rule] #", {"text", "static"}, "missing:\n    main.py:1"),
    (" # raises: NameError", "", {"text"}, "an error raises"),
    ("verbose=0)\n```\n\n## Near", "verbose=1)\n```\n\n## Near", {"fix"}, "does not give Fixed"),
    ("## Fix safety\n\nUnsafe: the", "The", {"fix"}, "there is no `## Fix safety`"),
    ("line that makes", "line\nthat makes", {"text"}, "not one line"),
    ("Unsafe: the", "The", {"text"}, "neither Safe nor Unsafe"),
    ("Python runs a module from top to bottom.\n", "", {"text"}, "why it matters"),
    ("class Model:", "class Model(:", {"text"}, "does not parse"),
    ("```python\nclass", "```python quick\nclass", {"text"}, "`quick` is not a flag"),
    ("```python\nclass", "```python static\nclass", set(), ""),
    (
        "Another name may be defined by then.\n\n```python\n",
        "```python static\n",
        {"text"},
        "reason",
    ),
    ("## Near misses", "## Nearly", {"text"}, "unknown section"),
    ("## Bad", "## Proof\n\n## Bad", {"text"}, "not in the order"),
    ("model = Model()\n", "", {"static"}, "Near misses 2"),
    ("## Fixed\n\n```python", "## Fixed\n\n```python byhand", {"fix"}, "no Fixed says so"),
    (
        "Dense(1)])\n```\n\nAnother",
        'Dense(1)])\nmodel.compile("sgd", "mse")\nmodel.fit(x, y, verbose=0)\n```\n\nAnother',
        {"text"},
        "same example",
    ),
]


@pytest.mark.parametrize(("old", "new", "laws", "says"), PAGE_FAULTS)
def test_a_fault_of_the_page_is_reported_by_its_law(
    old: str, new: str, laws: set[str], says: str
) -> None:
    assert old in LATE.page
    complaints = speaking(replace(LATE, page=LATE.page.replace(old, new, 1)), ToyEngine())
    assert set(complaints) == laws, complaints
    assert says in "\n".join(complaints.values())


def test_one_near_miss_is_not_enough() -> None:
    page, _, _ = LATE.page.partition("Another name")
    complaints = speaking(replace(LATE, page=page + "## Fix safety\n\nUnsafe."), ToyEngine())
    assert set(complaints) == {"text"}
    assert "fewer than two near misses" in complaints["text"]


def test_a_warning_without_proof_is_not_believed() -> None:
    proof = STALE.page[STALE.page.index("## Proof") : STALE.page.index("## Near")]
    complaints = speaking(replace(STALE, page=STALE.page.replace(proof, "")), ToyEngine())
    assert set(complaints) == {"text"}
    assert "there is no Proof" in complaints["text"]


def reworded(message: str) -> Callable[[Finding], Finding]:
    return lambda finding: replace(finding, message=message)


def refixed(**changes: object) -> Callable[[Finding], Finding]:
    def change(finding: Finding) -> Finding:
        return replace(
            finding,
            proposals=tuple(replace(p, **changes) for p in finding.proposals),  # type: ignore[arg-type]
        )

    return change


def twice(finding: Finding) -> Finding:
    return replace(finding, proposals=finding.proposals * 2)


def without_span(finding: Finding) -> Finding:
    return replace(finding, span=Span.at(finding.span.start))


ENGINE_FAULTS = [
    (reworded("The model is late"), {"style"}, "lower case"),
    (reworded("`model` is late."), {"style"}, "stop"),
    (reworded("late " * 30), {"style"}, "more than 120"),
    (reworded("`model is late"), {"style"}, "unpaired"),
    (without_span, {"style"}, "empty"),
    (twice, {"fix"}, "two fixes are called"),
    (refixed(title="moves it."), {"style"}, "verb phrase"),
    (refixed(build=lambda _: None), {"fix"}, "refuses"),
    (refixed(safety=Safety.SAFE), set(), ""),
    (lambda f: replace(f, proposals=()), {"fix"}, "offers no fix"),
    (lambda f: replace(f, rule="misnamed"), {"static", "fix"}, "misnamed"),
]


@pytest.mark.parametrize(("change", "laws", "says"), ENGINE_FAULTS)
def test_a_fault_of_the_rule_is_reported_by_its_law(
    change: Callable[[Finding], Finding], laws: set[str], says: str
) -> None:
    def faulty(lines: Sequence[str]) -> Iterator[Finding]:
        return map(change, CHECKS["late-model"](lines))

    complaints = speaking(LATE, ToyEngine({**CHECKS, "late-model": faulty}))
    assert set(complaints) == laws, complaints
    assert says in "\n".join(complaints.values())


def with_fix(build: Callable[[str], str]) -> Check:
    """The late-model rule with a fix that turns the whole text into another."""

    def edits(text: object) -> tuple[object, ...]:
        from keras_lsp.text import Edit

        lines = str(text).split("\n")
        whole = Span.of(0, 0, len(lines) - 1, len(lines[-1]))
        return (Edit(whole, build(str(text))),)

    def check(lines: Sequence[str]) -> Iterator[Finding]:
        for finding in CHECKS["late-model"](lines):
            proposal = Proposal("Mend it", Safety.UNSAFE, edits)  # type: ignore[arg-type]
            yield replace(finding, proposals=(proposal,))

    return check


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda text: text, "changes nothing"),
        (lambda text: text.replace("model.fit", "model..fit"), "does not parse"),
        (lambda text: text + "\n", "does not converge"),
        (lambda text: text.replace("model.fit(x, y, verbose=0)\n", ""), "does not give Fixed"),
    ],
)
def test_a_fix_that_is_no_fix_is_reported(build: Callable[[str], str], says: str) -> None:
    complaints = speaking(LATE, ToyEngine({**CHECKS, "late-model": with_fix(build)}))
    assert set(complaints) == {"fix"}, complaints
    assert says in complaints["fix"]


def test_a_rule_that_goes_too_far_is_stopped_by_the_near_misses_of_all() -> None:
    def everywhere(lines: Sequence[str]) -> Iterator[Finding]:
        for number, line in enumerate(lines):
            if ".fit(" in line and number:
                yield replace(
                    next(CHECKS["late-model"](["m.fit()"])),
                    span=Span.of(number, 0, number, len(line)),
                )

    complaints = speaking(STALE, ToyEngine({**CHECKS, "late-model": everywhere}))
    assert "static" in complaints
    assert "Near misses 1" in complaints["static"]

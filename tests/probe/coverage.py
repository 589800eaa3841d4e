"""Every public layer on inputs of many kinds: the probe against the real Keras over TensorFlow.

    python -m tests.probe.coverage     asks both everything and writes docs/probe-coverage.md

Never imports Keras.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from keras_lsp.probe.client import Probe
from keras_lsp.probe.course import Course
from keras_lsp.probe.wire import read
from keras_lsp.replies import Inside, NodeError, NodeShape, Rejected, Reply
from tests.probe.cases import INPUTS, NOT_ASKED, Case, cases
from tests.probe.judge import Judge
from tests.probe.older import RELEASES, python_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "probe-coverage.md"

SAME, SAME_ERROR, WORDS, UNKNOWN, WRONG = "same", "same error", "words", "unknown", "wrong"
COLUMNS: Mapping[str, str] = {
    SAME: "same shapes",
    SAME_ERROR: "same error",
    WORDS: "other words",
    UNKNOWN: "unknown",
    WRONG: "differs",
}


@dataclass(frozen=True)
class Outcome:
    """What both say of a case."""

    case: Case
    ours: Reply
    theirs: Reply

    @property
    def verdict(self) -> str:
        ours, theirs = self.ours, self.theirs
        if isinstance(ours, Rejected):
            return UNKNOWN
        if isinstance(ours, NodeShape) and isinstance(theirs, NodeShape):
            return SAME if replace(ours, warnings=()) == replace(theirs, warnings=()) else WRONG
        if isinstance(ours, NodeError) and isinstance(theirs, NodeError):
            return SAME_ERROR if ours == theirs else WORDS
        return WRONG


def outcomes(probe: Probe, judge: Judge, asked: Iterable[Case]) -> Iterator[Outcome]:
    with ThreadPoolExecutor(1) as judging:  # both are processes of their own
        for case in asked:
            verdict = judging.submit(judge.replies, Course(case.network))
            ours = probe.check(case.network)[-1]
            theirs = read(verdict.result()[-1])
            assert not isinstance(theirs, Inside)
            yield Outcome(case, ours, theirs)


def page(found: list[Outcome], keras: str, older: Mapping[str, list[Outcome]]) -> str:
    verdicts = Counter(outcome.verdict for outcome in found)
    layers: dict[str, Counter[str]] = {}
    for outcome in found:
        layers.setdefault(outcome.case.layer, Counter())[outcome.verdict] += 1
    inferred = [name for name, counts in layers.items() if counts[SAME]]
    silent = [name for name in layers if name not in inferred]
    lines = [
        "# The probe against TensorFlow",
        "",
        "Written by `python -m tests.probe.coverage`: every public layer of "
        f"Keras {keras} with the least arguments, on each of {len(INPUTS)} kinds of inputs, asked "
        "of the null backend and of Keras over TensorFlow with weights that are allocated. "
        "Compared are the output's structure, shapes, dtypes and masks and the numbers and bytes "
        "of trainable and other weights, or the error's type, words and phase.",
        "",
        "| | cases |",
        "|---|---|",
        *[f"| {title} | {verdicts[verdict]} |" for verdict, title in COLUMNS.items()],
        f"| all | {len(found)} |",
        "",
        f"{len(inferred)} of {len(layers)} names give shapes. Without: "
        f"{', '.join(silent) or 'none'}. Never asked, for they run code or are no more than a "
        f"base: {', '.join(sorted(NOT_ASKED))}.",
        "",
        "| layer | " + " | ".join(COLUMNS.values()) + " |",
        "|---|" + "---|" * len(COLUMNS),
    ]
    for name, counts in layers.items():
        cells = " | ".join(str(counts[verdict] or "") for verdict in COLUMNS)
        lines.append(f"| {name} | {cells} |")
    lines += differences(found, "")
    lines += [
        "",
        "## Older releases",
        "",
        "The same, with each release in an environment of its own.",
        "",
        "| Keras | layers | " + " | ".join([*COLUMNS.values(), "all"]) + " |",
        "|---|---|" + "---|" * (len(COLUMNS) + 1),
    ]
    for release, theirs in older.items():
        counts = Counter(outcome.verdict for outcome in theirs)
        cells = [str(counts[verdict]) for verdict in COLUMNS]
        names = len({outcome.case.layer for outcome in theirs})
        lines.append(f"| {release} | {names} | {' | '.join([*cells, str(len(theirs))])} |")
    for release, theirs in older.items():
        lines += differences(theirs, f" in Keras {release}")
    return "\n".join([*lines, ""])


def differences(found: list[Outcome], where: str) -> list[str]:
    lines: list[str] = []
    for verdict in (WRONG, WORDS):
        told = [o for o in found if o.verdict == verdict]
        if told:
            lines += ["", f"## {COLUMNS[verdict].capitalize()}{where}", ""]
        lines += [f"- {o.case}: {short(o.ours)}; TensorFlow: {short(o.theirs)}" for o in told]
    return lines


def short(reply: Reply) -> str:
    if isinstance(reply, NodeError):
        return f"{reply.type}: {reply.message}".replace("\n", " ")[:160]
    if isinstance(reply, NodeShape):
        sums = reply.trainable.count, reply.non_trainable.count
        return f"{[f'{t} {t.dtype}' for t in reply.tensors]} with {sums} weights"
    return str(reply)


def asked_of(python: str) -> tuple[str, list[Outcome]]:
    """The release in an environment, and what comes of all cases there."""
    probe, judge = Probe(python, deadline=60), Judge(python)
    try:
        asked = cases(judge.ask(ask="names")["layers"])
        return judge.ask(ask="version"), list(outcomes(probe, judge, asked))
    finally:
        probe.close()
        judge.close()


def main() -> None:
    keras, found = asked_of(sys.executable)
    older = dict(asked_of(str(python_of(release))) for release in RELEASES)
    PAGE.write_text(page(found, keras, older), encoding="utf-8")
    for release, theirs in {keras: found, **older}.items():
        print(release, Counter(outcome.verdict for outcome in theirs))
        wrong = [o for o in theirs if o.verdict == WRONG]
        print(*[f"{o.case}: {short(o.ours)}; {short(o.theirs)}" for o in wrong], sep="\n")


if __name__ == "__main__":
    main()

"""Layers with arguments that nobody would write: the probe neither dies nor hangs over them.

    python -m tests.probe.fuzz [JOBS] [SEED]     many, each compared with Keras over TensorFlow

Never imports Keras.  TensorFlow makes no weights here, for it would need terabytes.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from keras_lsp.networks import Made, Network
from keras_lsp.probe.client import Probe
from keras_lsp.probe.course import Course
from keras_lsp.probe.lookups import KNOWN
from keras_lsp.probe.wire import read
from keras_lsp.replies import Inside, NodeShape, Rejected, Reply
from tests.probe.building import argument
from tests.probe.cases import Case, cases
from tests.probe.coverage import SAME, SAME_ERROR, UNKNOWN, Outcome, short
from tests.probe.judge import Judge

Layers = Mapping[str, Mapping[str, Sequence[str]]]

VALUES: Sequence[Any] = (
    0, 1, -1, 2, 7, 10**4, 10**7, 10**12, 0.5, -0.5, 1e300, float("nan"), float("inf"), True,
    False, None, "", "foo", "same", "valid", "channels_first", "relu", "float16", "bfloat16",
    (), (0,), (0, 0), (1, 1), (3, 3), (-1, 2), (10**6, 10**6), (None, 3), [], [1] * 1000,
    [[1, 2], [3, 4]], ("a", 1, None),
)  # fmt: skip


def jobs(probe: Probe, layers: Layers, seed: int) -> Iterator[Case]:
    """Without end: a layer on an input that it takes, with one or two arguments of any kind."""
    chance = random.Random(seed)
    base: dict[str, Case] = {}
    for case in cases(layers):
        if case.layer not in base and isinstance(probe.check(case.network)[-1], NodeShape):
            base[case.layer] = case
    names = list(base)
    while True:
        case = base[chance.choice(names)]
        parameters = [p for p in layers[case.layer]["all"] if p not in ("layer", "cell", "cells")]
        chosen = chance.sample(parameters, min(len(parameters), chance.choice((1, 1, 2))))
        values = {name: chance.choice(VALUES) for name in chosen}
        yield Case(case.layer, f"{case.inputs} with {values}"[:150], changed(case, values))


def changed(case: Case, values: Mapping[str, Any]) -> Network:
    network = case.network
    (spec,) = network.layers
    assert isinstance(spec.made, Made)
    keywords = dict(spec.made.keywords) | {n: argument(v) for n, v in values.items()}
    made = Made(spec.made.name, spec.made.args, tuple(keywords.items()))
    layer = type(spec)(made, spec.place)
    return type(network)(
        network.name,
        network.kind,
        (layer,),
        network.nodes,
        network.inputs,
        network.outputs,
        network.place,
    )


def judged(judge: Judge, network: Network) -> Reply:
    question = Course(network)
    reply = read(judge.ask(**question.asked(0, question.size), stateless=True)[-1])
    assert not isinstance(reply, Inside)
    return reply


def main() -> None:
    count, seed = [*map(int, sys.argv[1:]), *(10_000, 1)[len(sys.argv) - 1 :]]
    probe, judge = Probe(sys.executable, deadline=30), Judge()
    verdicts: Counter[str] = Counter()
    try:
        made = jobs(probe, judge.ask(ask="names")["layers"], seed)
        for _ in range(count):
            case = next(made)
            ours = probe.check(case.network)[-1]
            if isinstance(ours, Rejected) or case.layer in KNOWN:
                verdicts[UNKNOWN] += 1
                continue
            outcome = Outcome(case, ours, judged(judge, case.network))
            verdicts[outcome.verdict] += 1
            if outcome.verdict not in (SAME, SAME_ERROR):
                told = f"{short(outcome.ours)}\n    TensorFlow: {short(outcome.theirs)}"
                print(f"{outcome.verdict}: {case}\n    {told}", flush=True)
    finally:
        starts = probe.starts
        probe.close()
        judge.close()
    print(dict(verdicts), f"{starts} process(es)")


if __name__ == "__main__":
    main()

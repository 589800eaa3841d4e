"""What the rules about the API mend works under Keras 2: each Bad of their pages is run there.

That it fails under Keras 3, and that what is fixed runs there, is what `test_oracle` shows.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from keras_lsp.pages import BAD, Example, Page
from keras_lsp.rules import all_rules
from tests.oracle import Oracle
from tests.oracle.client import is_available
from tests.support.page_laws import STATIC
from tests.support.prelude import program_of

BEFORE = "tf_keras, the Keras 2 that can be installed beside Keras 3, has lost it as well"
AFTER = "it came with Keras 3 and changed there"
NEVER = "no release took it"

EXCEPTIONS = {
    # Functions of graphs and sessions: until Keras 2.3.
    "backend-function": {5: BEFORE},
    "class-instead-of-instance": dict.fromkeys((1, 2, 3, 4), NEVER),
    # `decay`: until 2.10, and in `optimizers.legacy` since.
    "deprecated-argument": {3: BEFORE},
    # `convert_all_kernels_in_model`: in the copy that TensorFlow 1 had.
    "private-import": {4: BEFORE},
    # `nb_epoch`: until 2.3; `predict_classes`: until 2.5; `get_weights` of optimizers: until 2.10.
    "removed-method": {2: BEFORE, 3: BEFORE, 6: BEFORE},
    # `keras.layers.core`, `keras.utils.np_utils`, `keras.wrappers`: until 2.12; `keras.legacy`.
    "removed-module": {1: BEFORE, 2: BEFORE, 6: BEFORE, 7: BEFORE},
    # `CuDNNLSTM` and `optimizers.adam`: until 2.3.
    "removed-symbol": {1: BEFORE, 3: BEFORE},
    # `nb_epoch`, `dim_ordering`, `output`: of Keras 1, until 2.3 with a warning; `m`: until 2.0.
    "renamed-argument": {2: BEFORE, 3: BEFORE, 4: BEFORE, 6: AFTER, 7: BEFORE, 8: BEFORE},
    # TensorFlow 1 and 2 cannot be installed for one Python.
    "tf1-symbol": dict.fromkeys((1, 2, 3, 4, 5), BEFORE),
    "unknown-identifier": dict.fromkeys((1, 2, 3, 4, 5), NEVER),
    "wrong-argument-type": {4: NEVER, 6: NEVER},
}
"""Examples that do not run under Keras 2 either, by rule and number, and why."""

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not is_available(k2=True), reason="tf_keras is not installed"),
]

EXAMPLES = [
    pytest.param(name, number, example, id=f"{name}: Bad {number}")
    for name, rule in all_rules().items()
    if rule.group == "api"
    for number, example in enumerate(Page.read(rule.page).examples(BAD), 1)
    if STATIC not in example.flags
]


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as made:
        yield made


@pytest.mark.parametrize(("rule", "number", "example"), EXAMPLES)
def test_what_is_wrong_today_ran_under_keras_2(
    rule: str, number: int, example: Example, oracle: Oracle
) -> None:
    verdict = oracle.run(program_of(example), k2=True)
    why_not = EXCEPTIONS.get(rule, {}).get(number)
    if why_not is None:
        assert verdict.exception is None, str(verdict)
    else:
        assert verdict.exception is not None, f"it runs, though {why_not}"

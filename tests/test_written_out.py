"""The functions that are written out give what those of Keras 2 give."""

from __future__ import annotations

import pytest

from keras_lsp.catalog.written_out import FUNCTIONS, text
from tests.oracle import Oracle
from tests.oracle.client import is_available
from tests.support.prelude import Program

CASES = {
    "normalize_tuple": ["3, 2, 'size'", "(1, 2), 2, 'size'", "[4, 5, 6], 3, 'size'"],
    "normalize_padding": ["'SAME'", "'valid'", "'causal'", "[1, 2]"],
    "normalize_data_format": ["None", "'Channels_First'"],
    "conv_output_length": [
        f"{n}, 3, {p!r}, {s}, {d}"
        for n in (7, 10, None)
        for p in ("same", "valid", "full", "causal")
        for s in (1, 2, 3)
        for d in (1, 2)
    ],
    "conv_input_length": [
        f"{n}, {k}, {p!r}, {s}"
        for n in (4, None)
        for k in (2, 3)
        for p in ("same", "valid", "full")
        for s in (1, 2)
    ],
    "has_arg": ["f, 'a'", "f, 'b'", "f, 'c'", "f, 'c', accept_all=True", "g, 'a', True"],
}
OF_KERAS_2 = "tf_keras.src.utils.generic_utils import has_arg\nfrom tf_keras.src.utils.conv_utils"
SAMPLE = "f = lambda a, *, b=1, **rest: a\ng = lambda a: a\n"


@pytest.mark.oracle
@pytest.mark.skipif(not is_available(k2=True), reason="tf_keras is not installed")
def test_each_gives_what_that_of_keras_2_gives() -> None:
    shown = f"{SAMPLE}print([{', '.join(f'{n}({c})' for n in CASES for c in CASES[n])}])\n"
    old = f"from {OF_KERAS_2} import {', '.join(n for n in CASES if n != 'has_arg')}\n"
    texts = {path.rpartition(".")[2]: text(path, "keras") for path in FUNCTIONS}
    new = "\n\n".join(texts[name] or "" for name in CASES) + "\n"
    with Oracle() as oracle:
        before = oracle.run(Program((("main.py", old + shown),), ""), k2=True)
        after = oracle.run(Program((("main.py", new + shown),), ""))
    assert (before.exception, after.exception) == (None, None), f"{before}\n{after}"
    assert after.output == before.output


def test_a_kernel_is_turned_around_in_space_alone() -> None:
    numpy = pytest.importorskip("numpy")
    made: dict[str, object] = {}
    exec(text("keras.utils.conv_utils.convert_kernel", "keras") or "", made)
    kernel = numpy.arange(36).reshape(3, 3, 2, 2)
    turned = made["convert_kernel"](kernel)  # type: ignore[operator]
    assert (turned == kernel[::-1, ::-1]).all()

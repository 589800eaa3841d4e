"""The table of programs; and programs that are cut off anywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keras_lsp.extraction import networks_of
from keras_lsp.syntax.source import Source
from tests.extraction.dump import dump

HERE = Path(__file__).parent
CASE = re.compile(r"^## (.+?)\n+```python\n(.*?)```\n```text\n(.*?)```", re.M | re.S)
CASES = CASE.findall((HERE / "table.md").read_text(encoding="utf-8"))


def seen(program: str) -> str:
    return "\n".join(map(dump, networks_of(Source.parse("program.py", program)))) + "\n"


def test_every_heading_is_a_case() -> None:
    headings = (HERE / "table.md").read_text(encoding="utf-8").count("\n## ")
    assert len(CASES) == headings > 5


@pytest.mark.parametrize(("program", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_table(program: str, expected: str) -> None:
    assert seen(program) == expected


@pytest.mark.parametrize("program", [c[1] for c in CASES], ids=[c[0] for c in CASES])
def test_half_typed_programs_are_borne(program: str) -> None:
    for end in range(0, len(program), 3):
        networks_of(Source.parse("program.py", program[:end]))
        networks_of(Source.parse("program.py", program[:end] + program[end + 5 :]))


@pytest.mark.parametrize(
    "program",
    [
        "from keras import Model\nwhile True:\n    x = [1] * 500\n    y = x * 500\n",
        "from keras import Model\ndef f(n):\n    return f(n) + f(n)\nf(1)\n",
        "from keras import Model\nx = []\nx.append(x)\nModel(x, x)\n",
        "from keras import Model\n" + "x = x + x\n" * 3000,
        "from keras import Model\nx = " + "(" * 90 + "1" + ")" * 90 + "\n",
        "from keras import Sequential\nm = Sequential()\nm.add(m)\n",
        "from keras import Model\nclass A(A): pass\nA()\nsuper().f()\ndel x[0], y.z\n",
    ],
)
def test_programs_without_end_are_borne(program: str) -> None:
    networks_of(Source.parse("program.py", program))

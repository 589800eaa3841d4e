"""The Markdown suites in ``specs/``: what the interpreter knows of a program, and where."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.support.engine import RealEngine
from tests.support.specs import Spec, complaints_about, read_specs
from tests.support.toys import ToyEngine

ROOT = Path(__file__).with_name("specs")
SPECS = [spec for path in sorted(ROOT.rglob("*.md")) for spec in read_specs(path, ROOT)]


@pytest.mark.parametrize("spec", [pytest.param(spec, id=spec.name) for spec in SPECS])
def test_spec(spec: Spec) -> None:
    complaints = complaints_about(spec, RealEngine())
    assert not complaints, "\n".join(["", *complaints])


def test_no_two_specs_have_one_name() -> None:
    assert [name for name, count in Counter(s.name for s in SPECS).items() if count > 1] == []


def test_every_spec_claims_something() -> None:
    """A block without markers claims silence, and has to be told from one forgotten."""
    lacking = [
        spec.place
        for spec in SPECS
        if not any(part.markers or part.reveals for part in spec.example.files())
        and "silent" not in spec.example.flags
    ]
    assert lacking == [], "mark what is found, or write ```python silent"


SUITE = """# Late models

## Fitted

```python
model  # reveal: MODEL
model.fit(x)  # error: [late-model]
```

### Elsewhere

```python file=other.py
a  # reveal: A
```

```python
b  # reveal: B
```

```python
c  # reveal: D
model.fit(x)
```
"""


def suite(tmp_path: Path) -> list[Spec]:
    (tmp_path / "flow").mkdir()
    path = tmp_path / "flow" / "late.md"
    path.write_text(SUITE, encoding="utf-8")
    return list(read_specs(path, tmp_path))


def test_headings_are_the_names_of_tests(tmp_path: Path) -> None:
    assert [spec.name for spec in suite(tmp_path)] == [
        "flow/late: Late models: Fitted",
        "flow/late: Late models: Fitted: Elsewhere (1)",
        "flow/late: Late models: Fitted: Elsewhere (2)",
    ]


def test_what_is_revealed_and_found_is_compared(tmp_path: Path) -> None:
    first, second, third = suite(tmp_path)
    assert complaints_about(first, ToyEngine()) == []
    assert complaints_about(second, ToyEngine()) == []
    found, revealed = complaints_about(third, ToyEngine())
    assert "unexpected:\n    main.py:2 error: [late-model]" in found
    assert "late.md:21: main.py:1 `c`\n  missing:    D\n  unexpected: C" in revealed

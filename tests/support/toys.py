"""Two toy rules over plain lines: what the laws of a page are themselves tested with.

Knows nothing of the real engine: a fault of the analysis must not hide one of the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from keras_lsp.findings import Finding, Fix, Proposal, Safety, Severity
from keras_lsp.text import Edit, Position, Span, apply_edits

Check = Callable[[Sequence[str]], Iterator[Finding]]

LATE_MODEL = """`fit` is called above the line that makes the model.

Python runs a module from top to bottom.

## Bad

```python
model.fit(x, y, verbose=0)  # error: [late-model] # raises: NameError
model = keras.Sequential([keras.layers.Dense(1)])
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
```

## Near misses

```python
model = keras.Sequential([keras.layers.Dense(1)])
```

Another name may be defined by then.

```python
class Model:
    def fit(self, x, y):
        return self


model = Model()
model.fit(x, y)
```

## Fix safety

Unsafe: the model is compiled with a guessed loss.
"""

STALE_FREEZE = """`trainable` is set after `fit` has traced the training step.

The traced step goes on training what is frozen.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
model.trainable = False
model.fit(x, y, verbose=0)  # warning: [stale-freeze]
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
model.trainable = False
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
```

## Proof

```python
before = model.get_weights()[0]
model.fit(x, y, verbose=0)
assert np.array_equal(before, model.get_weights()[0])
```

## Near misses

Nothing has been traced yet.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.trainable = False
model.fit(x, y, verbose=0)
```

```python noproof
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
model.trainable = True
model.fit(x, y, verbose=0)
```

## Fix safety

Unsafe: compiling again resets the optimizer.
"""


@dataclass(frozen=True)
class ToyRule:
    """A rule as the laws see it."""

    name: str
    severity: Severity
    page: str


@dataclass
class ToyEngine:
    """Runs checks over lines; a planted fault replaces one of them."""

    checks: Mapping[str, Check] = field(default_factory=lambda: CHECKS)

    def check(self, files: Mapping[str, str], path: str, *, k2: bool) -> Sequence[Finding]:
        lines = files[path].split("\n")
        return [finding for check in self.checks.values() for finding in check(lines)]

    def reveal(self, files: Mapping[str, str], path: str, line: int) -> str:
        return files[path].split("\n")[line].upper()

    def build(self, proposal: Proposal, text: str, path: str) -> Fix | None:
        edits = proposal.build(text)  # type: ignore[arg-type]
        return Fix(proposal.title, edits, proposal.safety) if edits else None

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return apply_edits(text, edits)


def late_model(lines: Sequence[str]) -> Iterator[Finding]:
    for number, line in enumerate(lines):
        use = re.match(r"(\w+)\.fit\(", line)
        if not use or any(above.startswith(f"{use[1]} =") for above in lines[:number]):
            continue
        yield Finding(
            "late-model",
            Severity.ERROR,
            Span.of(number, 0, number, len(use[1])),
            f"`{use[1]}` is not defined yet",
            proposals=(Proposal("Define it first", Safety.UNSAFE, define_first(number)),),
        )


def define_first(number: int) -> Callable[[object], tuple[Edit, ...] | None]:
    def build(text: object) -> tuple[Edit, ...] | None:
        lines = str(text).split("\n")
        definition = lines[number + 1]
        return (
            Edit(Span.at(Position(number, 0)), f'{definition}\nmodel.compile("sgd", "mse")\n'),
            Edit(Span.of(number + 1, 0, number + 2, 0), ""),
        )

    return build


def stale_freeze(lines: Sequence[str]) -> Iterator[Finding]:
    traced = stale = False
    for number, line in enumerate(lines):
        if ".compile(" in line:
            traced = stale = False
        if ".trainable = False" in line:
            stale = traced
        if ".fit(" in line and stale:
            again = (Edit(Span.at(Position(number, 0)), 'model.compile("sgd", "mse")\n'),)
            yield Finding(
                "stale-freeze",
                Severity.WARNING,
                Span.of(number, 0, number, len(line)),
                "`model` must be compiled again before it sees the change",
                proposals=(
                    Proposal("Compile `model` again", Safety.UNSAFE, lambda _, e=again: e),  # type: ignore[misc]
                ),
            )
        traced = traced or ".fit(" in line


CHECKS: Mapping[str, Check] = {"late-model": late_model, "stale-freeze": stale_freeze}
TOYS = (
    ToyRule("late-model", Severity.ERROR, LATE_MODEL),
    ToyRule("stale-freeze", Severity.WARNING, STALE_FREEZE),
)

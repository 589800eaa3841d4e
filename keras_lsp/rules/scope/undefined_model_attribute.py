"""`self.model` is read, and nothing in the class or its bases ever sets it.

Python raises an `AttributeError` as soon as the method runs.

## Bad

```python
class Trainer:
    def __init__(self):
        self._model = keras.Sequential([keras.layers.Dense(1)])

    def train(self):
        self.model.summary()  # error: [undefined-model-attribute] # raises: AttributeError


Trainer().train()
```

## Fixed

```python
class Trainer:
    def __init__(self):
        self._model = keras.Sequential([keras.layers.Dense(1)])

    def train(self):
        self._model.summary()


Trainer().train()
```

## Near misses

A base class that we cannot see may set it.

```python
import threading


class Trainer(threading.Thread):
    def train(self):
        if hasattr(self, "model"):
            self.model.fit([[1.0]], [[1.0]])


Trainer().train()
```

It is set from outside.

```python
class Trainer:
    def train(self):
        self.model.compile(optimizer="adam", loss="mse")


trainer = Trainer()
trainer.model = keras.Sequential([keras.layers.Dense(1)])
trainer.train()
```

A class that others derive from leaves it to them.

```python
class Agent:
    def train(self):
        self.model.compile(optimizer="adam", loss="mse")


class Dense(Agent):
    def __init__(self):
        self.model = keras.Sequential([keras.layers.Dense(1)])


Dense().train()
```

## Fix safety

Safe where an attribute that the class does set differs by one letter, or two have changed places.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import AttributeRead, ClassSeen
from keras_lsp.semantics.symbols import DISTINCTIVE
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Position, Span


@rule(Severity.ERROR)
def undefined_model_attribute(seen: ClassSeen) -> Iterator[Report]:
    if not seen.closed or seen.abstract or seen.context.in_test:
        return
    known = {b.name for b in seen.bindings} | seen.set_from_outside
    local = {m.name.strip("_").lower() for m in seen.local_models if not m.stored}
    for read in seen.reads:
        if read.name in known or read.guarded or read.used_as not in DISTINCTIVE:
            continue
        if read.name.startswith("__"):
            continue
        if read.name.strip("_").lower() in local:
            # The rule model-not-on-self points at the local name instead.
            continue
        yield Report(
            read.place,
            f"nothing in `{seen.name}` ever sets `self.{read.name}`",
            tuple((b.place, f"it sets `self.{b.name}`") for b in seen.bindings if b.model)[:1],
            tuple(_renames(seen, read)),
        )


def _renames(seen: ClassSeen, read: AttributeRead) -> Iterator[Proposal]:
    models = {b.name for b in seen.bindings if b.model}
    near = [name for name in models if _one_letter(name, read.name)]
    if len(near) == 1:
        title = f"Read `self.{near[0]}` instead"
        yield Proposal(title, Safety.SAFE, partial(_rename, read, near[0]))


def _one_letter(left: str, right: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours makes one of the other."""
    if abs(len(left) - len(right)) > 1:
        return False
    if sorted(left) == sorted(right) and left != right:
        differ = [at for at in range(len(left)) if left[at] != right[at]]
        return len(differ) == 2 and differ[1] == differ[0] + 1
    short, long = sorted((left, right), key=len)
    for at in range(len(long)):
        if long[:at] + long[at + 1 :] == short:
            return True
        if len(short) == len(long) and long[:at] + long[at + 1 :] == short[:at] + short[at + 1 :]:
            return True
    return False


def _rename(read: AttributeRead, name: str, source: Source) -> tuple[Edit, ...]:
    end = source.span(read.place).end
    start = Position(end.line, end.column - len(read.name))
    return (Edit(Span(start, end), name),)

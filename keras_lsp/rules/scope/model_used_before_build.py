"""A method that needs the model is called before the method that sets it.

The instance's `model` is still the `None` of `__init__`, or is not there at all.

## Bad

```python
class Trainer:
    def __init__(self):
        self.model = None

    def build(self):
        self.model = keras.Sequential([keras.layers.Dense(1)])
        self.model.compile(optimizer="adam", loss="mse")

    def train(self):
        self.model.fit(x_train, y_train, verbose=0)  # raises: AttributeError


trainer = Trainer()
trainer.train()  # error: [model-used-before-build]
```

The method knows, and refuses.

```python
class Trainer:
    def __init__(self):
        self.model = None

    def build(self):
        self.model = keras.Sequential([keras.layers.Dense(1)])
        self.model.compile(optimizer="adam", loss="mse")

    def train(self):
        if self.model is None:
            raise ValueError("build it first")  # raises: ValueError
        self.model.fit(x_train, y_train, verbose=0)


trainer = Trainer()
trainer.train()  # error: [model-used-before-build]
```

## Fixed

```python
class Trainer:
    def __init__(self):
        self.model = None

    def build(self):
        self.model = keras.Sequential([keras.layers.Dense(1)])
        self.model.compile(optimizer="adam", loss="mse")

    def train(self):
        self.model.fit(x_train, y_train, verbose=0)


trainer = Trainer()
trainer.build()
trainer.train()
```

```python
class Trainer:
    def __init__(self):
        self.model = None

    def build(self):
        self.model = keras.Sequential([keras.layers.Dense(1)])
        self.model.compile(optimizer="adam", loss="mse")

    def train(self):
        if self.model is None:
            raise ValueError("build it first")
        self.model.fit(x_train, y_train, verbose=0)


trainer = Trainer()
trainer.build()
trainer.train()
```

## Near misses

The method builds what is missing.

```python
class Trainer:
    def __init__(self):
        self.model = None

    def build(self):
        self.model = keras.Sequential([keras.layers.Dense(1)])
        self.model.compile(optimizer="adam", loss="mse")

    def train(self):
        if self.model is None:
            self.build()
        self.model.fit(x_train, y_train, verbose=0)


Trainer().train()
```

The constructor builds it through a method.

```python
class Trainer:
    def __init__(self):
        self.model = None
        self.build()

    def build(self):
        self.model = keras.Sequential([keras.layers.Dense(1)])
        self.model.compile(optimizer="adam", loss="mse")

    def train(self):
        self.model.fit(x_train, y_train, verbose=0)


Trainer().train()
```

## Fix safety

Safe where the method that sets the model needs no arguments: without it the call raises.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import UnmetNeed
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def model_used_before_build(need: UnmetNeed) -> Iterator[Report]:
    names = " or ".join(f"`{s.name}`" for s in need.setters)
    related = [(need.place, f"`self.{need.attribute}` is needed here")]
    related += [(s.place, f"`{s.name}` sets it") for s in need.setters]
    yield Report(
        need.call,
        f"`{need.method}` needs `{need.attribute}`, which {names} sets, and nobody called that",
        tuple(related),
        tuple(_fixes(need)),
    )


def _fixes(need: UnmetNeed) -> Iterator[Proposal]:
    ready = [s for s in need.setters if not s.needs_arguments]
    if need.instance and len(need.setters) == 1 and ready:
        call = f"{need.instance}.{ready[0].name}()"
        yield Proposal(f"Call `{call}` first", Safety.SAFE, partial(_call, need, call))


def _call(need: UnmetNeed, call: str, source: Source) -> tuple[Edit, ...] | None:
    return assign.insert_statement(source, source.span(need.statement), call)

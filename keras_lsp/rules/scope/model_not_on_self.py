"""A method keeps the model in a local name, another method reads it from `self`.

The local name is gone when the method returns; `self.model` was never set, or is still
the `None` of `__init__`, and training fails with `'NoneType' object has no attribute
'fit'`.

## Bad

```python
class Trainer:
    def __init__(self):
        self.model = None

    def build(self):
        model = keras.Sequential([keras.layers.Dense(1)])  # error: [model-not-on-self]
        model.compile(optimizer="adam", loss="mse")

    def train(self):
        self.model.fit(x_train, y_train, verbose=0)  # raises: AttributeError


trainer = Trainer()
trainer.build()
trainer.train()
```

Returning it does not put it on `self` either.

```python
class Trainer:
    def build(self):
        model = keras.Sequential([keras.layers.Dense(1)])  # error: [model-not-on-self]
        return model

    def train(self):
        self.model.compile(optimizer="adam", loss="mse")  # raises: AttributeError


trainer = Trainer()
model = trainer.build()
trainer.train()
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
        return self.model

    def train(self):
        self.model.compile(optimizer="adam", loss="mse")


trainer = Trainer()
model = trainer.build()
trainer.train()
```

## Near misses

Another method takes what the builder returns and keeps it.

```python
class Trainer:
    def __init__(self):
        self.model = self.build()

    def build(self):
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        return model

    def train(self):
        self.model.fit(x_train, y_train, verbose=0)


Trainer().train()
```

The caller puts it there.

```python
class Trainer:
    def build(self):
        model = keras.Sequential([keras.layers.Dense(1)])
        return model

    def train(self):
        self.model.compile(optimizer="adam", loss="mse")


trainer = Trainer()
trainer.model = trainer.build()
trainer.train()
```

## Fix safety

Safe: the local name's uses in the method become uses of the attribute.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import selfmodel
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import AttributeRead, ClassSeen, LocalModel
from keras_lsp.semantics.symbols import MODEL_USES
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def model_not_on_self(seen: ClassSeen) -> Iterator[Report]:
    if not seen.closed:
        return
    wanted = {
        read.name: read
        for read in reversed(seen.reads)
        if read.used_as in MODEL_USES and not _is_set(seen, read.name)
    }
    local = [m for m in seen.local_models if not m.stored]
    for attribute, read in wanted.items():
        for model in local:
            if model.method != read.method and _same(model.name, attribute):
                yield _report(model, read)


def _is_set(seen: ClassSeen, attribute: str) -> bool:
    """Somebody binds the attribute to something else than ``None``."""
    if attribute in seen.set_from_outside:
        return True
    return any(b.name == attribute and not b.none for b in seen.bindings)


def _same(local: str, attribute: str) -> bool:
    return local.strip("_").lower() == attribute.strip("_").lower()


def _report(model: LocalModel, read: AttributeRead) -> Report:
    return Report(
        model.place,
        f"`{model.name}` is local to `{model.method}`; `{read.method}` reads `self.{read.name}`",
        ((read.place, f"`self.{read.name}` is read here and never set"),),
        (
            Proposal(
                f"Assign to `self.{read.name}`",
                Safety.SAFE,
                partial(_assign, model, read.name),
            ),
        ),
    )


def _assign(model: LocalModel, attribute: str, source: Source) -> tuple[Edit, ...] | None:
    return selfmodel.assign_to_self(source, source.span(model.place), attribute)

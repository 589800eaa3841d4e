"""A builder's fresh model is dropped on the floor.

The function makes a model and returns it, and nobody keeps it: the statement has no
effect but to cost time and memory.

## Bad

```python
def build_model():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])


model = None
build_model()  # warning: [discarded-model]
```

## Fixed

```python
def build_model():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])


model = None
model = build_model()
```

## Proof

```python
assert model is not None
```

## Near misses

The method also stores the model on `self`.

```python noproof
class Trainer:
    def build(self):
        self.model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        return self.model


Trainer().build()
```

What a method drops is told at the method, by the rule model-not-on-self.

```python noproof
class Builder:
    def build(self):
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        return model


Builder().build()
```

The result is used at once.

```python noproof
def build_model():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])


build_model().summary(print_fn=str)
```

## Fix safety

Safe: a name is given to a result that nothing used.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.phases import NO
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.WARNING)
def discarded_model(call: Call) -> Iterator[Report]:
    if not call.discarded or not call.function or call.kept or call.context.in_test:
        return
    if call.method:
        # What a method forgets to put on `self` is told by model-not-on-self.
        return
    if not call.made or any(m.phase.trained is not NO or m.escaped for m in call.made):
        return
    yield Report(
        call.statement,
        f"the model that `{call.callee}` returns is dropped",
        ((call.function_place, "the builder"),) if call.function_place else (),
        (Proposal("Keep it as `model`", Safety.SAFE, partial(_keep, call)),),
    )


def _keep(call: Call, source: Source) -> tuple[Edit, ...] | None:
    return assign.keep_result(source, source.span(call.statement), "model")

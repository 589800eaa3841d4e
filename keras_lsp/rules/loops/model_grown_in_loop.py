"""One `Sequential` is grown, compiled and trained again in each iteration.

`add` in the loop puts further layers on top of those of the iterations before: the
second model has twice the layers of the first.

## Bad

```python
model = keras.Sequential()
for units in (4, 1):
    model.add(keras.layers.Dense(units))  # warning: [model-grown-in-loop]
    model.add(keras.layers.Dense(1))
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

## Fixed

```python
for units in (4, 1):
    model = keras.Sequential()
    model.add(keras.layers.Dense(units))
    model.add(keras.layers.Dense(1))
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

## Proof

```python
assert len(model.layers) == 2
```

## Near misses

The loop only stacks layers; the model is compiled after it.

```python noproof
model = keras.Sequential()
for units in (4, 4):
    model.add(keras.layers.Dense(units))
model.add(keras.layers.Dense(1))
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

It had layers before the loop: it is meant to grow.

```python noproof
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
for depth in range(2):
    model.add(keras.layers.Dense(1))
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

Each iteration makes its own model.

```python
for units in (4, 2):
    model = keras.Sequential()
    model.add(keras.layers.Dense(units))
    model.add(keras.layers.Dense(1))
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

## Fix safety

Unsafe: a network that is meant to grow from iteration to iteration no longer does.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import sink
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call, Loop
from keras_lsp.semantics.phases import YES
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@rule(Severity.WARNING)
def model_grown_in_loop(call: Call) -> Iterator[Report]:
    if call.method != "add" or len(call.models) != 1 or not call.context.loops:
        return
    loop, (model,) = call.context.loops[-1], call.models
    if loop.kind != "for" or loop.first or loop.place in model.loops or model.user_class:
        return
    # The later iterations alone know that the model was trained in the one before, and
    # only the first layer of each is told: the model is trained, not just grown.
    if model.phase.trained is not YES or model.phase.traced is not YES or call.context.in_test:
        return
    if model.phase.place_of("grown") is not None or model.phase.place_of("popped") is not None:
        return
    # A model that had layers before the loop is one that somebody means to grow.
    if not model.layers or not model.all_known:
        return
    if any(loop.place not in loops for _, loops in model.layers):
        return
    made = model.phase.place_of("defined")
    fixes: tuple[Proposal, ...] = ()
    if made is not None:
        title = f"Make `{call.receiver}` inside the loop"
        fixes = (Proposal(title, Safety.UNSAFE, partial(_sink, loop, made)),)
    yield Report(
        call.name_place,
        f"`{call.receiver}` was trained already and grows on in each iteration",
        ((made, "it is made once, before the loop"),) if made else (),
        fixes,
    )


def _sink(loop: Loop, made: Place, source: Source) -> tuple[Edit, ...] | None:
    return sink.into_body(source, source.span(loop.place), [source.span(made)])

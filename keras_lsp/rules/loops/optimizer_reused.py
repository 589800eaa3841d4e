"""One optimizer instance trains several models.

An optimizer keeps a slot for each variable of the model that it first trained. Keras
refuses to train another one with it: `This optimizer can only be called for the
variables it was originally built with`.

## Bad

```python
optimizer = keras.optimizers.Adam()
for units in (2, 3):
    model = keras.Sequential([keras.layers.Dense(units), keras.layers.Dense(1)])
    model.compile(optimizer=optimizer, loss="mse")  # error: [optimizer-reused]
    model.fit(x_train, y_train, verbose=0)  # raises: ValueError
```

```python
optimizer = keras.optimizers.Adam(0.01)
first = keras.Sequential([keras.layers.Dense(1)])
first.compile(optimizer=optimizer, loss="mse")
first.fit(x_train, y_train, verbose=0)
second = keras.Sequential([keras.layers.Dense(1)])
second.compile(optimizer=optimizer, loss="mse")  # error: [optimizer-reused]
second.fit(x_train, y_train, verbose=0)  # raises: ValueError
```

## Fixed

```python
optimizer = keras.optimizers.Adam()
for units in (2, 3):
    model = keras.Sequential([keras.layers.Dense(units), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(), loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

```python
optimizer = keras.optimizers.Adam(0.01)
first = keras.Sequential([keras.layers.Dense(1)])
first.compile(optimizer=optimizer, loss="mse")
first.fit(x_train, y_train, verbose=0)
second = keras.Sequential([keras.layers.Dense(1)])
second.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
second.fit(x_train, y_train, verbose=0)
```

## Near misses

A name is no instance: each `compile` makes its own.

```python
for units in (2, 3):
    model = keras.Sequential([keras.layers.Dense(units), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

The same model may be compiled again with its optimizer.

```python
optimizer = keras.optimizers.Adam()
model = keras.Sequential([keras.layers.Dense(1)])
for round in range(2):
    model.compile(optimizer=optimizer, loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

The second model is compiled and never trained.

```python
optimizer = keras.optimizers.Adam()
first = keras.Sequential([keras.layers.Dense(1)])
first.compile(optimizer=optimizer, loss="mse")
first.fit(x_train, y_train, verbose=0)
second = keras.Sequential([keras.layers.Dense(1)])
second.compile(optimizer=optimizer, loss="mse")
second.evaluate(x_test, y_test, verbose=0)
```

Both models are made of the same layer.

```python
optimizer = keras.optimizers.Adam()
inputs, last = keras.Input((4,)), keras.layers.Dense(1)
first = keras.Model(inputs, last(inputs))
second = keras.Sequential([inputs, last])
for model in (first, second):
    model.compile(optimizer=optimizer, loss="mse")
first.fit(x_train, y_train, verbose=0)
second.fit(x_train, y_train, verbose=0)
```

The optimizer is told in advance of all variables.

```python
optimizer = keras.optimizers.Adam()
first = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
second = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer.build(first.trainable_variables + second.trainable_variables)
first.compile(optimizer=optimizer, loss="mse")
first.fit(x_train, y_train, verbose=0)
second.compile(optimizer=optimizer, loss="mse")
second.fit(x_train, y_train, verbose=0)
```

## Known gaps

An optimizer that is the default value of a parameter is not followed.

## Fix safety

Safe: the second model gets an optimizer that is made like the first one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.statements import text_of
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.symbols import TRAINING
from keras_lsp.semantics.values import Ref, only
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def optimizer_reused(call: Call) -> Iterator[Report]:
    if call.method not in TRAINING or len(call.models) != 1:
        return
    (model,) = call.models
    last = model.phase.compilation
    optimizer = only(last.optimizer) if last else None
    if last is None or not isinstance(optimizer, Ref) or model.overrides & {"compile", call.method}:
        return
    thing = model.optimizer
    if thing is None or ".legacy." in thing.type or optimizer.id.old:
        return
    if not model.optimizer_refuses:
        return
    made = optimizer.id.site
    fixes = (
        Proposal("Make an optimizer for this model", Safety.SAFE, partial(_make, last.place, made)),
    )
    yield Report(
        last.place,
        f"the optimizer of `{call.receiver}` has already trained another model",
        ((made, "it is made here"), (call.name_place, "training with it fails here")),
        fixes,
    )


def _make(compile_: Place, made: Place, source: Source) -> tuple[Edit, ...] | None:
    """Write the constructor where the name of the instance stands, if it is a plain one."""
    from keras_lsp.editing.calls import argument_span

    if not source.has(made.statement) or not source.has(compile_.statement):
        return None
    constructor = text_of(source, source.span(made))
    span = argument_span(source, source.span(compile_), "optimizer", 0)
    if span is None or "\n" in constructor or not constructor.endswith(")"):
        return None
    return (Edit(span, constructor),)

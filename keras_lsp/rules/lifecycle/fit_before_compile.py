"""A model is trained or evaluated that no path has compiled.

`compile` says how to learn: without an optimizer and a loss Keras refuses to train.
`predict` needs neither.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.fit(x_train, y_train, verbose=0)  # error: [fit-before-compile] # raises: ValueError
```

The model that is compiled is not the one that is trained.

```python
base = keras.Sequential([keras.layers.Dense(4)])
model = keras.Sequential([base, keras.layers.Dense(1)])
base.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, verbose=0)  # error: [fit-before-compile] # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

```python
base = keras.Sequential([keras.layers.Dense(4)])
model = keras.Sequential([base, keras.layers.Dense(1)])
base.compile(optimizer="adam", loss="mse")
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

## Near misses

`predict` and calling the model need no `compile`.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.predict(x_test, verbose=0)
model(x_test)
```

A function compiles it.

```python
def prepare(model):
    model.compile(optimizer="adam", loss="mse")


model = keras.Sequential([keras.layers.Dense(1)])
prepare(model)
model.fit(x_train, y_train, verbose=0)
```

## Fix safety

Unsafe: the optimizer, the loss and the metrics are guessed from the model's last layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.phases import NO
from keras_lsp.semantics.symbols import NEEDS_COMPILE
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR, curable_below=True)
def fit_before_compile(call: Call) -> Iterator[Report]:
    if call.method not in NEEDS_COMPILE or not call.models:
        return
    for model in call.models:
        if model.phase.compiled is not NO or model.overrides & {"compile", call.method}:
            return
    made = call.models[0].phase.place_of("defined")
    yield Report(
        call.name_place,
        f"`{call.receiver}` is never compiled before `{call.method}`",
        ((made, "the model is made here"),) if made else (),
        (Proposal(f"Compile `{call.receiver}` first", Safety.UNSAFE, partial(_compile, call)),),
    )


LOSSES = {"sigmoid": "binary_crossentropy", "softmax": "sparse_categorical_crossentropy"}


def _compile(call: Call, source: Source) -> tuple[Edit, ...] | None:
    loss = LOSSES.get(call.models[0].activation, "mse")
    text = f'{call.receiver}.compile(optimizer="adam", loss="{loss}")'
    return assign.insert_statement(source, source.span(call.statement), text)

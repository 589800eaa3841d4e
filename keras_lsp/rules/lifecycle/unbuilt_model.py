"""Weights or outputs are asked of a model that has no input shape yet.

A `Sequential` without an `Input` makes its weights when it first sees data. Until then
its weights can be neither saved nor loaded nor counted, and its layers have no output.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
print(model.count_params())  # error: [unbuilt-model] # raises: ValueError
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

```python
model = keras.Sequential()
model.add(keras.layers.Dense(1))
model.save_weights("first.weights.h5")  # error: [unbuilt-model] # raises: ValueError
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

## Fixed

The data that the model is trained with further down tells its input shape. Where there is none,
nobody but you knows it: put `keras.Input(shape=...)` first.

```python
model = keras.Sequential([keras.Input(x_train.shape[1:]), keras.layers.Dense(1)])
print(model.count_params())
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

```python
model = keras.Sequential()
model.add(keras.Input(x_train.shape[1:]))
model.add(keras.layers.Dense(1))
model.save_weights("first.weights.h5")
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

## Near misses

`fit` and `predict` build the model.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.predict(x_test, verbose=0)
model.count_params()
```

An `Input`, or a layer that is told its input shape, builds it at once.

```python
model = keras.Sequential([keras.layers.Dense(1, input_shape=(4,))])
model.count_params()
```

`get_weights` and `summary` of an unbuilt model do not fail.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.get_weights()
model.summary(print_fn=str)
```

## Fix safety

Unsafe: the model takes only inputs of this shape from now on.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import inputs
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.phases import NO
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit

NEEDS_WEIGHTS = frozenset({"count_params", "load_weights", "save_weights"})


@rule(Severity.ERROR, curable_below=True)
def unbuilt_model(call: Call) -> Iterator[Report]:
    if call.method not in NEEDS_WEIGHTS or not call.models:
        return
    for model in call.models:
        phase = model.phase
        if phase.kind != "sequential" or phase.built is not NO or model.user_class:
            return
    made = call.models[0].phase.place_of("defined")
    fixes: tuple[Proposal, ...] = ()
    if made is not None and len(call.models) == 1:
        title = "Tell it the shape of the data that it is trained with"
        fixes = (Proposal(title, Safety.UNSAFE, partial(_input, made)),)
    yield Report(
        call.name_place,
        f"`{call.receiver}` has no weights yet: it does not know its input shape",
        ((made, "it is made without an `Input`"),) if made else (),
        fixes,
    )


def _input(made: Place, source: Source) -> tuple[Edit, ...] | None:
    return inputs.input_from_data(source, source.span(made))

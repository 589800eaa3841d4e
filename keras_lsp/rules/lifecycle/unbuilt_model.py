"""Weights or outputs are asked of a model that has no input shape yet.

A `Sequential` without an `Input` makes its weights when it first sees data. Until then
its weights can be neither saved nor loaded nor counted, and its layers have no output.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.count_params()  # error: [unbuilt-model] # raises: ValueError
```

```python
model = keras.Sequential()
model.add(keras.layers.Dense(1))
model.load_weights("model.weights.h5")  # error: [unbuilt-model] # raises: ValueError
```

## Fixed

What shape the input has, nobody but you knows: put `keras.Input(shape=...)` first.

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
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.phases import NO

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
    yield Report(
        call.name_place,
        f"`{call.receiver}` has no weights yet: it does not know its input shape",
        ((made, "it is made without an `Input`"),) if made else (),
    )

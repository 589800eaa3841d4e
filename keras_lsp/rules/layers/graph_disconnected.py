"""A model's outputs are calculated from an `Input` that the model is not given.

Keras walks back from the outputs to the inputs. An `Input` on the way that is not among the
model's `inputs` leads nowhere.

## Bad

```python
first, second = keras.Input((4,)), keras.Input((4,))
joined = keras.layers.Concatenate()([first, second])
model = keras.Model(first, keras.layers.Dense(1)(joined))  # error: [graph-disconnected] # raises: ValueError
```

```python
inputs = keras.Input((8,))
hidden = keras.layers.Dense(4, activation="relu")(inputs)
inputs = keras.Input((8,))
model = keras.Model(inputs=inputs, outputs=keras.layers.Dense(1)(hidden))  # error: [graph-disconnected] # raises: ValueError
```

## Fixed

```python byhand
first, second = keras.Input((4,)), keras.Input((4,))
joined = keras.layers.Concatenate()([first, second])
model = keras.Model([first, second], keras.layers.Dense(1)(joined))
```

```python byhand
inputs = keras.Input((8,))
hidden = keras.layers.Dense(4, activation="relu")(inputs)
model = keras.Model(inputs=inputs, outputs=keras.layers.Dense(1)(hidden))
```

## Near misses

The inputs are given as a dictionary.

```python
first, second = keras.Input((4,)), keras.Input((4,))
joined = keras.layers.Concatenate()([first, second])
model = keras.Model({"a": first, "b": second}, keras.layers.Dense(1)(joined))
```

An `Input` that nothing is calculated from.

```python
first, second = keras.Input((4,)), keras.Input((4,))
model = keras.Model(first, keras.layers.Dense(1)(first))
```

A model that begins in the middle of another one.

```python
inputs = keras.Input((4,))
hidden = keras.layers.Dense(3)(inputs)
model = keras.Model(hidden, keras.layers.Dense(1)(hidden))
```

A model is called on another input than its own.

```python
own = keras.Input((4,))
base = keras.Model(own, keras.layers.Dense(3)(own))
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(1)(base(inputs)))
```
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.verdicts import Disconnected


@rule(Severity.ERROR, yielding=True)
def graph_disconnected(disconnected: Disconnected) -> Iterator[Report]:
    count = len(disconnected.missing)
    what = "an `Input`" if count == 1 else f"{count} inputs"
    yield Report(
        disconnected.place,
        f"the outputs depend on {what} that the model is not given",
        tuple((place, "its outputs depend on this") for place in disconnected.missing),
    )

"""A layer stands where a tensor is meant: it was made, and not called on anything.

`Dense(8)` is a layer. What it makes of a tensor is `Dense(8)(tensor)`, and that is what the next
layer, or a model, takes.

## Bad

```python
inputs = keras.Input((4,))
hidden = keras.layers.Dense(8)
outputs = keras.layers.Dense(1)(hidden)  # error: [layer-not-called] # raises: ValueError
```

```python
inputs = keras.Input((4,))
hidden = keras.layers.Dense(8, activation="relu")(inputs)
model = keras.Model(inputs, keras.layers.Dense(1))  # error: [layer-not-called] # raises: ValueError
```

## Fixed

```python byhand
inputs = keras.Input((4,))
hidden = keras.layers.Dense(8)(inputs)
outputs = keras.layers.Dense(1)(hidden)
```

```python byhand
inputs = keras.Input((4,))
hidden = keras.layers.Dense(8, activation="relu")(inputs)
model = keras.Model(inputs, keras.layers.Dense(1)(hidden))
```

## Near misses

A wrapper takes a layer.

```python
inputs = keras.Input((3, 4))
outputs = keras.layers.TimeDistributed(keras.layers.Dense(8))(inputs)
```

A list of layers.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dense(1)])
```

A function that takes a layer.

```python
def applied(layer, tensor):
    return layer(tensor)


outputs = applied(keras.layers.Dense(8), keras.Input((4,)))
```
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.networks import SlipKind
from keras_lsp.rules import Report, rule
from keras_lsp.verdicts import Slip


@rule(Severity.ERROR, yielding=True)
def layer_not_called(slip: Slip) -> Iterator[Report]:
    if slip.kind is SlipKind.NOT_CALLED:
        yield Report(slip.place, f"this `{slip.layer}` is a layer that was not called on a tensor")

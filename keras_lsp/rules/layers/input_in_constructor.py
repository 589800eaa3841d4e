"""A tensor is given to a layer's constructor, where the layer was to be called on it.

`Dense(8, tensor)` takes the tensor for the activation. A layer is made first and called
then: `Dense(8)(tensor)`.

## Bad

```python
inputs = keras.Input((4,))
hidden = keras.layers.Dense(8, inputs)  # error: [input-in-constructor] # raises: ValueError
```

```python
inputs = keras.Input((8, 8, 3))
hidden = keras.layers.Conv2D(4, 3)(inputs)
flat = keras.layers.Flatten(hidden)  # error: [input-in-constructor] # raises: ValueError
```

## Fixed

```python byhand
inputs = keras.Input((4,))
hidden = keras.layers.Dense(8)(inputs)
```

```python byhand
inputs = keras.Input((8, 8, 3))
hidden = keras.layers.Conv2D(4, 3)(inputs)
flat = keras.layers.Flatten()(hidden)
```

## Near misses

A layer is made and called in one line.

```python
inputs = keras.Input((4,))
hidden = keras.layers.Dense(8, "relu")(inputs)
```

A number that is known of a tensor is no tensor.

```python
inputs = keras.Input((4,))
hidden = keras.layers.Dense(inputs.shape[-1])(inputs)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.networks import SlipKind
from keras_lsp.rules import Report, rule
from keras_lsp.verdicts import Slip


@rule(Severity.ERROR, yielding=True)
def input_in_constructor(slip: Slip) -> Iterator[Report]:
    if slip.kind is SlipKind.IN_CONSTRUCTOR:
        yield Report(
            slip.place,
            f"`{slip.layer}` is given a tensor where it is made: call it on the tensor",
        )

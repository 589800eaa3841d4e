"""A layer cannot be made of the arguments that it is given.

The constructor of the layer looks at them and raises. What it says is what the installed
Keras says.

## Bad

```python
model = keras.Sequential([
    keras.Input((8,)),
    keras.layers.Dense(64, 64),  # error: [invalid-layer-argument] # raises: ValueError
])
```

```python
inputs = keras.Input((28, 28, 1))
hidden = keras.layers.Conv2D(0, 3)(inputs)  # error: [invalid-layer-argument] # raises: ValueError
```

```python
inputs = keras.Input((10, 8))
attention = keras.layers.MultiHeadAttention(num_heads=0, key_dim=8)  # error: [invalid-layer-argument] # raises: ValueError
outputs = attention(inputs, inputs)
```

## Fixed

There is no telling what was meant.

## Near misses

All of these are taken.

```python
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    keras.layers.Conv2D(4, kernel_size=3, padding="SAME"),
    keras.layers.Flatten(),
    keras.layers.Dense(4, keras.layers.LeakyReLU()),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(4, "relu"),
])
```

What is not known is not judged, and an activation that the program made itself is one.

```python
def doubled(x):
    return 2 * x


inputs = keras.Input((8,))
outputs = keras.layers.Activation(doubled)(inputs)
```

```python
import os

inputs = keras.Input((8,))
outputs = keras.layers.Dense(int(os.environ.get("UNITS", "8")))(inputs)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import in_short
from keras_lsp.verdicts import Fault, Refusal


@rule(Severity.ERROR, yielding=True)
def invalid_layer_argument(refusal: Refusal) -> Iterator[Report]:
    if refusal.fault is Fault.ARGUMENT:
        yield Report(refusal.place, in_short(refusal))

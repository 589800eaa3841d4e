"""A layer does not take what it is called on: its shape or the number of its dimensions is wrong.

Each layer says what it takes when it is called: so many dimensions, so many numbers in the
last one, shapes that fit together. Keras raises where the model is made.

## Bad

```python
model = keras.Sequential([  # raises: ValueError
    keras.Input((28, 28)),
    keras.layers.Conv2D(8, 3),  # error: [incompatible-layer-input]
    keras.layers.Flatten(),
])
```

```python
left = keras.Input((8,))
right = keras.Input((7,))
outputs = keras.layers.Add()([left, right])  # error: [incompatible-layer-input] # raises: ValueError
```

```python
inputs = keras.Input((8,))
outputs = keras.layers.Reshape((3, 3))(inputs)  # error: [incompatible-layer-input] # raises: ValueError
```

```python
inputs = keras.Input((10, 8))
hidden = keras.layers.Dense(16)(keras.layers.LSTM(4)(inputs))
outputs = keras.layers.LSTM(4)(hidden)  # error: [incompatible-layer-input] # raises: ValueError
```

```python
core = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
outputs = core(keras.Input((5,)))  # error: [incompatible-layer-input] # raises: ValueError
```

```python
base = keras.applications.MobileNetV2(input_shape=(48, 48, 1), weights="imagenet")  # error: [incompatible-layer-input] # raises: ValueError
outputs = base(keras.Input((48, 48, 1)))
```

## Fixed

There is no telling which of the shapes is the wrong one.

## Near misses

Everything fits.

```python
left = keras.Input((8,))
right = keras.Input((1,))
total = keras.layers.Add()([left, right])
model = keras.Model([left, right], keras.layers.Reshape((2, 4))(total))
```

The test expects it.

```python
import contextlib

with contextlib.suppress(ValueError):
    keras.layers.Conv2D(8, 3)(keras.Input((28, 28)))
```

How images are laid out may be set for all layers, also for those of a model inside another one.

```python
keras.config.set_image_data_format("channels_first")
inner = keras.Sequential([
    keras.Input((49,)), keras.layers.Reshape((1, 7, 7)), keras.layers.UpSampling2D()
])
outer = keras.Sequential([keras.Input((1, 14, 14)), keras.layers.Flatten()])
inputs = keras.Input((49,))
model = keras.Model(inputs, outer(inner(inputs)))
```

Which of the shapes it is depends on how images are laid out.

```python
if keras.config.image_data_format() == "channels_first":
    model = keras.Sequential([keras.Input((1, 2, 2)), keras.layers.Conv2D(4, 2)])
else:
    model = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Conv2D(4, 2)])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import in_short, origins
from keras_lsp.verdicts import Fault, Refusal


@rule(Severity.ERROR, yielding=True)
def incompatible_layer_input(refusal: Refusal) -> Iterator[Report]:
    if refusal.fault is Fault.INPUT:
        yield Report(refusal.place, in_short(refusal), origins(refusal))

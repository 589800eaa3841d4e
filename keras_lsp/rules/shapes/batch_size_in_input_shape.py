"""The shape of all of the data is given for the shape of one sample.

The input shape of a model says what one sample looks like; how many samples there are is no
part of it. `x.shape` begins with their number, `x.shape[1:]` is what is left without it.

## Bad

```python
model = keras.Sequential([
    keras.Input(shape=x_train.shape),  # error: [batch-size-in-input-shape]
    keras.layers.Dense(1),
])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)  # raises: ValueError
```

```python
images = np.ones((16, 10, 8))
model = keras.Sequential()
model.add(keras.layers.LSTM(4, input_shape=images.shape))  # error: [batch-size-in-input-shape] # raises: ValueError
model.add(keras.layers.Dense(1))
model.compile(optimizer="sgd", loss="mse")
model.fit(images, y, verbose=0)
```

## Fixed

```python
model = keras.Sequential([
    keras.Input(shape=x_train.shape[1:]),
    keras.layers.Dense(1),
])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

```python
images = np.ones((16, 10, 8))
model = keras.Sequential()
model.add(keras.layers.LSTM(4, input_shape=images.shape[1:]))
model.add(keras.layers.Dense(1))
model.compile(optimizer="sgd", loss="mse")
model.fit(images, y, verbose=0)
```

## Near misses

The shape of one sample.

```python
sample = x_train[0]
model = keras.Sequential([keras.Input(shape=sample.shape), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

The name held one sample, and holds more of them later.

```python
data = np.ones(4)
model = keras.Sequential([keras.Input(shape=data.shape), keras.layers.Dense(1)])
data = data[np.newaxis]
model.predict(data, verbose=0)
```

It is not trained on what its shape came from.

```python
template = np.ones((5, 4))
model = keras.Sequential([keras.Input(shape=template.shape), keras.layers.Dense(1)])
model.predict(np.ones((2, 5, 4)), verbose=0)
```

## Fix safety

Safe: the program fails as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit
from keras_lsp.verdicts import Misfit, Part


@rule(Severity.ERROR)
def batch_size_in_input_shape(misfit: Misfit) -> Iterator[Report]:
    if misfit.part is not Part.WHOLE:
        return
    fit = misfit.fitted.fit
    yield Report(
        misfit.place,
        "the shape of all samples stands for that of one: their number is no part of it",
        ((fit.place, f"`{fit.method}` gets all of them here"),),
        (Proposal("Leave out the number of samples", Safety.SAFE, partial(_cut, misfit.place)),),
    )


def _cut(place: Place, source: Source) -> tuple[Edit, ...]:
    return (Edit.insert(source.span(place).end, "[1:]"),)

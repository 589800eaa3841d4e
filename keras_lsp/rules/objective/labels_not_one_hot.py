"""`categorical_crossentropy` is given the numbers of classes, where it wants one-hot labels.

It compares the shares of all classes with a row of zeros and a one for each sample.
`sparse_categorical_crossentropy` takes the number of the class itself.

## Bad

```python
labels = np.random.randint(0, 3, 16)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="sgd", loss="categorical_crossentropy")
model.fit(x, labels, verbose=0)  # error: [labels-not-one-hot] # raises: ValueError
```

```python
classes = np.argmax(np.random.rand(16, 5), axis=1)
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(5, activation="softmax")(inputs))
model.compile("sgd", loss=keras.losses.CategoricalCrossentropy())
model.fit(x, y=classes, verbose=0)  # error: [labels-not-one-hot] # raises: ValueError
```

## Fixed

```python
labels = np.random.randint(0, 3, 16)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
model.fit(x, labels, verbose=0)
```

```python byhand
classes = np.argmax(np.random.rand(16, 5), axis=1)
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(5, activation="softmax")(inputs))
model.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy())
model.fit(x, y=classes, verbose=0)
```

## Near misses

The labels have been made one-hot.

```python
labels = keras.utils.to_categorical(np.random.randint(0, 3, 16), 3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile("sgd", "categorical_crossentropy")
model.fit(x, labels, verbose=0)
```

What the labels look like is not known.

```python
def labels_of(count):
    return np.eye(3)[np.zeros(count, int)]


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile("sgd", "categorical_crossentropy")
model.fit(x, labels_of(16), verbose=0)
```

## Fix safety

Unsafe: it may be the labels that were to be made one-hot.
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import other_loss, shown
from keras_lsp.verdicts import Misfit, Part


@rule(Severity.ERROR, yielding=True)
def labels_not_one_hot(misfit: Misfit) -> Iterator[Report]:
    fit = misfit.fitted.fit
    if misfit.part is not Part.NOT_ONE_HOT or fit.y is None:
        return
    yield Report(
        misfit.place,
        f"`{misfit.loss}` wants one-hot labels for the output {misfit.output},"
        f" and these have the shape {shown(fit.y.shape)}",
        misfit.of_loss,
        other_loss(misfit, "sparse_categorical_crossentropy"),
    )

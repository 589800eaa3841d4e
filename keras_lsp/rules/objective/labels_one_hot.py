"""`sparse_categorical_crossentropy` is given one-hot labels, where it wants the numbers of classes.

It looks up the share of the one class whose number it is given. `categorical_crossentropy` takes
a row of zeros and a one for each sample.

## Bad

```python
labels = keras.utils.to_categorical(np.random.randint(0, 3, size=16), 3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
model.fit(x, labels, verbose=0)  # error: [labels-one-hot] # raises: ValueError
```

```python
labels = keras.utils.to_categorical(np.zeros(16), num_classes=10)
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(10)(inputs))
model.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.evaluate(x, labels, verbose=0)  # error: [labels-one-hot] # raises: ValueError
```

## Fixed

```python
labels = keras.utils.to_categorical(np.random.randint(0, 3, size=16), 3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="sgd", loss="categorical_crossentropy")
model.fit(x, labels, verbose=0)
```

```python byhand
labels = keras.utils.to_categorical(np.zeros(16), num_classes=10)
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(10)(inputs))
model.compile("sgd", loss=keras.losses.CategoricalCrossentropy(from_logits=True))
model.evaluate(x, labels, verbose=0)
```

## Near misses

One number for each sample may have a dimension of its own.

```python
labels = np.zeros((16, 1))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(x, labels, verbose=0)
```

A class for each step of a sequence.

```python
labels = np.zeros((16, 5), int)
model = keras.Sequential(
    [keras.Input((5, 2)), keras.layers.Dense(5, activation="softmax")]
)
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(np.zeros((16, 5, 2)), labels, verbose=0)
```

## Fix safety

Unsafe: it may be the labels that were not to be made one-hot.
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import other_loss, shown
from keras_lsp.verdicts import Misfit, Part


@rule(Severity.ERROR, yielding=True)
def labels_one_hot(misfit: Misfit) -> Iterator[Report]:
    fit = misfit.fitted.fit
    if misfit.part is not Part.ONE_HOT or fit.y is None:
        return
    yield Report(
        misfit.place,
        f"`{misfit.loss}` wants the number of a class for each sample,"
        f" and these labels are one-hot: {shown(fit.y.shape)}",
        misfit.of_loss,
        other_loss(misfit, "categorical_crossentropy"),
    )

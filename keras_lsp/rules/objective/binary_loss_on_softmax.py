"""`binary_crossentropy` is given a softmax over classes, and one label for each sample.

It judges each unit by itself, so it wants a label for each. A softmax over two classes goes with
`sparse_categorical_crossentropy`, and a single unit with a sigmoid goes with
`binary_crossentropy`.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
model.compile(optimizer="sgd", loss="binary_crossentropy")
model.fit(x, np.ones((16, 1)), verbose=0)  # error: [binary-loss-on-softmax] # raises: ValueError
```

```python
labels = np.random.randint(0, 2, 16)
inputs = keras.Input((4,))
outputs = keras.layers.Softmax()(keras.layers.Dense(2)(inputs))
model = keras.Model(inputs, outputs)
model.compile("sgd", loss=keras.losses.BinaryCrossentropy())
model.fit(x, labels, verbose=0)  # error: [binary-loss-on-softmax] # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
model.fit(x, np.ones((16, 1)), verbose=0)
```

```python byhand
labels = np.random.randint(0, 2, 16)
inputs = keras.Input((4,))
outputs = keras.layers.Softmax()(keras.layers.Dense(2)(inputs))
model = keras.Model(inputs, outputs)
model.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy())
model.fit(x, labels, verbose=0)
```

## Near misses

Several units with a sigmoid each say yes or no to something of their own.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="sigmoid")])
model.compile("sgd", "binary_crossentropy")
model.fit(x, np.ones((16, 3)), verbose=0)
```

One unit with a sigmoid.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile("sgd", "binary_crossentropy")
model.fit(x, np.ones(16), verbose=0)
```

## Known gaps

With one-hot labels it runs, and tells of each class by itself.

```python
labels = keras.utils.to_categorical(np.zeros(16), 3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile("sgd", "binary_crossentropy")
model.fit(x, labels, verbose=0)
```

## Fix safety

Unsafe: a single unit with a sigmoid would do as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import other_loss, shown
from keras_lsp.verdicts import Misfit, Part


@rule(Severity.ERROR, yielding=True)
def binary_loss_on_softmax(misfit: Misfit) -> Iterator[Report]:
    fit = misfit.fitted.fit
    if misfit.part is not Part.SOFTMAX or fit.y is None:
        return
    yield Report(
        misfit.place,
        f"`{misfit.loss}` wants a label for each unit of the softmax {misfit.output},"
        f" and these have the shape {shown(fit.y.shape)}",
        misfit.of_loss,
        other_loss(misfit, "sparse_categorical_crossentropy"),
    )

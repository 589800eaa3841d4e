"""A loss cannot compare what comes out of the model with the labels: their shapes do not fit.

Some losses want labels that look like the output, `sparse_categorical_crossentropy` wants one
number for each sample. The loss itself is asked, with the shapes of both.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x, np.ones((16, 3)), verbose=0)  # error: [fit-target-shape] # raises: ValueError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="sigmoid")])
model.compile(optimizer="sgd", loss=keras.losses.BinaryCrossentropy())
model.fit(x, np.ones((16, 5)), verbose=0)  # error: [fit-target-shape] # raises: ValueError
```

## Fixed

```python byhand
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x, np.ones((16, 3)), verbose=0)
```

```python byhand
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, activation="sigmoid")])
model.compile(optimizer="sgd", loss=keras.losses.BinaryCrossentropy())
model.fit(x, np.ones((16, 5)), verbose=0)
```

## Near misses

A number for each sample needs no dimension of its own.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x, np.ones(16), verbose=0)
```

Sparse labels have one number for each sample, with a dimension of their own or without.

```python
for labels in (np.zeros(16), np.zeros((16, 1))):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(x, labels, verbose=0)
```

The other loss is the one that counts when the model is trained.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile("sgd", "categorical_crossentropy")
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(x, np.zeros(16), verbose=0)
```

How many steps come out is decided by how many go in.

```python
inputs = keras.Input((None, 4))
model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(inputs))
model.compile("sgd", "binary_crossentropy")
model.fit(np.zeros((16, 5, 4)), np.zeros((16, 5, 1)), verbose=0)
```

A loss of one's own compares whatever it likes.

```python
def first_only(y_true, y_pred):
    return keras.losses.mean_squared_error(y_true, y_pred[:, :1])


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
model.compile("sgd", loss=first_only)
model.fit(x, y, verbose=0)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import shown
from keras_lsp.verdicts import Misfit, Part


@rule(Severity.ERROR, yielding=True)
def fit_target_shape(misfit: Misfit) -> Iterator[Report]:
    fit = misfit.fitted.fit
    if misfit.part is not Part.LABELS or fit.y is None or misfit.output is None:
        return
    yield Report(
        misfit.place,
        f"`{misfit.loss}` cannot compare labels of the shape {shown(fit.y.shape)}"
        f" with the output {misfit.output}",
        misfit.of_loss,
    )

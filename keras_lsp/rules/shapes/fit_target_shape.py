"""A loss cannot compare what comes out of the model with the labels: their shapes do not fit.

Some losses want labels that look like the output, `sparse_categorical_crossentropy` wants one
number for each sample. The loss itself is asked, with the shapes of both.

## Bad

```python
labels = np.random.randint(0, 3, 16)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="sgd", loss="categorical_crossentropy")
model.fit(x, labels, verbose=0)  # error: [fit-target-shape] # raises: ValueError
```

```python
labels = keras.utils.to_categorical(np.random.randint(0, 3, size=16), 3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
model.fit(x, labels, verbose=0)  # error: [fit-target-shape] # raises: ValueError
```

```python
labels = keras.utils.to_categorical(np.random.randint(0, 3, size=(16,)), num_classes=3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, activation="softmax")])
model.compile(optimizer="sgd", loss=keras.losses.CategoricalCrossentropy())
model.fit(x, labels, verbose=0)  # error: [fit-target-shape] # raises: ValueError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
model.compile(optimizer="sgd", loss="binary_crossentropy")
model.fit(x, np.ones((16, 1)), verbose=0)  # error: [fit-target-shape] # raises: ValueError
```

## Fixed

```python
labels = np.random.randint(0, 3, 16)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
model.fit(x, labels, verbose=0)
```

```python
labels = keras.utils.to_categorical(np.random.randint(0, 3, size=16), 3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="sgd", loss="categorical_crossentropy")
model.fit(x, labels, verbose=0)
```

```python byhand
labels = keras.utils.to_categorical(np.random.randint(0, 3, size=(16,)), num_classes=3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="sgd", loss=keras.losses.CategoricalCrossentropy())
model.fit(x, labels, verbose=0)
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
model.fit(x, np.ones((16, 1)), verbose=0)
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

A loss of one's own compares whatever it likes.

```python
def first_only(y_true, y_pred):
    return keras.losses.mean_squared_error(y_true, y_pred[:, :1])


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
model.compile("sgd", loss=first_only)
model.fit(x, y, verbose=0)
```

## Fix safety

Unsafe: it may be the labels that are not what they were meant to be.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.calls import replace_string
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.networks import Made, Named
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import shown
from keras_lsp.verdicts import Misfit, Part

DENSE, SPARSE = "categorical_crossentropy", "sparse_categorical_crossentropy"


@rule(Severity.ERROR, yielding=True)
def fit_target_shape(misfit: Misfit) -> Iterator[Report]:
    fit = misfit.fitted.fit
    if misfit.part is not Part.LABELS or fit.y is None or misfit.output is None:
        return
    loss = fit.loss.name.rpartition(".")[2] if isinstance(fit.loss, Made | Named) else fit.loss
    related = ((fit.loss_place, "this is the loss"),) if fit.loss_place is not None else ()
    yield Report(
        misfit.place,
        f"`{loss}` cannot compare labels of the shape {shown(fit.y.shape)}"
        f" with the output {misfit.output}",
        related,
        tuple(_fixes(misfit)),
    )


def _fixes(misfit: Misfit) -> Iterator[Proposal]:
    fit, output = misfit.fitted.fit, misfit.output
    assert fit.y is not None and output is not None
    if fit.loss_place is None or not isinstance(fit.loss, str) or (output.shape[-1] or 0) < 2:
        return
    labels = fit.y.shape[1:]
    one_each = labels in (output.shape[1:-1], (*output.shape[1:-1], 1))
    if fit.loss in (DENSE, "binary_crossentropy") and one_each:
        wanted = SPARSE
    elif fit.loss == SPARSE and labels == output.shape[1:]:
        wanted = DENSE
    else:
        return
    fix = partial(replace_string, fit.loss_place, fit.loss, wanted)
    yield Proposal(f"Use `{wanted}`", Safety.UNSAFE, fix)

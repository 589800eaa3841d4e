"""The last layer has another number of units than the labels have classes.

One-hot labels have a column for each class, and the last layer needs a unit for each.

## Bad

```python
labels = keras.utils.to_categorical(np.random.randint(0, 3, size=(16,)), num_classes=3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, activation="softmax")])
model.compile(optimizer="sgd", loss="categorical_crossentropy")
model.fit(x, labels, verbose=0)  # error: [output-units-mismatch] # raises: ValueError
```

```python
labels = keras.utils.to_categorical(np.zeros(16), 10)
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(units=9, activation="softmax")(inputs))
model.compile("sgd", loss=keras.losses.CategoricalCrossentropy())
model.train_on_batch(x, labels)  # error: [output-units-mismatch] # raises: ValueError
```

## Fixed

```python
labels = keras.utils.to_categorical(np.random.randint(0, 3, size=(16,)), num_classes=3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile(optimizer="sgd", loss="categorical_crossentropy")
model.fit(x, labels, verbose=0)
```

```python
labels = keras.utils.to_categorical(np.zeros(16), 10)
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(units=10, activation="softmax")(inputs))
model.compile("sgd", loss=keras.losses.CategoricalCrossentropy())
model.train_on_batch(x, labels)
```

## Near misses

How many columns the labels have is told nowhere.

```python
labels = keras.utils.to_categorical(np.arange(16) % 5)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, activation="softmax")])
model.compile("sgd", "categorical_crossentropy")
model.fit(x, labels, verbose=0)
```

A loss for numbers repeats the one unit.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, np.zeros((16, 3)), verbose=0)
```

## Known gaps

Numbers of classes that are larger than the last layer has units: nobody looks into the labels.

```python
labels = np.full(16, 7)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
```

## Fix safety

Unsafe: it may be the labels that have too many columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.calls import argument_span
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import shown
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit
from keras_lsp.verdicts import Misfit, Part


@rule(Severity.ERROR, yielding=True)
def output_units_mismatch(misfit: Misfit) -> Iterator[Report]:
    fit, head = misfit.fitted.fit, misfit.head
    if misfit.part is not Part.UNITS or fit.y is None or head is None:
        return
    classes = fit.y.shape[-1]
    yield Report(
        misfit.place,
        f"the labels {shown(fit.y.shape)} have {classes} classes,"
        f" and the model gives {misfit.output}",
        ((head, "the last layer"), *misfit.of_loss),
        (Proposal(f"Give it {classes} units", Safety.UNSAFE, partial(_given, head, classes)),),
    )


def _given(head: Place, classes: int | None, source: Source) -> tuple[Edit, ...] | None:
    written = argument_span(source, source.span(head), "units", 0)
    return None if written is None else (Edit(written, str(classes)),)

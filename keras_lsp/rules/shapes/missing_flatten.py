"""`Dense` layers behind a convolution work on each place of the image, and so does the loss.

A `Dense` layer changes the last dimension only. Without a `Flatten` or a pooling over all
places before it, the model gives one answer for each place and not one for the image.

## Bad

```python
labels = keras.utils.to_categorical(np.random.randint(0, 3, size=16), 3)
model = keras.Sequential([
    keras.Input((8, 8, 1)),
    keras.layers.Conv2D(4, 3, activation="relu"),
    keras.layers.Dense(8, activation="relu"),  # error: [missing-flatten]
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer="sgd", loss="categorical_crossentropy")
model.fit(np.ones((16, 8, 8, 1)), labels, verbose=0)  # raises: ValueError
```

```python
model = keras.Sequential()
model.add(keras.layers.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1)))
model.add(keras.layers.MaxPooling2D(2))
model.add(keras.layers.Dense(3, activation="softmax"))  # warning: [missing-flatten]
model.compile(optimizer="sgd", loss="categorical_crossentropy")


def batches():
    while True:
        yield np.ones((2, 8, 8, 1)), np.eye(3)[[0, 1]]


model.fit(batches(), steps_per_epoch=1, verbose=0)  # raises: ValueError
```

## Fixed

```python
labels = keras.utils.to_categorical(np.random.randint(0, 3, size=16), 3)
model = keras.Sequential([
    keras.Input((8, 8, 1)),
    keras.layers.Conv2D(4, 3, activation="relu"),
    keras.layers.Flatten(),
    keras.layers.Dense(8, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer="sgd", loss="categorical_crossentropy")
model.fit(np.ones((16, 8, 8, 1)), labels, verbose=0)
```

```python
model = keras.Sequential()
model.add(keras.layers.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1)))
model.add(keras.layers.MaxPooling2D(2))
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(3, activation="softmax"))
model.compile(optimizer="sgd", loss="categorical_crossentropy")


def batches():
    while True:
        yield np.ones((2, 8, 8, 1)), np.eye(3)[[0, 1]]


model.fit(batches(), steps_per_epoch=1, verbose=0)
```

## Near misses

Each place has a label of its own.

```python
model = keras.Sequential([
    keras.Input((8, 8, 1)),
    keras.layers.Conv2D(4, 3, padding="same"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
model.fit(np.ones((2, 8, 8, 1)), np.zeros((2, 8, 8)), verbose=0)
```

What comes out is as large as the image: it may be a mask.

```python
model = keras.Sequential([
    keras.Input((8, 8, 1)),
    keras.layers.Conv2D(4, 3, padding="same"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="sgd", loss="binary_crossentropy")


def batches():
    while True:
        yield np.ones((2, 8, 8, 1)), np.zeros((2, 8, 8, 1))


model.fit(batches(), steps_per_epoch=1, verbose=0)
```

The average over all places.

```python
model = keras.Sequential([
    keras.Input((8, 8, 1)),
    keras.layers.Conv2D(4, 3),
    keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
model.fit(np.ones((2, 8, 8, 1)), np.zeros(2), verbose=0)
```

The places are pooled at the end.

```python
model = keras.Sequential([
    keras.Input((8, 8, 1)),
    keras.layers.Conv2D(4, 3),
    keras.layers.Dense(3, activation="softmax"),
    keras.layers.GlobalMaxPooling2D(),
])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
model.fit(np.ones((2, 8, 8, 1)), np.zeros(2), verbose=0)
```

## Fix safety

Unsafe: a pooling over all places would do as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.calls import call_at
from keras_lsp.editing.statements import locate, newline, node_span, text_of
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.networks import NetworkKind
from keras_lsp.rules import Report, rule
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit
from keras_lsp.verdicts import Misfit, Part


@rule(Severity.WARNING, yielding=True)
def missing_flatten(misfit: Misfit) -> Iterator[Report]:
    if misfit.part is not Part.PLACES or misfit.cause is None:
        return
    fit = misfit.fitted.fit
    at = fit.y.place if misfit.error is not None and fit.y is not None else fit.place
    fixes: tuple[Proposal, ...] = ()
    if misfit.shapes.network.kind is NetworkKind.SEQUENTIAL:
        fix = partial(_flattened, misfit.place)
        fixes = (Proposal("Put `Flatten()` before it", Safety.UNSAFE, fix),)
    yield Report(
        misfit.place,
        f"nothing flattens the image before `Dense`: what comes out has the shape {misfit.output}",
        ((at, "it is compared with these labels"),) if misfit.error else ((at, "it is used here"),),
        fixes,
        None if misfit.error is None else Severity.ERROR,
    )


def _flattened(place: Place, source: Source) -> tuple[Edit, ...] | None:
    """A layer before the one at a place, as that one is added or listed."""
    span = source.span(place)
    layer = call_at(source, span)
    name = text_of(source, node_span(source, layer.func)) if layer is not None else ""
    located = locate(source, span)
    if not name.endswith(".Dense") or located is None:
        return None
    made = f"{name.removesuffix('Dense')}Flatten()"
    before = source.lines[span.start.line][: span.start.column]
    call = located.node.value if isinstance(located.node, ast.Expr) else None
    if isinstance(call, ast.Call) and call.args and node_span(source, call.args[0]) == span:
        added = f"{text_of(source, node_span(source, call.func))}({made})"
        start = node_span(source, located.node).start
        indent = source.lines[start.line][: start.column]
        return (Edit.insert(start, f"{added}{newline(source)}{indent}"),)
    if before.strip():
        return (Edit.insert(span.start, f"{made}, "),)
    return (Edit.insert(span.start, f"{made},{newline(source)}{before}"),)

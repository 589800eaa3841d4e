"""A "new" model in the loop is made of layers that were created outside.

Weights belong to layers, not to models. A model that is built anew around the same layer
objects begins with what they have learned before.

## Bad

```python
first, last = keras.layers.Dense(4), keras.layers.Dense(1)
kept = []
for run in range(2):
    model = keras.Sequential([first, last])  # warning: [shared-layers-in-rebuilt-model]
    model.compile(optimizer="sgd", loss="mse")
    model.build((None, 4))
    kept.append(last.get_weights()[0])
    model.fit(x_train, y_train, verbose=0)
    kept.append(last.get_weights()[0])
```

## Fixed

Make the layers in a function that builds the model, and call it in each iteration.

## Proof

The second model does not begin where the first one ended.

```python
assert not np.array_equal(kept[1], kept[2])
```

## Near misses

Each iteration makes its own layers.

```python noproof
scores = []
for run in range(2):
    model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x_train, y_train, verbose=0)
    scores.append(model.evaluate(x_test, y_test, verbose=0))
```

A pretrained base gets a new head in each iteration.

```python noproof
base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
base.trainable = False
scores = []
for run in range(2):
    model = keras.Sequential([base, keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x_train, y_train, verbose=0)
    scores.append(model.evaluate(x_test, y_test, verbose=0))
```

The weights are put in place before each training.

```python noproof
first, last = keras.layers.Dense(4), keras.layers.Dense(1)
start = None
for run in range(2):
    model = keras.Sequential([keras.Input((4,)), first, last])
    start = start or model.get_weights()
    model.set_weights(start)
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

## Known gaps

A model of which only some layers come from outside is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Rebuilt


@rule(Severity.WARNING)
def shared_layers_in_rebuilt_model(made: Rebuilt) -> Iterator[Report]:
    if made.loop.kind != "for" or not made.trained or made.context.in_test:
        return
    layers = made.model.layers
    if not layers or not made.model.all_known or made.model.user_class:
        return
    if not made.learns or made.reset:
        return
    if any(made.loop.place in loops for _, loops in layers):
        return
    places = sorted({id.outermost for id, _ in layers}, key=lambda p: (p.line, p.column))
    yield Report(
        made.place,
        f"`{made.name}` is built anew of layers that were made before the loop",
        tuple((place, "this layer keeps what it has learned") for place in places),
    )

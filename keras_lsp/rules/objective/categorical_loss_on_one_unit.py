"""A loss for classes is given one unit: it is 0 whatever the model says.

`categorical_crossentropy` compares the shares of several classes. The share of a single one is
1 after it has been made to add up, so the loss is 0 and nothing is learned. One unit that
says yes or no takes `binary_crossentropy`.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="sgd", loss="categorical_crossentropy")  # warning: [categorical-loss-on-one-unit]
loss = model.evaluate(x, np.round(y), verbose=0)
```

```python
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(inputs))
model.compile("sgd", loss=keras.losses.CategoricalCrossentropy())  # warning: [categorical-loss-on-one-unit]
loss = model.evaluate(x, np.round(y), verbose=0)
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="sgd", loss="binary_crossentropy")
loss = model.evaluate(x, np.round(y), verbose=0)
```

```python byhand
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(inputs))
model.compile("sgd", loss=keras.losses.BinaryCrossentropy())
loss = model.evaluate(x, np.round(y), verbose=0)
```

## Proof

```python
assert loss > 0.01
```

## Near misses

Two units are two classes.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
model.compile(optimizer="sgd", loss="categorical_crossentropy")
loss = model.evaluate(x, np.eye(2)[np.zeros(16, int)], verbose=0)
```

How many units there are is not known.

```python
def build(units):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax")])
    model.compile(optimizer="sgd", loss="categorical_crossentropy")
    return model


loss = build(3).evaluate(x, np.eye(3)[np.zeros(16, int)], verbose=0)
```

## Fix safety

Unsafe: a unit for each class would do as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.calls import replace_string
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.verdicts import Objective

LOSS, OTHER = "categorical_crossentropy", "binary_crossentropy"


@rule(Severity.WARNING)
def categorical_loss_on_one_unit(objective: Objective) -> Iterator[Report]:
    if objective.loss != LOSS or objective.units != 1 or objective.activation == "softmax":
        # A softmax over one unit is a fault of its own.
        return
    fixes: tuple[Proposal, ...] = ()
    if objective.is_text:
        fix = partial(replace_string, objective.place, LOSS, OTHER)
        fixes = (Proposal(f"Use `{OTHER}`", Safety.UNSAFE, fix),)
    yield Report(
        objective.place,
        f"`{LOSS}` of one unit is always 0",
        ((objective.head, "the last layer has one unit"),),
        fixes,
    )

"""A softmax over one number is always 1.

`softmax` divides by the sum of all units. With one unit there is nothing else in the sum: the
model says 1 whatever it sees, and learns nothing. One unit takes a `sigmoid`.

## Bad

```python
model = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(8, activation="relu"),
    keras.layers.Dense(1, activation="softmax"),  # warning: [softmax-on-one-unit]
])
model.compile(optimizer="sgd", loss="binary_crossentropy")
answers = model.predict(x_test, verbose=0)
```

```python
units = 1
inputs = keras.Input((4,))
outputs = keras.layers.Dense(units, keras.activations.softmax)(inputs)  # warning: [softmax-on-one-unit]
answers = keras.Model(inputs, outputs).predict(x_test, verbose=0)
```

## Fixed

```python
model = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(8, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="sgd", loss="binary_crossentropy")
answers = model.predict(x_test, verbose=0)
```

```python
units = 1
inputs = keras.Input((4,))
outputs = keras.layers.Dense(units, keras.activations.sigmoid)(inputs)
answers = keras.Model(inputs, outputs).predict(x_test, verbose=0)
```

## Proof

```python
assert len(set(answers.ravel())) > 1
```

## Near misses

The softmax runs over the steps, not over the one unit.

```python
inputs = keras.Input((6, 4))
scores = keras.layers.Dense(1)(inputs)
weights = keras.layers.Softmax(axis=1)(scores)
answers = keras.Model(inputs, weights).predict(np.random.rand(2, 6, 4), verbose=0)
```

Two units are two classes.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
answers = model.predict(x_test, verbose=0)
```

## Fix safety

Unsafe: a unit for each class would do as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.values import constant, symbols
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

SOFTMAX = frozenset({"keras.activations.softmax"})


@rule(Severity.WARNING)
def softmax_on_one_unit(call: Call) -> Iterator[Report]:
    if call.symbol != "keras.layers.Dense" or call.context.expected:
        return
    units, activation = call.argument("units", 0), call.argument("activation", 1)
    if units is None or activation is None or constant(units.value) != 1:
        return
    if type(constant(units.value)) is not int:
        return
    if constant(activation.value) != "softmax" and symbols(activation.value) != SOFTMAX:
        return
    fixes: tuple[Proposal, ...] = ()
    if activation.text.count("softmax") == 1:
        fix = partial(_sigmoid, activation)
        fixes = (Proposal("Use a `sigmoid`", Safety.UNSAFE, fix),)
    yield Report(activation.place, "a softmax over one unit is always 1", (), fixes)


def _sigmoid(activation: Argument, source: Source) -> tuple[Edit, ...]:
    return (Edit(source.span(activation.place), activation.text.replace("softmax", "sigmoid")),)

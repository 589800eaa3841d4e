"""A loss that takes probabilities is given the raw output of a layer without activation.

The crossentropies take probabilities unless they are told `from_logits=True`. Any number can
come out of a `Dense` layer without activation: what is below 0 or above 1 is cut off, the loss
is large or does not move, and often the model learns nothing.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="binary_crossentropy")  # warning: [probabilities-expected]
labels = np.round(y)
loss = model.evaluate(x, labels, verbose=0)
raw = model.predict(x, verbose=0)
wanted = np.mean(np.log1p(np.exp(-raw)) + (1 - labels) * raw)
```

```python
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(3)(inputs))
model.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy())  # warning: [probabilities-expected]
loss = model.evaluate(x, np.zeros(16), verbose=0)
raw = model.predict(x, verbose=0)
wanted = np.mean(np.log(np.exp(raw).sum(axis=1)) - raw[:, 0])
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="sgd", loss="binary_crossentropy")
labels = np.round(y)
loss = model.evaluate(x, labels, verbose=0)
raw = model.predict(x, verbose=0)
wanted = np.mean(np.log1p(np.exp(-raw)) + (1 - labels) * raw)
```

```python
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(inputs))
model.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy())
loss = model.evaluate(x, np.zeros(16), verbose=0)
raw = model.predict(x, verbose=0)
wanted = np.mean(np.log(np.exp(raw).sum(axis=1)) - raw[:, 0])
```

## Proof

What the model says is taken for what it is: a probability, or a logit.

```python
last = model.layers[-1].activation.__name__
if last != "linear":
    logs = np.log(raw)
    right = labels * logs + (1 - labels) * np.log(1 - raw) if raw.shape[1] == 1 else logs[:, :1]
    wanted = -np.mean(right)
assert np.isclose(loss, wanted, rtol=1e-3)
```

## Near misses

The loss is told that they are logits.

```python noproof
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
model.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, np.zeros(16), verbose=0)
```

The activation is a layer of its own.

```python noproof
model = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(3),
    keras.layers.Activation("softmax"),
])
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(x, np.zeros(16), verbose=0)
```

A number is learned, no class.

```python noproof
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
```

## Fix safety

Unsafe: `from_logits=True` would do as well, and what the model gives is another thing then.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.calls import add_keyword, argument_span
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit
from keras_lsp.verdicts import Objective

ACTIVATIONS = {
    "binary_crossentropy": "sigmoid",
    "categorical_crossentropy": "softmax",
    "sparse_categorical_crossentropy": "softmax",
}


@rule(Severity.WARNING)
def probabilities_expected(objective: Objective) -> Iterator[Report]:
    wanted = ACTIVATIONS.get(objective.loss)
    if wanted is None or objective.activation != "linear" or objective.from_logits:
        return
    if objective.units == 1 and wanted == "softmax":
        # That one unit is too few is told by another rule.
        return
    fixes: tuple[Proposal, ...] = ()
    if objective.head == objective.last:
        fix = partial(_activated, objective.head, wanted)
        fixes = (Proposal(f"End with a `{wanted}`", Safety.UNSAFE, fix),)
    yield Report(
        objective.place,
        f"`{objective.loss}` takes probabilities, and the last layer has no activation",
        ((objective.head, "this is the last layer"),),
        fixes,
    )


def _activated(head: Place, activation: str, source: Source) -> tuple[Edit, ...] | None:
    span = source.span(head)
    written = argument_span(source, span, "activation", 1)
    if written is not None:
        return (Edit(written, f'"{activation}"'),)
    return add_keyword(source, span, "activation", f'"{activation}"')

"""A loop builds and trains the same model anew in each iteration.

Each turn of the loop constructs a fresh model with fresh weights, trains it, and drops
what the turn before has learned. Nothing in it depends on the iteration and nothing of
it is kept, so all turns but the last are wasted.

## Bad

```python
for i in range(3):
    model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])  # warning: [model-rebuilt-in-loop]
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, epochs=1, verbose=0)
    print(f"Iteration {i + 1} completed")
```

A loop that trains by hand loses as much. The layers of the model are made anew, too.

```python
for epoch in range(3):
    inputs = keras.Input((4,))
    hidden = inputs
    for _ in range(2):
        hidden = keras.layers.Dense(4)(hidden)
    # one unit for one target
    model = keras.Model(inputs, keras.layers.Dense(1)(hidden))  # warning: [model-rebuilt-in-loop]
    optimizer = keras.optimizers.SGD()
    with tf.GradientTape() as tape:
        loss = keras.losses.MeanSquaredError()(y_train, model(x_train, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    print(f"Epoch {epoch + 1}: {float(loss)}")
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
for i in range(3):
    model.fit(x_train, y_train, epochs=1, verbose=0)
    print(f"Iteration {i + 1} completed")
```

```python
inputs = keras.Input((4,))
hidden = inputs
for _ in range(2):
    hidden = keras.layers.Dense(4)(hidden)
# one unit for one target
model = keras.Model(inputs, keras.layers.Dense(1)(hidden))
optimizer = keras.optimizers.SGD()
for epoch in range(3):
    with tf.GradientTape() as tape:
        loss = keras.losses.MeanSquaredError()(y_train, model(x_train, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    print(f"Epoch {epoch + 1}: {float(loss)}")
```

## Proof

Three iterations train for three times the steps of one.

```python
assert int(model.optimizer.iterations.numpy()) == 3
```

```python
assert int(optimizer.iterations.numpy()) == 3
```

## Near misses

The loop variable decides about the model: a search, not a mistake.

```python noproof
for units in range(2, 4):
    model = keras.Sequential([keras.layers.Dense(units), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, epochs=1, verbose=0)
```

A score of each run is collected to be compared: repeated runs.

```python noproof
scores = []
for run in range(2):
    model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, epochs=1, verbose=0)
    scores.append(model.evaluate(x_test, y_test, verbose=0))
```

The models are kept: an ensemble.

```python noproof
models = []
for member in range(2):
    model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, epochs=1, verbose=0)
    models.append(model)
```

Each fold of a cross-validation needs a model of its own.

```python noproof
for train in np.split(np.arange(16), 2):
    model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x[train], y[train], epochs=1, verbose=0)
```

The best of several random starts is kept.

```python noproof
best, best_model = float("inf"), None
for attempt in range(2):
    model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, epochs=1, verbose=0)
    loss = model.evaluate(x_test, y_test, verbose=0)
    if loss < best:
        best, best_model = loss, model
```

The number of iterations hangs on how well the model does: restarts until one is good enough.

```python noproof
loss = float("inf")
while loss > 1e6:
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, epochs=1, verbose=0)
    loss = model.evaluate(x_test, y_test, verbose=0)
```

## Known gaps

Iterations that read different data without naming the loop variable, such as
`next(batches)`, may be meant: nothing is said.

## Fix safety

Unsafe: hoisting assumes that one model was meant to learn in all iterations. Whoever
wanted several independent runs has to keep their results instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import hoist
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Rebuilt
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.WARNING)
def model_rebuilt_in_loop(made: Rebuilt) -> Iterator[Report]:
    if not made.loop.counted or made.loop.over == "split" or made.context.in_test:
        return
    if not made.trained or made.varies or made.kept:
        return
    if any(made.loop.place not in loops for _, loops in made.model.layers):
        # Its layers outlive the iteration, and with them what it has learned.
        return
    related = [(made.loop.place, "this loop starts again with an untrained model each time")]
    if made.fit is not None:
        related.append((made.fit, "what it learns here is lost with the next iteration"))
    yield Report(
        made.place,
        f"`{made.name}` is built and trained anew in each iteration of the loop",
        tuple(related),
        tuple(_fixes(made)),
    )


def _fixes(made: Rebuilt) -> Iterator[Proposal]:
    if not made.loop.clears_session:
        title = "Build the model once, before the loop"
        yield Proposal(title, Safety.UNSAFE, partial(_hoist, made))


def _hoist(made: Rebuilt, source: Source) -> tuple[Edit, ...] | None:
    return hoist.hoist(
        source,
        source.span(made.loop.place),
        [source.span(s) for s in (*made.parts, *made.statements)],
    )

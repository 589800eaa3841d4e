"""What leads from the weights to the loss is not computed while the tape records.

Only what happens inside the `with` is recorded. If the model is called in front of it, or the
loss is computed behind it, no gradient comes through: each one is `None`, and the optimizer
refuses them.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()
for epoch in range(1):
    with tf.GradientTape() as tape:
        predicted = model(x, training=True)
    loss = keras.losses.mean_squared_error(y, predicted)  # error: [forward-outside-tape]
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))  # raises: ValueError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()
for inputs, targets in [(x, y)]:
    predicted = model(inputs, training=True)  # error: [forward-outside-tape]
    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(targets, predicted)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))  # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()
for epoch in range(1):
    with tf.GradientTape() as tape:
        predicted = model(x, training=True)
        loss = keras.losses.mean_squared_error(y, predicted)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()
for inputs, targets in [(x, y)]:
    with tf.GradientTape() as tape:
        predicted = model(inputs, training=True)
        loss = keras.losses.mean_squared_error(targets, predicted)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```

## Near misses

What is measured behind the tape, and not asked for gradients, may stand there.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()
for epoch in range(1):
    with tf.GradientTape() as tape:
        predicted = model(x, training=True)
        loss = keras.losses.mean_squared_error(y, predicted)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    loss = tf.reduce_mean(loss)
```

A first prediction is only a part of what the loss is made of.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()
for inputs, targets in [(x, y)]:
    before = model(inputs)
    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(targets + before, model(inputs, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```

The weights themselves are part of the loss.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
kernel, bias = model.trainable_variables
for inputs, targets in [(x, y)]:
    predicted = model(inputs)
    weights = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(predicted)) * tf.reduce_sum(weights[0])
    gradients = tape.gradient(loss, model.trainable_variables)
```

## Fix safety

Safe: the same is computed in the same order, and recorded. Offered where the statement stands
next to the `with`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import sink
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Recorded, Unrecorded
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def forward_outside_tape(tape: Recorded) -> Iterator[Report]:
    for asked in tape.asked:
        step = asked.unrecorded
        if step is None:
            continue
        what = "the model is called" if step.kind == "forward" else "this is computed"
        fixes: tuple[Proposal, ...] = ()
        if step.statement is not None:
            fix = partial(_record, tape, step, step.statement)
            fixes = (Proposal(f"Move it into the `with` of `{tape.name}`", Safety.SAFE, fix),)
        yield Report(
            step.place,
            f"{what} outside of `{tape.name}`: no gradient comes through",
            ((tape.place, "this records"), (asked.place, "gradients are asked for here")),
            fixes,
        )


def _record(
    tape: Recorded, step: Unrecorded, statement: Place, source: Source
) -> tuple[Edit, ...] | None:
    block, moved = source.span(tape.block), source.span(statement)
    if step.kind == "forward":
        return sink.into_body(source, block, [moved])
    return sink.into_end(source, block, moved)

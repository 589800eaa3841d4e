"""An optimizer is given gradients and weights apart from each other.

`apply_gradients` takes pairs: each gradient with the weight that it is for.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()
with tf.GradientTape() as tape:
    loss = keras.losses.mean_squared_error(y, model(x, training=True))
gradients = tape.gradient(loss, model.trainable_variables)
optimizer.apply_gradients(gradients, model.trainable_variables)  # error: [gradients-not-zipped] # raises: TypeError
```

```python
def step(model, optimizer):
    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(y, model(x, training=True))
    weights = model.trainable_weights
    optimizer.apply_gradients(tape.gradient(loss, weights), weights)  # error: [gradients-not-zipped] # raises: TypeError


step(keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]), keras.optimizers.SGD())
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()
with tf.GradientTape() as tape:
    loss = keras.losses.mean_squared_error(y, model(x, training=True))
gradients = tape.gradient(loss, model.trainable_variables)
optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```

```python
def step(model, optimizer):
    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(y, model(x, training=True))
    weights = model.trainable_weights
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


step(keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]), keras.optimizers.SGD())
```

## Near misses

`apply` of Keras 3 takes them apart.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD()
with tf.GradientTape() as tape:
    loss = keras.losses.mean_squared_error(y, model(x, training=True))
gradients = tape.gradient(loss, model.trainable_variables)
optimizer.apply(gradients, model.trainable_variables)
```

An optimizer of another make may take them as it likes.

```python
class Averaging:
    def apply_gradients(self, gradients, weights):
        for gradient, weight in zip(gradients, weights):
            weight.assign_sub(gradient)


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
with tf.GradientTape() as tape:
    loss = keras.losses.mean_squared_error(y, model(x, training=True))
gradients = tape.gradient(loss, model.trainable_variables)
Averaging().apply_gradients(gradients, model.trainable_variables)
```

## Fix safety

Safe: nothing else can be meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call, Family
from keras_lsp.semantics.receivers import receiver_of
from keras_lsp.semantics.values import Weights, only
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def gradients_not_zipped(call: Call) -> Iterator[Report]:
    if call.method != "apply_gradients":
        return
    receiver = receiver_of(call)
    if receiver is None or receiver.family is not Family.OPTIMIZER:
        return
    gradients, weights = call.argument("grads_and_vars", 0), call.argument("name", 1)
    if gradients is None or weights is None or not isinstance(only(weights.value), Weights):
        return
    fix = partial(_zip, gradients, weights)
    yield Report(
        call.name_place,
        "`apply_gradients` takes pairs of gradients and weights, and is given them apart",
        ((weights.place, "these are the weights"),),
        (Proposal("Put them together with `zip`", Safety.SAFE, fix),),
    )


def _zip(gradients: Argument, weights: Argument, source: Source) -> tuple[Edit, ...]:
    start, end = source.span(gradients.place).start, source.span(weights.place).end
    return (Edit.insert(start, "zip("), Edit.insert(end, ")"))

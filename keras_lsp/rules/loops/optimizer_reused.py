"""One optimizer instance trains several models.

An optimizer keeps a slot for each variable of the model that it first trained. Keras
refuses to train another one with it: `This optimizer can only be called for the
variables it was originally built with`.

## Bad

```python
optimizer = keras.optimizers.Adam()
for units in (2, 3):
    model = keras.Sequential([keras.layers.Dense(units), keras.layers.Dense(1)])
    model.compile(optimizer=optimizer, loss="mse")  # error: [optimizer-reused]
    model.fit(x_train, y_train, verbose=0)  # raises: ValueError
```

```python
optimizer = keras.optimizers.Adam(0.01)
first = keras.Sequential([keras.layers.Dense(1)])
first.compile(optimizer=optimizer, loss="mse")
first.fit(x_train, y_train, verbose=0)
second = keras.Sequential([keras.layers.Dense(1)])
second.compile(optimizer=optimizer, loss="mse")  # error: [optimizer-reused]
second.fit(x_train, y_train, verbose=0)  # raises: ValueError
```

A training loop that the program writes itself is refused no less.

```python
optimizer = keras.optimizers.Adam()
encoder = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
with tf.GradientTape(persistent=True) as tape:
    loss = keras.losses.mean_squared_error(y, decoder(encoder(x)))
gradients = tape.gradient(loss, encoder.trainable_variables)
optimizer.apply_gradients(zip(gradients, encoder.trainable_variables))
gradients = tape.gradient(loss, decoder.trainable_variables)
optimizer.apply_gradients(zip(gradients, decoder.trainable_variables))  # error: [optimizer-reused] # raises: ValueError
```

## Fixed

```python
optimizer = keras.optimizers.Adam()
for units in (2, 3):
    model = keras.Sequential([keras.layers.Dense(units), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(), loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

```python
optimizer = keras.optimizers.Adam(0.01)
first = keras.Sequential([keras.layers.Dense(1)])
first.compile(optimizer=optimizer, loss="mse")
first.fit(x_train, y_train, verbose=0)
second = keras.Sequential([keras.layers.Dense(1)])
second.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
second.fit(x_train, y_train, verbose=0)
```

```python
optimizer = keras.optimizers.Adam()
encoder = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
decoder_optimizer = keras.optimizers.Adam()
with tf.GradientTape(persistent=True) as tape:
    loss = keras.losses.mean_squared_error(y, decoder(encoder(x)))
gradients = tape.gradient(loss, encoder.trainable_variables)
optimizer.apply_gradients(zip(gradients, encoder.trainable_variables))
gradients = tape.gradient(loss, decoder.trainable_variables)
decoder_optimizer.apply_gradients(zip(gradients, decoder.trainable_variables))
```

## Near misses

A name is no instance: each `compile` makes its own.

```python
for units in (2, 3):
    model = keras.Sequential([keras.layers.Dense(units), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

The same model may be compiled again with its optimizer.

```python
optimizer = keras.optimizers.Adam()
model = keras.Sequential([keras.layers.Dense(1)])
for round in range(2):
    model.compile(optimizer=optimizer, loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

The second model is compiled and never trained.

```python
optimizer = keras.optimizers.Adam()
first = keras.Sequential([keras.layers.Dense(1)])
first.compile(optimizer=optimizer, loss="mse")
first.fit(x_train, y_train, verbose=0)
second = keras.Sequential([keras.layers.Dense(1)])
second.compile(optimizer=optimizer, loss="mse")
second.evaluate(x_test, y_test, verbose=0)
```

Both models are made of the same layer.

```python
optimizer = keras.optimizers.Adam()
inputs, last = keras.Input((4,)), keras.layers.Dense(1)
first = keras.Model(inputs, last(inputs))
second = keras.Sequential([inputs, last])
for model in (first, second):
    model.compile(optimizer=optimizer, loss="mse")
first.fit(x_train, y_train, verbose=0)
second.fit(x_train, y_train, verbose=0)
```

The optimizer is told in advance of all variables.

```python
optimizer = keras.optimizers.Adam()
first = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
second = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
optimizer.build(first.trainable_variables + second.trainable_variables)
first.compile(optimizer=optimizer, loss="mse")
first.fit(x_train, y_train, verbose=0)
second.compile(optimizer=optimizer, loss="mse")
second.fit(x_train, y_train, verbose=0)
```

## Known gaps

An optimizer that is the default value of a parameter is not followed.

## Fix safety

Safe: the second model gets an optimizer that is made like the first one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, own_optimizer, rule
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.gradients import TRAINABLE
from keras_lsp.semantics.symbols import TRAINING
from keras_lsp.semantics.values import Ref, only


@rule(Severity.ERROR)
def optimizer_reused(call: Call) -> Iterator[Report]:
    if call.learners:
        yield from _by_hand(call)
        return
    if call.method not in TRAINING or len(call.models) != 1:
        return
    (model,) = call.models
    last = model.phase.compilation
    optimizer = only(last.optimizer) if last else None
    if last is None or not isinstance(optimizer, Ref) or model.overrides & {"compile", call.method}:
        return
    thing = model.optimizer
    if thing is None or ".legacy." in thing.type or optimizer.id.old:
        return
    if not model.optimizer_refuses:
        return
    made = optimizer.id.site
    fix = partial(own_optimizer.given_to_compile, last.place, made)
    fixes = (Proposal("Make an optimizer for this model", Safety.SAFE, fix),)
    yield Report(
        last.place,
        f"the optimizer of `{call.receiver}` has already trained another model",
        ((made, "it is made here"), (call.name_place, "training with it fails here")),
        fixes,
    )


def _by_hand(call: Call) -> Iterator[Report]:
    """``optimizer.apply_gradients(…)`` with the weights of a model that it does not know."""
    optimizer = only(call.receiver_value)
    thing = call.object(optimizer.id) if isinstance(optimizer, Ref) else None
    if not call.refused or not isinstance(optimizer, Ref) or optimizer.id.old:
        return
    if thing is None or thing.origin_class or ".legacy." in thing.type:
        return
    if any(model.overrides & TRAINABLE for model in call.learners):
        return
    made, name = optimizer.id.site, call.trained_name
    bound = call.learners[0].phase.place_of("defined")
    fixes: tuple[Proposal, ...] = ()
    if len(call.learners) == 1 and bound is not None and name.isidentifier():
        fix = partial(own_optimizer.applied_by_hand, call, made, bound)
        fixes = (Proposal("Make an optimizer for this model", Safety.SAFE, fix),)
    yield Report(
        call.name_place,
        f"`{call.receiver}` has already trained another model than `{name}`",
        ((made, "it is made here"),),
        fixes,
    )

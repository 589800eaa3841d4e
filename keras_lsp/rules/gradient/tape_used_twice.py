"""A tape is asked for gradients a second time, and has forgotten all after the first.

A `tf.GradientTape` lets go of what it has recorded as soon as it was asked once. One that is
`persistent` answers as often as it is asked.

## Bad

```python
actor = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
critic = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
for batch in range(1):
    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(y, critic(actor(x)))
    actor_gradients = tape.gradient(loss, actor.trainable_variables)
    critic_gradients = tape.gradient(loss, critic.trainable_variables)  # error: [tape-used-twice] # raises: RuntimeError
```

## Fixed

```python
actor = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
critic = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
for batch in range(1):
    with tf.GradientTape(persistent=True) as tape:
        loss = keras.losses.mean_squared_error(y, critic(actor(x)))
    actor_gradients = tape.gradient(loss, actor.trainable_variables)
    critic_gradients = tape.gradient(loss, critic.trainable_variables)
```

## Near misses

Two tapes, each of them asked once.

```python
actor = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
critic = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
for batch in range(1):
    with tf.GradientTape() as actor_tape, tf.GradientTape() as critic_tape:
        loss = keras.losses.mean_squared_error(y, critic(actor(x)))
    actor_gradients = actor_tape.gradient(loss, actor.trainable_variables)
    critic_gradients = critic_tape.gradient(loss, critic.trainable_variables)
```

One question for both.

```python
actor = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
critic = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
for batch in range(1):
    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(y, critic(actor(x)))
    gradients = tape.gradient(loss, [actor.trainable_variables, critic.trainable_variables])
```

It records anew in between.

```python
actor = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
critic = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
for batch in range(1):
    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(y, critic(actor(x)))
    actor_gradients = tape.gradient(loss, actor.trainable_variables)
    with tape:
        loss = keras.losses.mean_squared_error(y, critic(x_test[:, :1]))
    critic_gradients = tape.gradient(loss, critic.trainable_variables)
```

Only one of the two questions is ever asked.

```python
actor = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
critic = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
for batch in range(2):
    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(y, critic(actor(x)))
    if batch:
        gradients = tape.gradient(loss, actor.trainable_variables)
    else:
        gradients = tape.gradient(loss, critic.trainable_variables)
```

## Fix safety

Safe: a tape that remembers gives the same gradients; it takes the memory until it is let go.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Recorded
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def tape_used_twice(tape: Recorded) -> Iterator[Report]:
    if tape.persistent or len(tape.asked) < 2:
        return
    first, second, *_ = tape.asked
    title = f"Let `{tape.name}` remember: `persistent=True`"
    yield Report(
        second.place,
        f"`{tape.name}` has forgotten what it recorded when it was asked before",
        ((first.place, "it is asked here"), (tape.place, "it is made to be asked once")),
        (Proposal(title, Safety.SAFE, partial(_remember, tape)),),
    )


def _remember(tape: Recorded, source: Source) -> tuple[Edit, ...] | None:
    return calls.add_keyword(source, source.span(tape.place), "persistent", "True")

"""The old GAN idiom stops the discriminator from training on Keras 3.

Compile the discriminator, set `discriminator.trainable = False`, compile the combined
model: Keras 1 and 2 remember the flags of the first `compile`. Keras 3 reads them when
the training step is traced, which is later, so the discriminator never learns.

## Bad

```python
discriminator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
discriminator.compile(optimizer="sgd", loss="mse")
discriminator.trainable = False  # warning: [frozen-discriminator]
noise = keras.Input((4,))
gan = keras.Model(noise, discriminator(keras.layers.Dense(4)(noise)))
gan.compile(optimizer="sgd", loss="mse")
before = discriminator.get_weights()[0]
discriminator.train_on_batch(x, y)
```

## Fixed

```python
discriminator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
discriminator.compile(optimizer="sgd", loss="mse")
discriminator.trainable = False
noise = keras.Input((4,))
gan = keras.Model(noise, discriminator(keras.layers.Dense(4)(noise)))
gan.compile(optimizer="sgd", loss="mse")
before = discriminator.get_weights()[0]
discriminator.trainable = True
discriminator.train_on_batch(x, y)
```

## Proof

```python
assert not np.array_equal(before, discriminator.get_weights()[0])
```

## Near misses

It is switched on again before it is trained.

```python
discriminator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
before = discriminator.get_weights()[0]
discriminator.compile(optimizer="sgd", loss="mse")
for step in range(2):
    discriminator.trainable = True
    discriminator.train_on_batch(x, y)
    discriminator.trainable = False
```

Keras 2 remembers: there the idiom is right.

```python k2
discriminator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
before = discriminator.get_weights()[0]
discriminator.compile(optimizer="sgd", loss="mse")
discriminator.trainable = False
noise = keras.Input((4,))
gan = keras.Model(noise, discriminator(keras.layers.Dense(4)(noise)))
gan.compile(optimizer="sgd", loss="mse")
discriminator.train_on_batch(x, y)
```

## Fix safety

Unsafe: the flag stays on afterwards; a training step for the combined model has to
switch it off again, or better be written with two optimizers in a `train_step`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.phases import NO, YES
from keras_lsp.semantics.symbols import TRAINING
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.WARNING)
def frozen_discriminator(call: Call) -> Iterator[Report]:
    if call.method not in TRAINING or len(call.models) != 1:
        return
    (model,) = call.models
    phase = model.phase
    frozen, compiled = phase.place_of("frozen"), phase.place_of("compiled")
    if model.api == "tf_keras" or phase.frozen is not YES or frozen is None or compiled is None:
        return
    order = [name for name, _ in phase.at]
    if order.index("compiled") > order.index("frozen") or phase.traced is not NO:
        return
    yield Report(
        frozen,
        f"`{call.receiver}` is frozen here and never learns in its own `{call.method}` on Keras 3",
        ((call.name_place, "it is trained here, with nothing to train"),),
        (
            Proposal(
                f"Switch `{call.receiver}` on before it is trained",
                Safety.UNSAFE,
                partial(_switch_on, call),
            ),
        ),
    )


def _switch_on(call: Call, source: Source) -> tuple[Edit, ...] | None:
    text = f"{call.receiver}.trainable = True"
    return assign.insert_statement(source, source.span(call.statement), text)

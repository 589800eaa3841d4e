"""`tf.function` is applied anew in each iteration: what it makes is traced each time.

A traced function is worth its price when it is called often. One that is made in the
loop is traced in every iteration and thrown away.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
for batch in range(3):
    step = tf.function(model.call)  # hint: [tf-function-in-loop]
    step(tf.constant(x, tf.float32))
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
for batch in range(3):
    @tf.function
    def step(data):  # hint: [tf-function-in-loop]
        return model(data, training=False)
    step(tf.constant(x, tf.float32))
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
step = tf.function(model.call)
for batch in range(3):
    step(tf.constant(x, tf.float32))
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
@tf.function
def step(data):
    return model(data, training=False)
for batch in range(3):
    step(tf.constant(x, tf.float32))
```

## Near misses

It is made once and called in the loop.

```python
@tf.function
def step(batch):
    return batch * 2


for batch in range(3):
    step(tf.constant(batch))
```

Another function in each iteration.

```python
for scale in (1.0, 2.0):
    step = tf.function(lambda batch, scale=scale: batch * scale)
    step(tf.constant(1.0))
```

Each iteration has a model of its own, and a function for it.

```python
for units in (1, 2):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])

    @tf.function
    def step(data):
        return model(data, training=False)

    step(tf.constant(x, tf.float32))
```

## Known gaps

A loop that calls a function which makes a `tf.function` is not reported.

## Fix safety

Unsafe: a function that reads names of the iteration would see those of the first one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import hoist
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call, Loop, Traced
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@rule(Severity.HINT)
def tf_function_in_loop(made: Call | Traced) -> Iterator[Report]:
    if not made.context.loops or made.context.calls or made.context.in_test:
        return
    loop = made.context.loops[-1]
    if loop.kind == "comprehension":
        return
    if isinstance(made, Call):
        name, where = made.assigned, made.place
        if made.external != "tensorflow.function" or not made.arguments or not name:
            return
        if any(a.varies_in(loop) or "lambda" in a.text for a in made.arguments):
            return
        reads = frozenset().union(*(a.names for a in made.arguments))
    else:
        name, where, reads = made.name, made.place, made.reads
    if reads & (loop.varying | loop.bound):
        # Another model, or another value, in each iteration: another function.
        return
    yield Report(
        where,
        f"`{name}` is made anew in each iteration, and traced again when it is called",
        ((loop.place, "this loop"),),
        (
            Proposal(
                "Make it once, before the loop",
                Safety.UNSAFE,
                partial(_hoist, made.statement, loop),
            ),
        ),
    )


def _hoist(statement: Place, loop: Loop, source: Source) -> tuple[Edit, ...] | None:
    return hoist.hoist(source, source.span(loop.place), [source.span(statement)])

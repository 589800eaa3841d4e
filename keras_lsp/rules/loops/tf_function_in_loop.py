"""`tf.function` is applied anew in each iteration: it is traced each time.

A traced function is worth its price when it is called often. One that is made in the
loop is traced in every iteration and thrown away.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
for batch in range(3):
    step = tf.function(model.call)  # hint: [tf-function-in-loop]
    step(tf.constant(x, tf.float32))
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
step = tf.function(model.call)
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

## Known gaps

A function that is defined with the decorator inside the loop is not reported.

## Fix safety

Unsafe: a function that reads names of the iteration would see those of the first one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import hoist
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call, Loop
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.HINT)
def tf_function_in_loop(call: Call) -> Iterator[Report]:
    if call.external != "tensorflow.function" or not call.context.loops or not call.assigned:
        return
    loop = call.context.loops[-1]
    if loop.kind != "for" or call.context.in_test or not call.arguments:
        return
    if any(a.varies_in(loop) or "lambda" in a.text for a in call.arguments):
        return
    yield Report(
        call.place,
        f"`{call.assigned}` is traced anew in each iteration",
        ((loop.place, "this loop"),),
        (Proposal("Make it once, before the loop", Safety.UNSAFE, partial(_hoist, call, loop)),),
    )


def _hoist(call: Call, loop: Loop, source: Source) -> tuple[Edit, ...] | None:
    return hoist.hoist(source, source.span(loop.place), [source.span(call.statement)])

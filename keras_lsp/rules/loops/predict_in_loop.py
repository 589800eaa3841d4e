"""`predict` is called on one sample in each iteration.

`predict` sets up a data pipeline, which pays for many samples at once. For one it is
slow, and in a long loop its memory grows. Call the model itself, or predict all samples
at once.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
for row in x_test:
    print(model.predict(np.expand_dims(row, 0)))  # hint: [predict-in-loop]
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
state = x_test[0]
step = 0
while step < 9:
    state = model.predict(state[np.newaxis, :], verbose=0)[0]  # hint: [predict-in-loop]
    step += 1
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
for row in x_test:
    print(model(np.expand_dims(row, 0), training=False))
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
state = x_test[0]
step = 0
while step < 9:
    state = model(state[np.newaxis, :], training=False)[0]
    step += 1
```

## Near misses

Each iteration predicts a whole batch.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
for batch in np.split(x_test, 4):
    model.predict(batch, verbose=0)
```

A list is one batch for each input of the model.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
for batch in np.split(x_test, 8):
    model.predict([batch], verbose=0)
```

All at once, then a loop over the results.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
for result in model.predict(x_test, verbose=0):
    print(result)
```

## Known gaps

The sample has to become a batch in the call itself: `predict(np.expand_dims(row, 0))`.

## Fix safety

Unsafe: calling the model gives a tensor where `predict` gives an array.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

ONE_SAMPLE = re.compile(
    r"expand_dims\(.*(?:0|axis=0)\)$|\[(?:None|np\.newaxis|tf\.newaxis)(?:,.*)?\]$"
    r"|\.reshape\(\(?1\s*,.*\)$|^np\.array\(\[\w+\]\)$"
)
"""Texts that make a batch of one."""


@rule(Severity.HINT)
def predict_in_loop(call: Call) -> Iterator[Report]:
    if call.method != "predict" or not call.models or not call.context.loops:
        return
    loop = call.context.loops[-1]
    if call.context.in_test or (loop.count or 99) <= 5:
        return
    if any(loop.place in m.loops or m.overrides & {"predict"} for m in call.models):
        return
    data = call.argument("x", 0)
    if data is None or not data.names & loop.varying or not ONE_SAMPLE.search(data.text):
        return
    yield Report(
        call.name_place,
        f"`{call.receiver}.predict` is slow for one sample at a time",
        ((loop.place, "this loop"),),
        (Proposal(f"Call `{call.receiver}` itself", Safety.UNSAFE, partial(_call, call, data)),),
    )


def _call(call: Call, data: Argument, source: Source) -> tuple[Edit, ...] | None:
    text = f"{call.receiver}({data.text}, training=False)"
    return (
        (Edit(source.span(call.place), text),)
        if calls.is_one_line(source.span(call.place))
        else None
    )

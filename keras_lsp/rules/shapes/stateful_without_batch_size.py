"""A stateful recurrent layer is called on batches of any size.

It keeps one state for each sample of a batch from one batch to the next: the number of
samples has to be fixed where the model begins.

## Bad

```python
model = keras.Sequential([  # raises: ValueError
    keras.Input((10, 8)),
    keras.layers.LSTM(32, stateful=True),  # error: [stateful-without-batch-size]
])
```

```python
inputs = keras.Input(shape=(None, 8))
outputs = keras.layers.GRU(4, stateful=True)(inputs)  # error: [stateful-without-batch-size] # raises: ValueError
```

## Fixed

```python byhand
model = keras.Sequential([
    keras.Input((10, 8), batch_size=16),
    keras.layers.LSTM(32, stateful=True),
])
```

```python byhand
inputs = keras.Input(batch_shape=(16, None, 8))
outputs = keras.layers.GRU(4, stateful=True)(inputs)
```

## Near misses

The batch size is given.

```python
model = keras.Sequential([
    keras.Input(batch_shape=(4, 10, 8)),
    keras.layers.LSTM(32, stateful=True),
])
```

Nothing is kept.

```python
model = keras.Sequential([keras.Input((10, 8)), keras.layers.LSTM(32, stateful=False)])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.networks import Input
from keras_lsp.rules import Report, rule
from keras_lsp.syntax import Place
from keras_lsp.verdicts import Fault, Refusal


@rule(Severity.ERROR, yielding=True)
def stateful_without_batch_size(refusal: Refusal) -> Iterator[Report]:
    if refusal.fault is not Fault.STATEFUL:
        return
    yield Report(
        refusal.place,
        f"`{refusal.kind}` keeps its state, so the batch size has to be fixed",
        tuple(_inputs(refusal)),
    )


def _inputs(refusal: Refusal) -> Iterator[tuple[Place, str]]:
    for node in refusal.node.shapes.network.nodes:
        if isinstance(node, Input) and node.place != refusal.place:
            yield node.place, "the model begins here: give `batch_size` or `batch_shape`"

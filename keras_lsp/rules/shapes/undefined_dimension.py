"""A layer needs to know a dimension for its weights, and the dimension is None.

A `Dense` layer has weights for each number of the last dimension. Behind a `Flatten` of images
whose size is not fixed nobody knows how many there are.

## Bad

```python
model = keras.Sequential([  # raises: ValueError
    keras.Input((None, None, 3)),
    keras.layers.Conv2D(8, 3, activation="relu"),
    keras.layers.Flatten(),
    keras.layers.Dense(10, activation="softmax"),  # error: [undefined-dimension]
])
```

```python
inputs = keras.Input((None, 16))
hidden = keras.layers.Conv1D(8, 3)(inputs)
hidden = keras.layers.Flatten()(hidden)
outputs = keras.layers.Dense(1)(hidden)  # error: [undefined-dimension] # raises: ValueError
```

```python
inputs = keras.Input((None,))
outputs = keras.layers.Dense(1)(inputs)  # error: [undefined-dimension] # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([
    keras.Input((None, None, 3)),
    keras.layers.Conv2D(8, 3, activation="relu"),
    keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(10, activation="softmax"),
])
```

```python
inputs = keras.Input((None, 16))
hidden = keras.layers.Conv1D(8, 3)(inputs)
hidden = keras.layers.GlobalAveragePooling1D()(hidden)
outputs = keras.layers.Dense(1)(hidden)
```

```python byhand
inputs = keras.Input((16,))
outputs = keras.layers.Dense(1)(inputs)
```

## Near misses

The average over all places has a known size.

```python
inputs = keras.Input((None, None, 3))
hidden = keras.layers.GlobalMaxPooling2D()(keras.layers.Conv2D(8, 3)(inputs))
outputs = keras.layers.Dense(10)(hidden)
```

Only the last dimension counts.

```python
model = keras.Sequential([keras.Input((None, 16)), keras.layers.Dense(4)])
```

A `Flatten` of what is not known is no fault where nothing has weights for it.

```python
inputs = keras.Input((None, 4))
model = keras.Model(inputs, keras.layers.Flatten()(inputs))
```

## Fix safety

Unsafe: the average over all places is something else than all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.calls import call_at
from keras_lsp.editing.statements import node_span, text_of
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.replies import TensorSpec
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import told_of
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit
from keras_lsp.verdicts import Fault, Refusal

LEAST, MOST = 3, 5
"""Dimensions that there is a global pooling for, the batch counted."""


@rule(Severity.ERROR, yielding=True)
def undefined_dimension(refusal: Refusal) -> Iterator[Report]:
    text = "`{kind}` cannot make its weights: the shape {shapes} leaves their number open"
    yield from told_of(refusal, Fault.UNDEFINED, text, _fixes)


def _fixes(refusal: Refusal) -> Iterator[Proposal]:
    if len(refusal.given) != 1 or refusal.given[0].kind != "Flatten":
        return
    flatten = refusal.given[0].source
    before = [flatten.shapes.outputs(tensor) for tensor in flatten.given]
    spec = before[0] if len(before) == 1 else None
    if not isinstance(spec, TensorSpec) or flatten.layer is None:
        return
    if LEAST <= len(spec.shape) <= MOST and spec.shape[-1] is not None:
        name = f"GlobalAveragePooling{len(spec.shape) - 2}D"
        fix = partial(_pooled, flatten.layer.place, name)
        yield Proposal(f"Take the average: `{name}()`", Safety.UNSAFE, fix)


def _pooled(maker: Place, name: str, source: Source) -> tuple[Edit, ...] | None:
    call = call_at(source, source.span(maker))
    if call is None or call.args or call.keywords:
        return None
    span = node_span(source, call.func)
    written = text_of(source, span)
    head, dot, last = written.rpartition(".")
    # A name that was imported alone brings no other with it.
    return (Edit(span, f"{head}.{name}"),) if dot and last == "Flatten" else None

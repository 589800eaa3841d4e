"""A merging layer is called on its tensors one by one, where it wants a list of them.

`Add`, `Concatenate` and their like take all that they merge in one list.

## Bad

```python
left, right = keras.Input((4,)), keras.Input((4,))
total = keras.layers.Add()(left, right)  # error: [merge-inputs-not-list] # raises: TypeError
```

```python
left, right = keras.Input((4,)), keras.Input((3,))
merge = keras.layers.Concatenate(axis=-1)
both = merge(left, keras.layers.Dense(2)(right))  # error: [merge-inputs-not-list] # raises: TypeError
```

## Fixed

```python
left, right = keras.Input((4,)), keras.Input((4,))
total = keras.layers.Add()([left, right])
```

```python
left, right = keras.Input((4,)), keras.Input((3,))
merge = keras.layers.Concatenate(axis=-1)
both = merge([left, keras.layers.Dense(2)(right)])
```

## Near misses

```python
left, right = keras.Input((4,)), keras.Input((4,))
total = keras.layers.Add()([left, right])
same = keras.layers.add([left, right])
```

A layer that takes several tensors, each for itself.

```python
left, right = keras.Input((4, 2)), keras.Input((4, 2))
outputs = keras.layers.MultiHeadAttention(2, 2)(left, right)
```

## Fix safety

Safe: the program fails as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.calls import call_at
from keras_lsp.editing.statements import node_span
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit
from keras_lsp.verdicts import Fault, Refusal


@rule(Severity.ERROR, yielding=True)
def merge_inputs_not_list(refusal: Refusal) -> Iterator[Report]:
    if refusal.fault is Fault.UNLISTED:
        yield Report(
            refusal.place,
            f"`{refusal.kind}` takes what it merges in one list",
            (),
            (Proposal("Make a list of them", Safety.SAFE, partial(_listed, refusal.place)),),
        )


def _listed(place: Place, source: Source) -> tuple[Edit, ...] | None:
    call = call_at(source, source.span(place))
    if call is None or not call.args:
        return None
    first, last = node_span(source, call.args[0]), node_span(source, call.args[-1])
    return (Edit.insert(first.start, "["), Edit.insert(last.end, "]"))

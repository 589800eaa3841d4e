"""`Conv2D(32, 3, 3)` asks for strides of 3, not for a kernel of 3 by 3.

Keras 1 took the rows and the columns of the kernel one after another. Since Keras 2 the second
number is the whole kernel and the third the strides: the program runs, on a ninth of the places.

## Bad

```python
layer = keras.layers.Conv2D(32, 3, 3, activation="relu")  # warning: [positional-kernel-as-strides]
```

```python
from keras.layers import Convolution2D

layer = Convolution2D(64, 5, 5)  # warning: [positional-kernel-as-strides]
```

## Fixed

```python
layer = keras.layers.Conv2D(32, (3, 3), activation="relu")
```

```python
from keras.layers import Convolution2D

layer = Convolution2D(64, (5, 5))
```

## Proof

```python
assert layer.strides == (1, 1)
```

## Near misses

A patch embedding does not overlap, and reducing by 2 is usual.

```python noproof
patches = keras.layers.Conv2D(64, 4, 4)
smaller = keras.layers.Conv2D(64, 3, 2)
```

Whoever names it means it.

```python noproof
layer = keras.layers.Conv2D(32, 3, strides=3)
```

## Fix safety

Unsafe: strides of 3 may be what is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.values import constant
from keras_lsp.syntax import Source
from keras_lsp.text import Edit, Span

LAYERS = frozenset(
    {"keras.layers.Conv2D", "keras.layers.SeparableConv2D", "keras.layers.Conv2DTranspose"}
)


@rule(Severity.WARNING)
def positional_kernel_as_strides(call: Call) -> Iterator[Report]:
    if call.symbol not in LAYERS or call.context.expected or call.context.target.number < (2,):
        return
    given = {a.name: a for a in call.arguments}
    rows, columns = given.get("1"), given.get("2")
    if rows is None or columns is None:
        return
    size = constant(rows.value)
    # Even ones are patches; whoever writes two different numbers knows what they are.
    if type(size) is not int or size < 3 or size % 2 == 0 or constant(columns.value) != size:
        return
    yield Report(
        columns.place,
        f"this {size} is the strides: a kernel of {size} by {size} is `({size}, {size})`",
        (),
        (Proposal("Make it the kernel", Safety.UNSAFE, partial(_kernel, rows, columns)),),
    )


def _kernel(rows: Argument, columns: Argument, source: Source) -> tuple[Edit, ...]:
    whole = Span(source.span(rows.place).start, source.span(columns.place).end)
    return (Edit(whole, f"({rows.text}, {columns.text})"),)

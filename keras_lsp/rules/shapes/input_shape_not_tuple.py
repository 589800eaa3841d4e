"""The shape of an input is a number, where a tuple is needed.

Parentheses alone make no tuple: `(10)` is the number 10, `(10,)` is a tuple. An input of ten
numbers has the shape `(10,)`.

## Bad

```python
inputs = keras.Input(shape=10)  # error: [input-shape-not-tuple] # raises: ValueError
```

```python
model = keras.Sequential([  # raises: ValueError
    keras.layers.Dense(4, input_shape=(10)),  # error: [input-shape-not-tuple]
    keras.layers.Dense(1),
])
```

```python
inputs = keras.layers.Input((10))  # error: [input-shape-not-tuple] # raises: ValueError
```

```python
features = 10
inputs = keras.Input(features, name="features")  # error: [input-shape-not-tuple] # raises: ValueError
```

## Fixed

```python
inputs = keras.Input(shape=(10,))
```

```python
model = keras.Sequential([
    keras.layers.Dense(4, input_shape=(10,)),
    keras.layers.Dense(1),
])
```

```python
inputs = keras.layers.Input((10,))
```

```python
features = 10
inputs = keras.Input((features,), name="features")
```

## Near misses

Lists do as well, and `input_dim` is a number.

```python
inputs = keras.Input([10])
model = keras.Sequential([keras.layers.Dense(4, input_dim=10)])
```

The empty shape is one number for each sample.

```python
inputs = keras.Input(())
```

Keras 2 makes a tuple of it.

```python k2
inputs = keras.Input(shape=10)
```

Somebody reckons with it.

```python
import contextlib

with contextlib.suppress(ValueError):
    keras.Input(shape=10)
```

## Fix safety

Safe: the program fails as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.values import constant
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

INPUTS = ("keras.Input", "keras.layers.InputLayer")


@rule(Severity.ERROR)
def input_shape_not_tuple(call: Call) -> Iterator[Report]:
    target = call.context.target
    if not call.symbol or call.context.expected:
        return
    if call.symbol in INPUTS:
        if target.is_keras2(call.api):
            return
        argument = call.argument("shape", 0)
        is_first = argument is not None and argument.name == "0"
    elif call.symbol.startswith("keras.layers."):
        argument, is_first = call.argument("input_shape"), False
    else:
        return
    value = constant(argument.value) if argument is not None else None
    if argument is None or type(value) is not int:
        return
    yield Report(
        argument.place,
        f"a shape is a tuple: `({argument.text},)`, where `{argument.text}` is a number",
        (),
        (Proposal("Make it a tuple", Safety.SAFE, partial(_in_tuple, argument, call, is_first)),),
    )


def _in_tuple(
    argument: Argument, call: Call, is_first: bool, source: Source
) -> tuple[Edit, ...] | None:
    """A comma is enough where there are parentheses that are not those of the call."""
    span = source.span(argument.place)
    before = source.lines[span.start.line][: span.start.column].rstrip()
    behind = source.lines[span.end.line][span.end.column :].lstrip()
    opened = len(before) - len(before.rstrip("("))
    if before.endswith("(") and behind.startswith(")") and opened > is_first:
        return (Edit.insert(span.end, ","),)
    return (Edit.insert(span.start, "("), Edit.insert(span.end, ",)"))

"""A recurrent layer gives its last output only, and the next layer needs one for each step.

Without `return_sequences=True` an `LSTM` or `GRU` drops the time axis. Whatever works on
sequences behind it, such as a second recurrent layer, cannot take what is left.

## Bad

```python
model = keras.Sequential([  # raises: ValueError
    keras.Input((10, 8)),
    keras.layers.LSTM(32),  # error: [missing-return-sequences]
    keras.layers.LSTM(16),
    keras.layers.Dense(1),
])
```

```python
inputs = keras.Input((10, 8))
hidden = keras.layers.Bidirectional(keras.layers.GRU(32))(inputs)  # error: [missing-return-sequences]
hidden = keras.layers.Dropout(0.5)(hidden)
outputs = keras.layers.LSTM(units=16)(hidden)  # raises: ValueError
```

```python
model = keras.Sequential()
model.add(keras.layers.SimpleRNN(32, input_shape=(10, 8), return_sequences=False))  # error: [missing-return-sequences]
model.add(keras.layers.TimeDistributed(keras.layers.Dense(1)))  # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([
    keras.Input((10, 8)),
    keras.layers.LSTM(32, return_sequences=True),
    keras.layers.LSTM(16),
    keras.layers.Dense(1),
])
```

```python
inputs = keras.Input((10, 8))
hidden = keras.layers.Bidirectional(keras.layers.GRU(32, return_sequences=True))(inputs)
hidden = keras.layers.Dropout(0.5)(hidden)
outputs = keras.layers.LSTM(units=16)(hidden)
```

```python
model = keras.Sequential()
model.add(keras.layers.SimpleRNN(32, input_shape=(10, 8), return_sequences=True))
model.add(keras.layers.TimeDistributed(keras.layers.Dense(1)))
```

## Near misses

The vector is repeated for each step.

```python
model = keras.Sequential([
    keras.Input((10, 8)),
    keras.layers.LSTM(32),
    keras.layers.RepeatVector(5),
    keras.layers.LSTM(16, return_sequences=True),
])
```

The last one gives its last output.

```python
model = keras.Sequential([
    keras.layers.GRU(32, return_sequences=True, input_shape=(10, 8)),
    keras.layers.GRU(16),
    keras.layers.Dense(1),
])
```

The state is what goes on.

```python
inputs = keras.Input((10, 8))
output, hidden, carry = keras.layers.LSTM(32, return_state=True)(inputs)
decoded = keras.layers.LSTM(32)(inputs, initial_state=[hidden, carry])
```

The program reckons with it.

```python
try:
    keras.Sequential([keras.Input((10, 8)), keras.layers.LSTM(4), keras.layers.LSTM(2)])
except ValueError:
    print("as expected")
```

## Fix safety

Safe: the program fails as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.calls import add_keyword, argument_span, call_at
from keras_lsp.editing.statements import node_span
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import in_short
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit, Span
from keras_lsp.verdicts import Fault, Refusal, kind_of

GIVEN = "return_sequences"


@rule(Severity.ERROR, yielding=True)
def missing_return_sequences(refusal: Refusal) -> Iterator[Report]:
    cause = refusal.cause
    if refusal.fault is not Fault.SEQUENCE or cause is None or cause.layer is None:
        return
    kind, maker = kind_of(cause), cause.layer.place
    fix = partial(_given, maker, kind == "Bidirectional")
    yield Report(
        maker,
        f"`{kind}` gives its last output only, and `{refusal.kind}` needs one for each step",
        ((refusal.place, in_short(refusal)),),
        (Proposal("Give the output of each step", Safety.SAFE, fix),),
    )


def _given(maker: Place, is_wrapped: bool, source: Source) -> tuple[Edit, ...] | None:
    span = source.span(maker)
    if is_wrapped:
        inner = _wrapped(source, span)
        if inner is None:
            return None
        span = inner
    written = argument_span(source, span, GIVEN, 99)
    if written is not None:
        return (Edit(written, "True"),)
    return add_keyword(source, span, GIVEN, "True")


def _wrapped(source: Source, span: Span) -> Span | None:
    """The call that makes the layer in a ``Bidirectional``."""
    call = call_at(source, span)
    inner = call.args[0] if call is not None and call.args else None
    return node_span(source, inner) if isinstance(inner, ast.Call) else None

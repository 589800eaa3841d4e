"""An argument is given under the name that an older Keras had for it.

`Adam(lr=…)` and `fit(nb_epoch=…)` raise today. Which name an argument had in which release is
read from the releases; what Keras 2 made of the arguments of Keras 1, from its own tables.

## Bad

```python
optimizer = keras.optimizers.Adam(lr=0.001)  # error: [renamed-argument] # raises: ValueError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, nb_epoch=2, verbose=0)  # error: [renamed-argument] # raises: TypeError
```

```python
from keras.layers import Conv2D

layer = Conv2D(8, 3, dim_ordering="tf")  # error: [renamed-argument] # raises: ValueError
```

```python
inputs = keras.Input((4,))
outputs = keras.layers.Dense(1)(inputs)
model = keras.Model(inputs, output=outputs)  # error: [renamed-argument] # raises: TypeError
```

```python
from tensorflow.keras.optimizers import SGD

optimizers = [SGD(lr=rate) for rate in (0.1, 0.01)]  # error: [renamed-argument] # raises: ValueError
```

```python
from keras import ops

small = ops.image.resize(image=ops.ones((1, 8, 8, 3)), size=(4, 4))  # error: [renamed-argument] # raises: TypeError
```

```python
limit = keras.constraints.MaxNorm(m=2)  # error: [renamed-argument] # raises: TypeError
```

```python
pooling = keras.layers.GlobalAveragePooling2D(dim_ordering="th")  # error: [renamed-argument] # raises: ValueError
```

## Fixed

```python
optimizer = keras.optimizers.Adam(learning_rate=0.001)
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, epochs=2, verbose=0)
```

```python
from keras.layers import Conv2D

layer = Conv2D(8, 3, data_format="channels_last")
```

```python
inputs = keras.Input((4,))
outputs = keras.layers.Dense(1)(inputs)
model = keras.Model(inputs, outputs=outputs)
```

```python
from tensorflow.keras.optimizers import SGD

optimizers = [SGD(learning_rate=rate) for rate in (0.1, 0.01)]
```

```python
from keras import ops

small = ops.image.resize(images=ops.ones((1, 8, 8, 3)), size=(4, 4))
```

```python
limit = keras.constraints.MaxNorm(max_value=2)
```

```python
pooling = keras.layers.GlobalAveragePooling2D(data_format="channels_first")
```

## Near misses

Other libraries have an `Adam` too.

```python
class Adam:
    def __init__(self, params, lr):
        self.lr = lr


optimizer = Adam([], lr=0.001)
```

Keras 2 takes both.

```python k2
optimizer = keras.optimizers.Adam(lr=0.001)
```

```python
try:
    optimizer = keras.optimizers.Adam(learning_rate=0.001)
except TypeError:
    optimizer = keras.optimizers.Adam(lr=0.001)
```

## Known gaps

Where the new argument counts otherwise (`samples_per_epoch` counted samples,
`steps_per_epoch` counts batches), no fix is offered.

## Fix safety

Safe: the call raises as it is, and the value means the same under the new name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog.successors import VALUES
from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.receivers import refused
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def renamed_argument(call: Call) -> Iterator[Report]:
    for argument, gone, callee in refused(call):
        new = gone.new
        if new is None:
            continue
        fix = Proposal(f"Write `{new}`", Safety.SAFE, partial(_rename, argument, new))
        given = any(a.name == new for a in call.arguments)
        fits = not given and not gone.counts_otherwise
        yield Report(
            argument.place,
            f"`{callee}` has no argument `{argument.name}` any more: it is `{new}`",
            (),
            (fix,) if fits else (),
        )


def _rename(argument: Argument, new: str, source: Source) -> tuple[Edit, ...] | None:
    span = source.span(argument.place)
    edits = calls.rename_keyword(source, span, argument.name, new)
    literal = argument.text.replace('"', "'")
    value = VALUES.get((argument.name, literal))
    if value is not None and edits is not None:
        quote = '"' if argument.text.startswith('"') else "'"
        return (*edits, Edit(span, value.replace("'", quote)))
    return edits

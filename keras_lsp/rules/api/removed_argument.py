"""An argument is given that an older Keras took and this release refuses.

`fit(workers=4)`, `ModelCheckpoint(period=5)`, `LSTM(batch_input_shape=…)` raise on Keras 3.
Which release takes which argument is read from the releases themselves, with those that a class
hands on to its bases.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0, workers=4)  # error: [removed-argument] # raises: TypeError
```

```python
checkpoint = keras.callbacks.ModelCheckpoint("best.keras", period=5)  # error: [removed-argument] # raises: TypeError
```

```python
model = keras.Sequential([keras.layers.LSTM(4, batch_input_shape=(8, 5, 2), stateful=True)])  # error: [removed-argument] # raises: ValueError
```

```python
from keras.layers import GRU
from keras.models import Sequential

model = Sequential()
model.add(GRU(4, batch_input_shape=(8, 5, 2), stateful=True))  # error: [removed-argument] # raises: ValueError
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse", sample_weight_mode="temporal")  # error: [removed-argument] # raises: TypeError
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
```

```python
checkpoint = keras.callbacks.ModelCheckpoint("best.keras")
```

```python
model = keras.Sequential([keras.Input(batch_shape=(8, 5, 2)), keras.layers.LSTM(4, stateful=True)])
```

```python
from keras.layers import GRU, Input
from keras.models import Sequential

model = Sequential()
model.add(Input(batch_shape=(8, 5, 2)))
model.add(GRU(4, stateful=True))
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
```

## Near misses

A class of the program takes what it likes.

```python
class Net(keras.Sequential):
    def fit(self, x, y, workers):
        return workers


model = Net([keras.Input((4,)), keras.layers.Dense(1)])
model.fit(x, y, workers=4)
```

```python k2
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0, workers=4)
```

This one is still taken, with a warning.

```python
layer = keras.layers.Dense(4, input_shape=(3,))
```

```python
options = {"workers": 4} if keras.__version__ < "3" else {}
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0, **options)
```

## Fix safety

Unsafe: what the argument asked for no longer happens. Safe for those that only changed how
fast something ran.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog.successors import NO_EFFECT
from keras_lsp.editing import calls, inputs
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, moving, rule
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.receivers import refused, too_new
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def removed_argument(call: Call) -> Iterator[Report]:
    target = call.context.target
    for argument, since, callee, api in too_new(call):
        message = f"`{callee}` takes `{argument.name}` since Keras {since} only"
        yield moving.too_early(argument.place, message, target, api)
    for argument, gone, callee in refused(call):
        if gone.new is not None:
            continue
        name = argument.name
        if name == "batch_input_shape":
            fix = Proposal("Say it in `Input`", Safety.SAFE, partial(_input, call, argument))
        else:
            safety = Safety.SAFE if name in NO_EFFECT else Safety.UNSAFE
            fix = Proposal(f"Remove `{name}`", safety, partial(_remove, call, name))
        yield Report(
            argument.place,
            f"`{callee}` has no argument `{name}`: Keras {gone.until} took it, "
            f"{target.name('keras')} does not",
            (),
            (fix,),
        )


def _remove(call: Call, name: str, source: Source) -> tuple[Edit, ...] | None:
    node = calls.call_at(source, source.span(call.place))
    edit = calls.without_keyword(source, node, name) if node else None
    return (edit,) if edit else None


def _input(call: Call, argument: Argument, source: Source) -> tuple[Edit, ...] | None:
    removed = _remove(call, argument.name, source)
    added = inputs.input_before(source, source.span(call.place), f"batch_shape={argument.text}")
    return (*added, *removed) if added and removed else None

"""An argument is given that Keras 3 only takes to warn about it.

`Embedding(input_length=…)` is ignored, and so is the `decay` of an optimizer, whose learning rate
then stays as it is. `LeakyReLU(alpha=…)` is called `negative_slope`.

## Bad

```python
layer = keras.layers.LeakyReLU(alpha=0.2)  # hint: [deprecated-argument]
```

```python
layer = keras.layers.Embedding(100, 8, input_length=20)  # hint: [deprecated-argument]
```

```python
from keras.optimizers import SGD

optimizer = SGD(learning_rate=0.1, decay=1e-4)  # hint: [deprecated-argument]
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save("model.h5", save_format="h5")  # hint: [deprecated-argument]
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save("model.keras", save_format="tf")  # hint: [deprecated-argument]
```

## Fixed

```python
layer = keras.layers.LeakyReLU(negative_slope=0.2)
```

```python
layer = keras.layers.Embedding(100, 8)
```

```python
from keras.optimizers import SGD

optimizer = SGD(learning_rate=0.1)
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save("model.h5")
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save("model.keras")
```

## Near misses

The weights decay, not the learning rate.

```python
optimizer = keras.optimizers.Adam(weight_decay=1e-4)
```

Other layers have an `alpha` too.

```python
layer = keras.layers.ELU(alpha=0.5)
```

A test that expects the warning.

```python
import unittest

with unittest.TestCase().assertWarnsRegex(UserWarning, "negative_slope"):
    layer = keras.layers.LeakyReLU(alpha=0.2)
```

Keras 2 reads it.

```python k2
layer = keras.layers.LeakyReLU(alpha=0.2)
```

Keras itself, and whoever brings a Keras along, tests what is deprecated as long as it is taken:
files of a package `keras` or `tf_keras` in the project are not told of it.

## Fix safety

Unsafe for `decay`: a schedule may have to take its place, and for `save_format="tf"`: the model
is stored in the format of the file's suffix. Else safe: Keras does the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog.successors import DEPRECATED
from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call, Family
from keras_lsp.semantics.receivers import receiver_of
from keras_lsp.semantics.values import constant
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

NAMES = frozenset(name for _, name in DEPRECATED)


@rule(Severity.HINT)
def deprecated_argument(call: Call) -> Iterator[Report]:
    if not any(argument.name in NAMES for argument in call.arguments):
        return
    target = call.context.target
    receiver = receiver_of(call)
    of_model = receiver is not None and receiver.family is Family.MODEL
    api = receiver.api if receiver is not None else call.api
    owner = f"keras.Model.{call.method}" if of_model else call.symbol
    if not owner or call.context.expected or target.own or target.is_keras2(api):
        return
    module, _, name = owner.rpartition(".")
    for argument in call.arguments:
        if not argument.written:
            continue
        key = (owner, argument.name)
        new = DEPRECATED.get(key, DEPRECATED.get((module, argument.name)))
        if new is None:
            continue
        if new:
            fix = Proposal(f"Write `{new}`", Safety.SAFE, partial(_rename, argument, new))
            message = f"`{argument.name}` of `{name}` is called `{new}`"
        else:
            mattered = argument.name == "decay" or constant(argument.value) == "tf"
            safety = Safety.UNSAFE if mattered else Safety.SAFE
            fix = Proposal(f"Remove `{argument.name}`", safety, partial(_remove, call, argument))
            message = f"`{argument.name}` of `{name}` is ignored by {target.name(api)}"
        yield Report(argument.place, message, (), (fix,), deprecated=True)


def _rename(argument: Argument, new: str, source: Source) -> tuple[Edit, ...] | None:
    return calls.rename_keyword(source, source.span(argument.place), argument.name, new)


def _remove(call: Call, argument: Argument, source: Source) -> tuple[Edit, ...] | None:
    node = calls.call_at(source, source.span(call.place))
    edit = calls.without_keyword(source, node, argument.name) if node else None
    return (edit,) if edit else None

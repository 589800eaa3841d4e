"""A class of Keras is handed over where an instance is needed.

`compile(optimizer=Adam)` and `model.add(Flatten)` raise: the parentheses are missing.

## Bad

```python
import keras
from keras.optimizers import Adam

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(Adam, "mse")  # error: [class-instead-of-instance] # raises: ValueError
```

```python
import keras

model = keras.Sequential()
model.add(keras.layers.Flatten)  # error: [class-instead-of-instance] # raises: ValueError
```

```python
import keras
from keras.layers import Dense, Flatten

model = keras.Sequential([Flatten, Dense(1)])  # error: [class-instead-of-instance] # raises: ValueError
```

```python
model = keras.Sequential()
model.add(keras.layers.Dense)  # error: [class-instead-of-instance] # raises: ValueError
```

## Fixed

```python
import keras
from keras.optimizers import Adam

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(Adam(), "mse")
```

```python
import keras

model = keras.Sequential()
model.add(keras.layers.Flatten())
```

```python
import keras
from keras.layers import Dense, Flatten

model = keras.Sequential([Flatten(), Dense(1)])
```

```python byhand
model = keras.Sequential()
model.add(keras.layers.Dense(1))
```

## Near misses

Keras 3 makes an instance of a loss by itself.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", loss=keras.losses.MeanSquaredError)
```

A function of the program may want a class.

```python
def block(layer):
    return layer(1)


layer = block(keras.layers.Dense)
```

## Fix safety

Safe: the program fails as it is, and the class needs no argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog import names, releases
from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.receivers import receiver_of
from keras_lsp.semantics.values import Sequence, Symbol, Value, only


@rule(Severity.ERROR)
def class_instead_of_instance(call: Call) -> Iterator[Report]:
    if call.context.expected:
        return
    for argument, family in _wanted(call):
        for symbol in _classes(argument.value):
            if names.family(symbol.name) != family:
                continue
            name = symbol.name.rpartition(".")[2]
            fix = partial(calls.call_name, argument.place, name)
            proposals = (Proposal(f"Make one: `{name}()`", Safety.SAFE, fix),)
            yield Report(
                argument.place,
                f"`{name}` is a class: `{call.callee}` needs an instance, `{name}(…)`",
                (),
                proposals if _needs_nothing(symbol, call) else (),
            )


def _wanted(call: Call) -> Iterator[tuple[Argument, str]]:
    """Arguments that have to be instances, with the family of their class."""
    if call.method not in ("compile", "add") and call.symbol != "keras.Sequential":
        return
    receiver = receiver_of(call)
    if receiver is not None and call.method == "compile":
        position, family = ("optimizer", 0), "optimizer"
    elif receiver is not None and call.method == "add" and receiver.type == "keras.Sequential":
        position, family = ("layer", 0), "layer"
    elif call.symbol == "keras.Sequential":
        position, family = ("layers", 0), "layer"
    else:
        return
    argument = call.argument(*position)
    if argument is not None:
        yield argument, family


def _classes(value: Value) -> Iterator[Symbol]:
    atom = only(value)
    if isinstance(atom, Symbol):
        yield atom
    elif isinstance(atom, Sequence):
        for item in atom.items or ():
            inner = only(item)
            if isinstance(inner, Symbol):
                yield inner


def _needs_nothing(symbol: Symbol, call: Call) -> bool:
    found = releases.signature(symbol.name, call.context.target.views(symbol.api))
    return found is not None and all(p.default or "*" in p.kind.value for p in found)

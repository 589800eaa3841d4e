"""`Sequential` is given layers one by one, where it wants a list of them.

The first argument is the list of layers, the second one says whether the model is trainable.
Keras 3 raises; Keras 2 took the first layer alone.

## Bad

```python
model = keras.Sequential(keras.layers.Dense(4), keras.layers.Dense(1))  # error: [sequential-arguments] # raises: ValueError
```

```python
model = keras.Sequential(keras.layers.Dense(4), name="model")  # error: [sequential-arguments] # raises: TypeError
```

```python
from tensorflow.keras import Input, Sequential, layers

model = Sequential(  # error: [sequential-arguments] # raises: ValueError
    layers.Dense(4, input_shape=(4,)),  # hidden
    layers.Dense(1),
)
```

```python
def head(units, **given):
    return keras.Sequential(keras.layers.Dense(units), **given)  # error: [sequential-arguments] # raises: TypeError


model = head(3, name="head")
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(1)])
```

```python
model = keras.Sequential([keras.layers.Dense(4)], name="model")
```

```python
from tensorflow.keras import Input, Sequential, layers

model = Sequential(
    [layers.Dense(4, input_shape=(4,)),  # hidden
    layers.Dense(1)],
)
```

```python
def head(units, **given):
    return keras.Sequential([keras.layers.Dense(units)], **given)


model = head(3, name="head")
```

## Near misses

A list that has a name of its own.

```python
parts = [keras.layers.Dense(4), keras.layers.Dense(1)]
model = keras.Sequential(parts)
```

A tuple does as well.

```python
model = keras.Sequential((keras.layers.Dense(4), keras.layers.Dense(1)), trainable=False)
```

## Fix safety

Safe: the program fails as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.calls import call_at
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call, Family
from keras_lsp.semantics.values import Ref, only
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def sequential_arguments(call: Call) -> Iterator[Report]:
    if call.symbol != "keras.Sequential" or call.context.expected:
        return
    if call.context.target.is_keras2(call.api):
        return
    given = [a for a in call.arguments if a.name.isdigit() and a.written]
    if not given or not all(_is_layer(argument, call) for argument in given):
        return
    yield Report(
        call.place,
        "`Sequential` takes its layers in one list",
        (),
        (Proposal("Make a list of them", Safety.SAFE, partial(_listed, call, given)),),
    )


def _is_layer(argument: Argument, call: Call) -> bool:
    atom = only(argument.value)
    thing = call.object(atom.id) if isinstance(atom, Ref) else None
    return thing is not None and thing.family is Family.LAYER and thing.type.startswith("keras.")


def _listed(call: Call, given: list[Argument], source: Source) -> tuple[Edit, ...] | None:
    node = call_at(source, source.span(call.place))
    if node is None or len(node.args) != len(given):
        return None
    first, last = source.span(given[0].place), source.span(given[-1].place)
    return (Edit.insert(first.start, "["), Edit.insert(last.end, "]"))

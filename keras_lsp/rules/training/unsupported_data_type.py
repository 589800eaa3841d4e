"""What a model is trained on is nothing that Keras takes data from.

Keras 3 takes arrays, datasets and generators, and of what Python iterates over nothing else:
`zip`, `map` or `itertools.cycle` of two generators is refused, which Keras 2 took. What a generator
yields must be a tuple: Keras 2 took lists. A function that yields is no generator until it is called.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
pairs = zip([x] * 2, [y] * 2)
model.fit(pairs, steps_per_epoch=2, verbose=0)  # error: [unsupported-data-type] # raises: ValueError
```

```python
import itertools

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
loss = model.evaluate(itertools.repeat((x, y)), steps=2, verbose=0)  # error: [unsupported-data-type] # raises: ValueError
```

```python
def batches():
    while True:
        yield x, y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches, steps_per_epoch=2, verbose=0)  # error: [unsupported-data-type] # raises: ValueError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, validation_data=zip([x], [y]), verbose=0)  # error: [unsupported-data-type] # raises: ValueError
```

```python
class Batches:
    def __iter__(self):
        return self

    def __next__(self):
        return x, y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(Batches(), steps_per_epoch=2, verbose=0)  # error: [unsupported-data-type] # raises: ValueError
```

```python
def batches():
    while True:
        yield [x, y]


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), steps_per_epoch=2, verbose=0)  # error: [unsupported-data-type] # raises: ValueError
```

```python
class Data:
    def batches(self):
        yield {"x": x, "y": y}


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
data = Data().batches()
model.fit(x, y, validation_data=data, verbose=0)  # error: [unsupported-data-type] # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
pairs = zip([x] * 2, [y] * 2)
model.fit((batch for batch in pairs), steps_per_epoch=2, verbose=0)
```

```python
import itertools

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
loss = model.evaluate((batch for batch in itertools.repeat((x, y))), steps=2, verbose=0)
```

```python
def batches():
    while True:
        yield x, y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), steps_per_epoch=2, verbose=0)
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, validation_data=(batch for batch in zip([x], [y])), verbose=0)
```

```python
class Batches:
    def __iter__(self):
        return self

    def __next__(self):
        return x, y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit((batch for batch in Batches()), steps_per_epoch=2, verbose=0)
```

```python
def batches():
    while True:
        yield (x, y)


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), steps_per_epoch=2, verbose=0)
```

Which of a dict's items is the target, Keras does not know.

```python byhand
class Data:
    def batches(self):
        yield x, y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
data = Data().batches()
model.fit(x, y, validation_data=data, verbose=0)
```

## Near misses

A generator is taken, also where `iter` hands it on.

```python
def batches():
    while True:
        yield x, y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), steps_per_epoch=2, verbose=0)
model.fit(iter(batches()), steps_per_epoch=2, verbose=0)
model.fit((pair for pair in zip([x], [y])), verbose=0)
```

Some batches are tuples, or what yields lists is no generator of batches.

```python
def batches():
    if len(x) > 99:
        yield [x, y]
    yield x, y


def pairs():
    yield [x, y]


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), verbose=0)
model.fit((tuple(pair) for pair in pairs()), verbose=0)
model.fit(*next(pairs()), verbose=0)
```

So is a `PyDataset` (`Sequence` in Keras 2).

```python
class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return x, y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(Batches(), verbose=0)
```

A `zip` of the program's own may be anything.

```python
def zip(x, y):
    return x + 0 * y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(zip(x, y), y, verbose=0)
```

Keras 2 takes whatever it can iterate over.

```python k2
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(zip([x], [y]), verbose=0)
```

```python k2
def batches():
    yield [x, y]


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), verbose=0)
```

## Fix safety

Unsafe where a generator yields tuples afterwards: another reader of it may change its lists. Else
safe: the program fails as it is, and a generator around an iterator gives what that gives.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.data import (
    generator_without_tuples,
    is_bare_iterator,
    passed,
    uncalled_generator,
)
from keras_lsp.semantics.definitions import FunctionDefinition, yielded
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.phases import Family
from keras_lsp.semantics.receivers import receiver_of
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@rule(Severity.ERROR, also=("api",))
def unsupported_data_type(call: Call) -> Iterator[Report]:
    if call.method not in ("fit", "evaluate", "predict") or call.context.expected:
        return
    receiver = receiver_of(call)
    if receiver is None or receiver.family is not Family.MODEL:
        return
    target = call.context.target
    for argument in passed(call):
        function = uncalled_generator(argument.value)
        if function is not None:
            called = partial(calls.insert_behind, argument.place, "()")
            fix = Proposal("Call it", Safety.SAFE, called)
            message = f"`{argument.text}` is a function: what it gives when it is called is data"
            yield Report(
                argument.place, message, (), () if function.required_parameters else (fix,)
            )
            continue
        function = generator_without_tuples(argument.value)
        if target.is_keras2(receiver.api):
            continue
        here = target.name(receiver.api)
        if function is not None:
            message = f"`{call.method}` of {here} takes tuples from a generator"
            told = f"`{function.name}` yields no tuple"
            tuples = Proposal("Yield tuples", Safety.UNSAFE, partial(_as_tuples, function))
            proposals = (tuples,) if _may_be_tuples(call, function) else ()
            yield Report(argument.place, f"{message}: {told}", (), proposals)
        elif is_bare_iterator(call, argument):
            wrapped = partial(calls.as_generator, argument.place)
            fix = Proposal("Make a generator of it", Safety.SAFE, wrapped)
            message = f"`{call.method}` of {here} takes generators, and no other iterator"
            yield Report(argument.place, message, (), (fix,))


def _may_be_tuples(call: Call, function: FunctionDefinition) -> bool:
    """Whether each batch is a list of inputs and targets, written in this file."""
    return function.path == call.context.path and all(
        isinstance(batch, ast.List)
        and 2 <= len(batch.elts) <= 3
        and not any(isinstance(e, (ast.List, ast.ListComp, ast.Starred)) for e in batch.elts)
        for batch in yielded(function)
    )


def _as_tuples(function: FunctionDefinition, source: Source) -> tuple[Edit, ...] | None:
    lists = [Place.of(function.statement, batch) for batch in yielded(function) if batch]
    return calls.as_tuples(lists, source)

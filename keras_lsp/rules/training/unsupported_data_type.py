"""What a model is trained on is nothing that Keras takes data from.

Keras 3 takes arrays, datasets and generators, and of what Python iterates over nothing else:
`zip`, `map` or `itertools.cycle` of two generators is refused, which Keras 2 took. What a generator
yields must be a tuple, and over TensorFlow several inputs or targets in it a tuple, too: Keras 2
took lists. A function that yields is no generator until it is called.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
pairs = zip([x] * 2, [y] * 2)
loss = model.evaluate(pairs, steps=2, verbose=0)  # error: [unsupported-data-type] # raises: ValueError
```

```python
def batches():
    yield x, y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches, verbose=0)  # error: [unsupported-data-type] # raises: ValueError
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
class Data:
    @staticmethod
    def batches():
        yield [[x], y]


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, validation_data=Data.batches(), verbose=0)  # error: [unsupported-data-type] # raises: ValueError
```

```python
def batches():
    yield [x], y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), verbose=0)  # error: [unsupported-data-type] # raises: TypeError
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
pairs = zip([x] * 2, [y] * 2)
loss = model.evaluate((batch for batch in pairs), steps=2, verbose=0)
```

```python
def batches():
    yield x, y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), verbose=0)
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
class Data:
    @staticmethod
    def batches():
        yield ((x,), y)


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, validation_data=Data.batches(), verbose=0)
```

```python
def batches():
    yield (x,), y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), verbose=0)
```

## Near misses

A generator is taken, also where `iter` hands it on.

```python
def batches():
    yield x, y


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), verbose=0)
model.fit(iter(batches()), verbose=0)
model.fit((pair for pair in zip([x], [y])), verbose=0)
```

Keras 2 takes whatever it can iterate over.

```python k2
def batches():
    yield [x, y]


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(zip([x], [y]), verbose=0)
model.fit(batches(), verbose=0)
```

## Fix safety

Unsafe where a generator yields tuples afterwards: another reader of it may change its lists. Else
safe: the program fails as it is, and a generator around an iterator gives what that gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.data import Batches, is_bare_iterator, passed, uncalled_generator
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.phases import Family
from keras_lsp.semantics.receivers import receiver_of
from keras_lsp.semantics.values import only


@rule(Severity.ERROR, also=("api",))
def unsupported_data_type(call: Call) -> Iterator[Report]:
    if call.method not in ("fit", "evaluate", "predict") or call.context.expected:
        return
    receiver = receiver_of(call)
    if receiver is None or receiver.family is not Family.MODEL:
        return
    target = call.context.target
    takes = f"`{call.method}` of {target.name(receiver.api)} takes"
    for argument in passed(call):
        function, given = uncalled_generator(argument.value), only(argument.value)
        if function is not None:
            fix = Proposal(
                "Call it", Safety.SAFE, partial(calls.insert_behind, argument.place, "()")
            )
            message = f"`{argument.text}` is a function: what it gives when it is called is data"
            fixes = () if function.required_parameters else (fix,)
            yield Report(argument.place, message, (), fixes)
        elif target.is_keras2(receiver.api):
            continue
        elif isinstance(given, Batches):
            if target.tensorflow or not given.inside:
                yield _no_tuples(argument, given, takes)
        elif is_bare_iterator(call, argument):
            wrapped = partial(calls.as_generator, argument.place)
            fix = Proposal("Make a generator of it", Safety.SAFE, wrapped)
            yield Report(argument.place, f"{takes} generators, and no other iterator", (), (fix,))


def _no_tuples(argument: Argument, given: Batches, takes: str) -> Report:
    fix = Proposal("Yield tuples", Safety.UNSAFE, partial(calls.as_tuples, given.lists))
    message = f"{takes} tuples from a generator: `{given.function}` yields none"
    if given.inside:
        message = f"{takes} no lists from a generator: `{given.function}` yields one in its tuple"
    return Report(argument.place, message, (), (fix,) if given.lists else ())

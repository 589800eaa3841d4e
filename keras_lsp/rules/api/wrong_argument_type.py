"""An argument has a type that this release of Keras does not take.

Keras 2 made a list of a lonely metric and whole numbers of floats; Keras 3 raises. The third
argument of its `compile` is not `metrics` any more, but `loss_weights`.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse", metrics="mae")  # error: [wrong-argument-type] # raises: ValueError
```

```python
n = 8
layer = keras.layers.Dense(n / 2)  # error: [wrong-argument-type] # raises: ValueError
```

```python
layer = keras.layers.GRU(units=32.0)  # error: [wrong-argument-type] # raises: ValueError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=2.0, verbose=0)  # error: [wrong-argument-type] # raises: TypeError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse", ["mae"])  # error: [wrong-argument-type]
model.fit(x, y, verbose=0)  # raises: ValueError
```

```python
layer = keras.layers.Dropout(20)  # error: [wrong-argument-type] # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse", metrics=["mae"])
```

```python
n = 8
layer = keras.layers.Dense(n // 2)
```

```python
layer = keras.layers.GRU(units=32)
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=2, verbose=0)
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse", metrics=["mae"])
model.fit(x, y, verbose=0)
```

```python byhand
layer = keras.layers.Dropout(0.2)
```

## Near misses

```python
n = 8
layers = [keras.layers.Dense(int(n / 2)), keras.layers.Dense(n // 2), keras.layers.Dropout(0.5)]
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse", metrics={"dense": "mae"})
model.compile("adam", "mse", [0.5])
```

Keras 2 takes them.

```python k2
model = keras.Sequential([keras.layers.Dense(4.0)])
model.compile("adam", "mse", metrics="mae")
```

## Fix safety

Safe: the program fails as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call, Family
from keras_lsp.semantics.receivers import receiver_of
from keras_lsp.semantics.values import Ref, Sequence, Value, constant, only
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

WHOLE = {
    "keras.layers.Dense": "units",
    "keras.layers.GRU": "units",
    "keras.layers.SimpleRNN": "units",
}
"""Layers with the first argument, which has to be a whole number."""

COUNTS = ("epochs", "steps_per_epoch", "validation_steps", "initial_epoch")
DIVISION = re.compile(r"[\w.]+ ?/ ?\d+")
"""A quotient without any call: in Python 3 always a float."""


@rule(Severity.ERROR)
def wrong_argument_type(call: Call) -> Iterator[Report]:
    if not call.symbol and call.method not in ("compile", "fit"):
        return
    target = call.context.target
    receiver = receiver_of(call)
    api = receiver.api if receiver else call.api
    if call.context.expected or target.is_keras2(api):
        return
    if call.symbol in WHOLE:
        yield from _whole(call.argument(WHOLE[call.symbol], 0))
    elif call.symbol == "keras.layers.Dropout":
        rate = call.argument("rate", 0)
        value = constant(rate.value) if rate else None
        if rate is not None and type(value) in (int, float) and not 0 <= float(str(value)) <= 1:
            yield Report(rate.place, f"the rate of `Dropout` is between 0 and 1, not {value}")
    elif receiver is not None and receiver.family is Family.MODEL:
        if call.method == "fit":
            for name in COUNTS:
                yield from _whole(call.argument(name))
        if call.method == "compile":
            yield from _metrics_for_weights(call)
        metrics = call.argument("metrics") if call.method == "compile" else None
        if metrics is not None and isinstance(constant(metrics.value), str):
            fix = partial(_replace, metrics, f"[{metrics.text}]")
            yield Report(
                metrics.place,
                "`metrics` has to be a list, a tuple or a dict",
                (),
                (Proposal("Make it a list", Safety.SAFE, fix),),
            )


def _metrics_for_weights(call: Call) -> Iterator[Report]:
    """Metrics at the position where older releases had them."""
    third = next((a for a in call.arguments if a.name == "2"), None)
    if third is None or not third.written or not _are_metrics(third.value, call):
        return
    last = not any(a.name.isdigit() and int(a.name) > 2 for a in call.arguments)
    alone = constant(third.value) is not None
    fix = partial(_replace, third, f"metrics=[{third.text}]" if alone else f"metrics={third.text}")
    yield Report(
        third.place,
        "the third argument of `compile` is `loss_weights`, which takes numbers",
        (),
        (Proposal("Write `metrics=`", Safety.SAFE, fix),) if last and not call.forwarded else (),
    )


def _are_metrics(value: Value, call: Call) -> bool:
    """Strings or objects of metrics, or a list with one of them."""
    atom = only(value)
    if isinstance(atom, Sequence):
        return any(_are_metrics(item, call) for item in atom.items or ())
    thing = call.object(atom.id) if isinstance(atom, Ref) else None
    of_keras = thing is not None and thing.type.startswith("keras.metrics.")
    return of_keras or isinstance(constant(value), str)


def _whole(argument: Argument | None) -> Iterator[Report]:
    if argument is None:
        return
    value = constant(argument.value)
    if type(value) is float and value == int(value):
        fix = partial(_replace, argument, str(int(value)))
    elif DIVISION.fullmatch(argument.text):
        fix = partial(_replace, argument, argument.text.replace("/", "//"))
    else:
        return
    yield Report(
        argument.place,
        f"`{argument.text}` is a float: Keras 3 wants a whole number here",
        (),
        (Proposal("Make it a whole number", Safety.SAFE, fix),),
    )


def _replace(argument: Argument, text: str, source: Source) -> tuple[Edit, ...]:
    return (Edit(source.span(argument.place), text),)

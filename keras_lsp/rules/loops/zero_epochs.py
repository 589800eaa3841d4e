"""`initial_epoch` is not below `epochs`: the call trains nothing.

`epochs` is not a number of further epochs but the number of the last one. With
`epochs=2, initial_epoch=2` there is none left.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, epochs=2, verbose=0)
model.fit(x_train, y_train, epochs=2, initial_epoch=2, verbose=0)  # warning: [zero-epochs]
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, epochs=2, verbose=0)
model.fit(x_train, y_train, epochs=4, initial_epoch=2, verbose=0)
```

## Proof

```python
assert int(model.optimizer.iterations.numpy()) == 4
```

## Near misses

There are three epochs left.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
model.fit(x_train, y_train, epochs=4, initial_epoch=1, verbose=0)
```

The number of epochs is given by its position.

```python noproof
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, 32, 4, 0, initial_epoch=2)
```

What is not literal is not judged.

```python noproof
done = 1
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, epochs=done + 1, initial_epoch=done, verbose=0)
```

## Fix safety

Unsafe: it assumes that `epochs` was meant as the number of further epochs.
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


@rule(Severity.WARNING)
def zero_epochs(call: Call) -> Iterator[Report]:
    if call.method not in ("fit", "fit_generator") or not call.models or call.forwarded:
        return
    if any(m.overrides & {call.method} for m in call.models):
        return
    at, first_at = (3, 11) if call.method == "fit" else (2, 13)
    epochs, first = call.argument("epochs", at), call.argument("initial_epoch", first_at)
    if first is None:
        return
    last = 1 if epochs is None else constant(epochs.value)
    start = constant(first.value)
    if type(last) is not int or type(start) is not int or start < last or start == 0:
        return
    fixes: tuple[Proposal, ...] = ()
    if epochs is not None and epochs.text == str(last):
        title = f"Train for {last} further epochs"
        fix = partial(_further, epochs, start + last)
        fixes = (Proposal(title, Safety.UNSAFE, fix),)
    yield Report(
        call.name_place,
        f"`{call.method}` trains nothing: it begins with epoch {start} and ends before {last}",
        ((first.place, "the number of the first epoch"),),
        fixes,
    )


def _further(epochs: Argument, total: int, source: Source) -> tuple[Edit, ...]:
    return (Edit(source.span(epochs.place), str(total)),)

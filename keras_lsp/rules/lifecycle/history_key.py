"""A key of the training history that this `compile` and `fit` do not produce.

`history.history` has a key for the loss, one for each metric under the name that
`compile` gave it, and the same with `val_` if there was validation data. A `History`
itself cannot be subscripted.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
history = model.fit(x_train, y_train, verbose=0)
print(history.history["acc"])  # error: [history-key] # raises: KeyError
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x_train, y_train, verbose=0)
print(history["loss"])  # error: [history-key] # raises: TypeError
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x_train, y_train, verbose=0)
print(history.history["val_loss"])  # error: [history-key] # raises: KeyError
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
history = model.fit(x_train, y_train, verbose=0)
print(history.history["accuracy"])
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x_train, y_train, verbose=0)
print(history.history["loss"])
```

```python byhand
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x_train, y_train, verbose=0, validation_data=(x_test, y_test))
print(history.history["val_loss"])
```

## Near misses

Compiled as `acc` the key is `acc`.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["acc"])
history = model.fit(x_train, y_train, verbose=0)
print(history.history["acc"])
```

A callback may add keys of its own.

```python
class Extra(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["extra"] = 1.0


model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x_train, y_train, verbose=0, callbacks=[Extra()])
print(history.history["extra"])
```

Metrics that weigh the samples have keys, too.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["acc"], weighted_metrics=["acc"])
history = model.fit(x_train, y_train, verbose=0)
print(history.history["weighted_acc"])
```

A validation split makes validation keys.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x_train, y_train, verbose=0, validation_split=0.5)
print(history.history["val_loss"])
```

A layer of the program's own may measure more.

```python
class Scored(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = keras.metrics.Mean(name="score")

    def call(self, inputs):
        self.score.update_state(inputs)
        return inputs


model = keras.Sequential([Scored(), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x_train, y_train, verbose=0)
print(history.history["score"])
```

The program asks which keys there are.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
history = model.fit(x_train, y_train, verbose=0)
print(history.history["acc"] if "acc" in history.history else history.history["accuracy"])
```

## Known gaps

Only metrics that are given as plain strings are known by their key.

## Fix safety

Safe: the key that exists is read instead of one that ends the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.measured import SAME
from keras_lsp.semantics.events import SubscriptUse
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def history_key(use: SubscriptUse) -> Iterator[Report]:
    if use.history is None or not isinstance(use.key, str):
        return
    if not use.attribute:
        yield Report(
            use.place,
            f"`{use.receiver}` is a `History`, its values are in `{use.receiver}.history`",
            ((use.history.fit, "it comes from this `fit`"),),
            (Proposal("Read it from `.history`", Safety.SAFE, partial(_dict, use)),),
        )
        return
    keys = _keys(use)
    if keys is None or use.key in keys or use.context.guarded:
        return
    near = [k for k in keys if any({k, use.key} <= _with_validation(names) for names in SAME)]
    fixes = (
        (Proposal(f"Read `{near[0]}`", Safety.SAFE, partial(_key, use, near[0])),) if near else ()
    )
    yield Report(
        use.key_place,
        f"this `fit` gives no `{use.key}`, only {', '.join(f'`{k}`' for k in sorted(keys))}",
        ((use.history.fit, "it comes from this `fit`"),),
        fixes,
    )


def _with_validation(names: set[str]) -> set[str]:
    return names | {f"val_{name}" for name in names}


def _keys(use: SubscriptUse) -> set[str] | None:
    """All the keys, where every metric is a plain string that names itself."""
    history = use.history
    if history is None or history.metrics is None or history.validated is None:
        return None
    if not history.one_output:
        return None
    known = {name for names in SAME for name in names}
    if any(metric not in known for metric in history.metrics):
        return None
    keys = {"loss", *history.metrics}
    return _with_validation(keys) if history.validated else keys


def _dict(use: SubscriptUse, source: Source) -> tuple[Edit, ...]:
    span = source.span(use.place)
    at = span.start
    end = type(at)(at.line, at.column + len(use.receiver))
    return (Edit.insert(end, ".history"),)


def _key(use: SubscriptUse, key: str, source: Source) -> tuple[Edit, ...]:
    span = source.span(use.key_place)
    quote = source.lines[span.start.line][span.start.column]
    return (Edit(span, f"{quote}{key}{quote}"),) if quote in "\"'" else ()

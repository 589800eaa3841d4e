"""`trainable` is changed after training began, and training goes on without `compile`.

`fit` traces the training step once and keeps it. A later change of `trainable` is not
seen by the traced step: the "unfrozen" layer goes on standing still, the "frozen" one
goes on learning.

## Bad

```python
base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
model = keras.Sequential([base, keras.layers.Dense(1)])
base.trainable = False
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
before = base.get_weights()[0]
base.trainable = True
model.fit(x_train, y_train, verbose=0)  # warning: [ignored-trainable-change]
```

The classic of fine-tuning: a frozen base, a new head, then the base is to learn, too.

```python
base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
base.trainable = False
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(1)(base(inputs, training=False)))
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
before = base.get_weights()[0]
base.trainable = True
model.fit(x_train, y_train, verbose=0)  # warning: [ignored-trainable-change]
```

## Fixed

```python
base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
model = keras.Sequential([base, keras.layers.Dense(1)])
base.trainable = False
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
before = base.get_weights()[0]
base.trainable = True
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

```python
base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
base.trainable = False
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(1)(base(inputs, training=False)))
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
before = base.get_weights()[0]
base.trainable = True
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

## Proof

```python
assert not np.array_equal(before, base.get_weights()[0])
```

## Near misses

The base is frozen from the beginning, and stays so.

```python noproof
base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
base.trainable = False
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
base.trainable = False
model.fit(x_train, y_train, verbose=0)
```

Freezing between `compile` and the first `fit` works on Keras 3: nothing is traced yet.

```python noproof
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.layers[0].trainable = False
model.fit(x_train, y_train, verbose=0)
```

After `predict` alone nothing is traced either.

```python noproof
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.predict(x_test, verbose=0)
model.layers[0].trainable = False
model.fit(x_train, y_train, verbose=0)
```

Setting `trainable = True` where nothing was ever frozen changes nothing.

```python noproof
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
model.trainable = True
model.fit(x_train, y_train, verbose=0)
```

## Fix safety

Unsafe: compiling again also resets the optimizer's state.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign
from keras_lsp.editing.statements import text_of
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call, Compilation
from keras_lsp.semantics.phases import YES
from keras_lsp.semantics.symbols import TRAINING
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.WARNING)
def ignored_trainable_change(call: Call) -> Iterator[Report]:
    if call.method not in TRAINING or len(call.models) != 1:
        return
    (model,) = call.models
    if model.phase.stale is not YES or model.overrides & {call.method, "compile"}:
        return
    changed = model.phase.place_of("trainable")
    last = model.phase.compilation
    fixes: tuple[Proposal, ...] = ()
    if last is not None:
        title = f"Compile `{call.receiver}` again"
        fixes = (Proposal(title, Safety.UNSAFE, partial(_again, call, last)),)
    yield Report(
        call.name_place,
        f"`{call.receiver}` has to be compiled again before it sees the change to `trainable`",
        ((changed, "`trainable` is changed here"),) if changed else (),
        fixes,
    )


def _again(call: Call, last: Compilation, source: Source) -> tuple[Edit, ...] | None:
    """Repeat the last ``compile`` of the very same name, where it stands on one line."""
    if not source.has(last.place.statement):
        return None
    text = text_of(source, source.span(last.place))
    if "\n" in text or not text.startswith(f"{call.receiver}.compile("):
        return None
    return assign.insert_statement(source, source.span(call.statement), text)

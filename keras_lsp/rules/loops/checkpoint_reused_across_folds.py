"""One `ModelCheckpoint(save_best_only=True)` watches the models of all folds.

The callback remembers the best value that it has ever seen, and `fit` does not reset it.
A later fold that is not better than an earlier one saves nothing.

## Bad

```python
best = keras.callbacks.ModelCheckpoint("b.keras", "loss", 0, True)  # warning: [checkpoint-reused-across-folds]
for fold in range(2):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    best.seen = best.best
    model.fit(x[fold::2], y[fold::2], verbose=0, callbacks=[best])
```

## Fixed

```python
for fold in range(2):
    best = keras.callbacks.ModelCheckpoint("b.keras", "loss", 0, True)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    best.seen = best.best
    model.fit(x[fold::2], y[fold::2], verbose=0, callbacks=[best])
```

Give each fold a file name of its own, too, unless you load the file before the next fold begins.

## Proof

```python
assert best.seen is None or np.isinf(best.seen)
```

## Near misses

`EarlyStopping` starts again with each `fit`.

```python noproof
stop = keras.callbacks.EarlyStopping(monitor="loss", patience=1)
for fold in range(2):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x[fold::2], y[fold::2], verbose=0, callbacks=[stop])
```

What is wanted is the best model of all folds.

```python noproof
best = keras.callbacks.ModelCheckpoint("b.keras", monitor="loss", save_best_only=True)
for fold in range(2):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x[fold::2], y[fold::2], verbose=0, callbacks=[best])
model = keras.models.load_model("b.keras")
```

Each fold forgets what the one before has reached.

```python noproof
best = keras.callbacks.ModelCheckpoint("b.keras", monitor="loss", save_best_only=True)
for fold in range(2):
    best.best = np.inf
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x[fold::2], y[fold::2], verbose=0, callbacks=[best])
```

Each fold has its own.

```python noproof
for fold in range(2):
    best = keras.callbacks.ModelCheckpoint(
        f"best-{fold}.keras", monitor="loss", save_best_only=True
    )
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x[fold::2], y[fold::2], verbose=0, callbacks=[best])
```

## Known gaps

Nothing is said where the function, or the file, loads a model or weights outside of the
loop.

## Fix safety

Unsafe: each fold now saves its own best model, over that of the fold before if the name of the
file is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import sink
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call, Loop
from keras_lsp.semantics.values import constant
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@rule(Severity.WARNING)
def checkpoint_reused_across_folds(call: Call) -> Iterator[Report]:
    if call.method != "fit" or len(call.models) != 1 or not call.context.loops:
        return
    loop, (model,) = call.context.loops[-1], call.models
    callbacks = call.argument("callbacks")
    if loop.kind != "for" or loop.place not in model.loops or callbacks is None:
        return
    if loop.loads_outside:
        # What is loaded after the loop may well be meant to be the best of all.
        return
    data = [call.argument("x", 0), call.argument("y", 1)]
    if not any(a is not None and a.varies_in(loop) for a in data):
        # The same data each time: several starts may share the best of all.
        return
    for id, thing in call.objects:
        if thing.type != "keras.callbacks.ModelCheckpoint" or loop.place in thing.loops:
            continue
        if thing.escaped or thing.origin_class or thing.attribute("best") is not None:
            # Somebody may set `best` anew.
            continue
        only_best = thing.argument("save_best_only", 3)
        if only_best is None or constant(only_best) is not True:
            continue
        yield Report(
            id.site,
            "this checkpoint keeps its best value from one model of the loop to the next",
            ((call.name_place, "a new model is trained with it here"), (loop.place, "the loop")),
            (Proposal("Make it anew in the loop", Safety.UNSAFE, partial(_sink, id.site, loop)),),
        )


def _sink(made: Place, loop: Loop, source: Source) -> tuple[Edit, ...] | None:
    return sink.into_body(source, source.span(loop.place), [source.span(made)])

"""Cross-validation goes on training one and the same model: the folds leak.

The second fold begins with what the first one has learned, from samples that are now in
its test set. The scores get better from fold to fold, and mean nothing.

## Bad

```python
from sklearn.model_selection import KFold

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
folds = KFold(4)
for train, test in folds.split(x):
    model.fit(x[train], y[train], verbose=0)  # warning: [model-not-rebuilt-per-fold]
    print(model.evaluate(x[test], y[test], verbose=0))
```

A training loop that the program writes itself trains no less.

```python
from sklearn.model_selection import KFold

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd")
for train, test in KFold(4).split(x):
    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(y[train], model(x[train], training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(gradients, model.trainable_variables))  # warning: [model-not-rebuilt-per-fold]
```

```python
from sklearn.model_selection import StratifiedKFold

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
folds = StratifiedKFold(n_splits=4, shuffle=True)
for fold, (train, test) in enumerate(folds.split(x, np.arange(16) % 2)):
    model.fit(x[train], y[train], verbose=0)  # warning: [model-not-rebuilt-per-fold]
```

## Fixed

```python
from sklearn.model_selection import KFold

folds = KFold(4)
for train, test in folds.split(x):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x[train], y[train], verbose=0)
    print(model.evaluate(x[test], y[test], verbose=0))
```

```python
from sklearn.model_selection import KFold

for train, test in KFold(4).split(x):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd")
    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(y[train], model(x[train], training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```

```python
from sklearn.model_selection import StratifiedKFold

folds = StratifiedKFold(n_splits=4, shuffle=True)
for fold, (train, test) in enumerate(folds.split(x, np.arange(16) % 2)):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x[train], y[train], verbose=0)
```

## Proof

The model of the last fold has seen the steps of one fold only.

```python
assert int(model.optimizer.iterations.numpy()) == 1
```

## Near misses

The weights are put back before each fold.

```python noproof
from sklearn.model_selection import KFold

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
start = model.get_weights()
for train, test in KFold(4).split(x):
    model.set_weights(start)
    model.fit(x[train], y[train], verbose=0)
```

Each layer is put back before each fold.

```python noproof
from sklearn.model_selection import KFold

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
for train, test in KFold(4).split(x):
    for layer in model.layers:
        layer.kernel.assign(layer.kernel_initializer(layer.kernel.shape))
    model.fit(x[train], y[train], verbose=0)
```

Chunks of a stream are no folds.

```python noproof
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
for chunk in np.split(np.arange(16), 4):
    model.fit(x[chunk], y[chunk], verbose=0)
```

A walk forward through time may go on learning.

```python noproof
from sklearn.model_selection import TimeSeriesSplit

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
for train, test in TimeSeriesSplit(3).split(x):
    model.fit(x[train], y[train], verbose=0)
```

## Fix safety

Unsafe: whoever wants to go on with the last model has one of a single fold afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import sink
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call, Loop
from keras_lsp.semantics.phases import YES
from keras_lsp.semantics.values import Result, only
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit

FOLDS = frozenset(
    {"KFold", "StratifiedKFold", "GroupKFold", "RepeatedKFold", "RepeatedStratifiedKFold",
     "StratifiedGroupKFold", "LeaveOneOut", "LeavePOut", "LeaveOneGroupOut", "ShuffleSplit",
     "StratifiedShuffleSplit"}
)  # fmt: skip


@rule(Severity.WARNING)
def model_not_rebuilt_per_fold(call: Call) -> Iterator[Report]:
    if len(call.trained) != 1 or call.context.calls:
        return
    folds = [loop for loop in call.context.loops if _is_folds(loop)]
    (model,) = call.trained
    if not folds or folds[-1].first or model.escaped or model.phase.trained is not YES:
        return
    loop = folds[-1]
    if loop.place in model.loops or loop.place in model.reset_in or call.context.in_test:
        return
    made = model.phase.place_of("defined")
    compiled = model.phase.place_of("compiled")
    name = f"`{call.trained_name}`" if call.trained_name else "the model"
    fixes: tuple[Proposal, ...] = ()
    if made is not None:
        title = f"Build {name} anew for each fold"
        fix = partial(_sink, loop, made, compiled)
        fixes = (Proposal(title, Safety.UNSAFE, fix),)
    yield Report(
        call.name_place,
        f"{name} goes on learning from fold to fold",
        (
            (loop.place, "these folds"),
            *(((made, "it is made once, before the loop"),) if made else ()),
        ),
        fixes,
    )


def _is_folds(loop: Loop) -> bool:
    atom = only(loop.iterator)
    if loop.kind != "for" or not isinstance(atom, Result):
        return False
    parts = atom.name.split(".")
    return parts[0] == "sklearn" and parts[-1] == "split" and parts[-2] in FOLDS


def _sink(
    loop: Loop, made: Place, compiled: Place | None, source: Source
) -> tuple[Edit, ...] | None:
    moved = [source.span(made), *((source.span(compiled),) if compiled else ())]
    return sink.into_body(source, source.span(loop.place), moved)

"""The same file is loaded in each iteration.

Reading a model takes seconds and memory; the file does not change from one iteration to
the next.

## Bad

```python
keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]).save("model.keras")
for row in x_test:
    model = keras.models.load_model("model.keras")  # hint: [load-model-in-loop]
    print(model(row[None]))
```

```python
keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]).save("model.keras")
results = []
for batch in np.split(x_test, 4):
    model = keras.models.load_model("model.keras")  # hint: [load-model-in-loop]
    results.append(model.predict(batch, verbose=0))
```

## Fixed

```python
keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]).save("model.keras")
model = keras.models.load_model("model.keras")
for row in x_test:
    print(model(row[None]))
```

```python
keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]).save("model.keras")
results = []
model = keras.models.load_model("model.keras")
for batch in np.split(x_test, 4):
    results.append(model.predict(batch, verbose=0))
```

## Near misses

Each iteration has a file of its own.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save("model-0.keras")
for number in range(1):
    model = keras.models.load_model(f"model-{number}.keras")
```

The iteration trains what it loads: it has to begin with the same weights.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.save("model.keras")
scores = []
for run in range(2):
    model = keras.models.load_model("model.keras")
    model.fit(x_train, y_train, verbose=0)
    scores.append(model.evaluate(x_test, y_test, verbose=0))
```

The iteration writes the file.

```python
for run in range(2):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.save("model.keras")
    again = keras.models.load_model("model.keras")
    print(again.predict(x_test, verbose=0))
```

## Known gaps

Where the iteration calls anything that might write the file or keep the model, nothing is
said; so it is where the loop calls a function that loads the model.

## Fix safety

Unsafe: nothing may write the file between two iterations.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import hoist
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Rebuilt
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.HINT)
def load_model_in_loop(made: Rebuilt) -> Iterator[Report]:
    if made.model.type != "keras.models.load_model" or made.loop.kind != "for":
        return
    if not made.same or made.trained or made.changed or made.context.in_test:
        return
    if not made.only_asked or made.loop.clears_session or made.context.calls:
        return
    fix = partial(_hoist, made)
    yield Report(
        made.place,
        f"the same file is loaded into `{made.name}` in each iteration",
        ((made.loop.place, "this loop"),),
        (Proposal("Load it once, before the loop", Safety.UNSAFE, fix),),
    )


def _hoist(made: Rebuilt, source: Source) -> tuple[Edit, ...] | None:
    return hoist.hoist(
        source, source.span(made.loop.place), [source.span(s) for s in made.statements]
    )

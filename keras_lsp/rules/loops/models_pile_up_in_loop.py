"""Many models are made in a loop, and nothing clears the session.

Keras keeps global state for each model. Hundreds of models in one process make it grow;
`keras.utils.clear_session()` drops that state, though not all memory comes back.

## Bad

Two hundred trainings take too long to be run as a test.

```python static
scores = []
for units in range(2, 200):
    model = keras.Sequential([keras.layers.Dense(units)])  # hint: [models-pile-up-in-loop]
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, verbose=0)
    scores.append(model.evaluate(x_test, y_test, verbose=0))
```

## Fixed

The same length.

```python static
scores = []
for units in range(2, 200):
    keras.utils.clear_session()
    model = keras.Sequential([keras.layers.Dense(units)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, verbose=0)
    scores.append(model.evaluate(x_test, y_test, verbose=0))
```

## Near misses

A few models do no harm.

```python
scores = []
for units in (2, 3):
    model = keras.Sequential([keras.layers.Dense(units)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train[:, :1] * np.ones((1, units)), verbose=0)
    scores.append(model.count_params())
```

The models are kept: clearing would be wrong.

```python
models = []
for units in range(2, 4):
    model = keras.Sequential([keras.layers.Dense(units)])
    model.compile(optimizer="adam", loss="mse")
    models.append(model)
```

## Fix safety

Safe: models that are still held keep working after `clear_session`. It is not offered in
a file that sets a dtype policy or a distribution, which would be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign
from keras_lsp.editing.imports import keras_module
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Rebuilt
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

MANY = 20
"""Models from which on it is worth a word; the count has to be literal."""


@rule(Severity.HINT)
def models_pile_up_in_loop(made: Rebuilt) -> Iterator[Report]:
    loop = made.loop
    if loop.kind != "for" or (loop.count or 0) < MANY or loop.clears_session:
        return
    if loop.breaks or made.lives_on or not made.trained or made.context.in_test or not made.varies:
        return
    yield Report(
        made.place,
        f"{loop.count} models are made in this loop and the session is never cleared",
        ((loop.place, "this loop"),),
        (Proposal("Clear the session first", Safety.SAFE, partial(_clear, made)),),
    )


def _clear(made: Rebuilt, source: Source) -> tuple[Edit, ...] | None:
    module = keras_module(source)
    if module is None or any(word in source.text for word in ("policy", "distribution")):
        # Clearing the session forgets them too.
        return None
    text = f"{module}.utils.clear_session()"
    return assign.insert_statement(source, source.span(made.statement), text)

"""What `fit` returns is used as the model.

In scikit-learn `fit` returns the estimator; in Keras it returns a `History`, a record of
the training. It can neither predict nor be saved.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model = model.fit(x_train, y_train, verbose=0)
model.predict(x_test)  # error: [history-used-as-model] # raises: AttributeError
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x_train, y_train, verbose=0)
model.predict(x_test)
```

## Near misses

The record is read, and the model predicts.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x_train, y_train, verbose=0)
history.history["loss"]
model.predict(x_test, verbose=0)
```

The `History` knows its model.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
result = model.fit(x_train, y_train, verbose=0)
result.model.predict(x_test, verbose=0)
```

## Fix safety

Safe where the model's own name was overwritten: the record gets a name that is free.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import AttributeUse
from keras_lsp.semantics.phases import Family
from keras_lsp.semantics.symbols import MODEL_METHODS
from keras_lsp.semantics.values import Ref
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def history_used_as_model(use: AttributeUse) -> Iterator[Report]:
    if use.attribute not in MODEL_METHODS or not use.value or not use.objects:
        return
    histories = {id for id, thing in use.objects if thing.family is Family.HISTORY}
    if not all(isinstance(a, Ref) and a.id in histories for a in use.value):
        return
    related = ((use.bound_at, "it is bound to what `fit` returns here"),) if use.bound_at else ()
    fixes = (Proposal("Bind what `fit` returns to `history`", Safety.SAFE, partial(_rename, use)),)
    yield Report(
        use.name_place,
        f"`{use.receiver}` is the `History` that `fit` returns, it has no `{use.attribute}`",
        related,
        fixes if use.bound_by else (),
    )


def _rename(use: AttributeUse, source: Source) -> tuple[Edit, ...] | None:
    assert use.bound_by is not None
    return assign.rename_self_target(source, source.span(use.bound_by), "history")

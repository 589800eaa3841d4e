"""A name is bound to what a Keras method returns, which is `None`.

`compile`, `summary`, `add`, `build` and `load_weights` change the model and return
nothing. `model = model.compile(...)` throws the model away.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
model = model.compile(optimizer="adam", loss="mse")  # error: [none-result-assigned]
model.fit(x_train, y_train, verbose=0)  # raises: AttributeError
```

```python
model = keras.Sequential().add(keras.layers.Dense(1))  # error: [none-result-assigned]
model.compile(optimizer="adam", loss="mse")  # raises: AttributeError
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

```python
model = keras.Sequential()
model.add(keras.layers.Dense(1))
model.compile(optimizer="adam", loss="mse")
```

## Near misses

`fit` does return something.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
history = model.fit(x_train, y_train, verbose=0)
history.history["loss"]
```

The result is bound and never used as a model.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
done = model.summary(print_fn=str)
print(done)
```

## Fix safety

Safe: the method is called as before, and the name keeps the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import AttributeUse
from keras_lsp.semantics.symbols import MODEL_USES
from keras_lsp.semantics.values import Nothing
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def none_result_assigned(use: AttributeUse) -> Iterator[Report]:
    if use.attribute not in MODEL_USES or len(use.value) != 1:
        return
    (atom,) = use.value
    if not isinstance(atom, Nothing) or atom.origin != "method":
        return
    if use.bound_at is None:
        yield Report(
            use.name_place, f"`{atom.name}` returns `None`, which has no `{use.attribute}`"
        )
        return
    yield Report(
        use.bound_at,
        f"`{use.receiver}` is bound to what `{atom.name}` returns, which is `None`",
        ((use.name_place, "it is used as a model here"),),
        (
            Proposal(
                f"Call `{atom.name}` without binding its result", Safety.SAFE, partial(_split, use)
            ),
        ),
    )


def _split(use: AttributeUse, source: Source) -> tuple[Edit, ...] | None:
    assert use.bound_by is not None
    statement = source.span(use.bound_by)
    return assign.split_chain(source, statement) or assign.drop_self_target(source, statement)

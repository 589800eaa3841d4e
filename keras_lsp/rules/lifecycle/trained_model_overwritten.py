"""A trained model's name is bound to a new model before anyone used the trained one.

The training was for nothing: nobody evaluated the model, saved it, kept it under another
name or looked at its history.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
model = keras.Sequential([keras.layers.Dense(1)])  # warning: [trained-model-overwritten]
model.compile(optimizer="sgd", loss="mse")
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
second_model = keras.Sequential([keras.layers.Dense(1)])
second_model.compile(optimizer="sgd", loss="mse")
```

## Proof

The model that is left has never been trained.

```python
assert int(model.optimizer.iterations.numpy()) > 0
```

## Near misses

The first one is evaluated before its name is used again.

```python noproof
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))
model = keras.Sequential([keras.layers.Dense(2)])
```

Another name still holds it.

```python noproof
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
first = model
model = keras.Sequential([keras.layers.Dense(2)])
```

The new model is made of the old one.

```python noproof
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x_train, y_train, verbose=0)
model = keras.Sequential([model, keras.layers.Dense(1)])
```

## Fix safety

Unsafe: what reads `model` from another file gets the first one from now on.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import rename
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Binding
from keras_lsp.semantics.phases import NO, YES
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.WARNING)
def trained_model_overwritten(binding: Binding) -> Iterator[Report]:
    if binding.still_held or not binding.models or not binding.previous_models:
        return
    if binding.context.loops or binding.context.in_test:
        # Models in loops have rules of their own.
        return
    for model in binding.previous_models:
        if model.phase.trained is not YES or model.phase.used is not NO or model.escaped:
            return
    old = {m.id for m in binding.previous_models}
    for model in binding.models:
        if model.id in old or model.phase.trained is not NO:
            return
    trained = binding.previous_models[0].phase.place_of("trained")
    yield Report(
        binding.place,
        f"the trained `{binding.name}` is lost here, nobody has used it",
        ((trained, "it is trained here"),) if trained else (),
        (
            Proposal(
                "Give the new model a name of its own", Safety.UNSAFE, partial(_rename, binding)
            ),
        ),
    )


def _rename(binding: Binding, source: Source) -> tuple[Edit, ...] | None:
    return rename.rename_from(source, source.span(binding.place))

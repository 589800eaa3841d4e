"""A builder function, or a class, is bound where its result is meant.

Without parentheses the function is not called: the name holds the function, and
`'function' object has no attribute 'fit'`.

## Bad

```python
def build_model():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    return model


model = build_model  # error: [uncalled-builder]
model.fit(x_train, y_train, verbose=0)  # raises: AttributeError
```

## Fixed

```python
def build_model():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    return model


model = build_model()
model.fit(x_train, y_train, verbose=0)
```

## Near misses

The function is handed on so that somebody else calls it.

```python
def build_model():
    return keras.Sequential([keras.layers.Dense(1)])


def run(builder):
    builder().compile(optimizer="adam", loss="mse")


run(build_model)
```

A second name for the function, which is called in time.

```python
def build_small():
    return keras.Sequential([keras.layers.Dense(1)])


model = build_small
model = model()
model.compile(optimizer="adam", loss="mse")
```

## Fix safety

Safe where the function needs no arguments: the name then holds what it was meant to.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import AttributeUse
from keras_lsp.semantics.symbols import DISTINCTIVE
from keras_lsp.semantics.values import Function
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def uncalled_builder(use: AttributeUse) -> Iterator[Report]:
    if use.attribute not in DISTINCTIVE or len(use.value) != 1 or not use.called:
        return
    (atom,) = use.value
    if not isinstance(atom, Function) or atom.receiver is not None or use.bound_value is None:
        return
    name = atom.definition.name
    needs = atom.definition.required_parameters
    fixes = (Proposal(f"Call `{name}`", Safety.SAFE, partial(_call, use.bound_value)),)
    yield Report(
        use.bound_at or use.place,
        f"`{use.receiver}` is the function `{name}` itself, not what it returns",
        ((use.name_place, "it is used as a model here"),),
        () if needs else fixes,
    )


def _call(value: Place, source: Source) -> tuple[Edit, ...]:
    return (Edit.insert(source.span(value).end, "()"),)

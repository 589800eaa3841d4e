"""A function builds a model, does not return it, and its result is used as one.

A function that falls off its end returns `None`: the model lives in a local name and is
gone, and the caller's `model.fit` fails with `'NoneType' object has no attribute 'fit'`.

## Bad

```python
def build_model():  # error: [builder-returns-none]
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")


model = build_model()
model.fit(x_train, y_train, verbose=0)  # raises: AttributeError
```

What `compile` returns is not the model.

```python
def build_model():  # error: [builder-returns-none]
    model = keras.Sequential([keras.layers.Dense(1)])
    return model.compile(optimizer="adam", loss="mse")


build_model().fit(x_train, y_train, verbose=0)  # raises: AttributeError
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

```python
def build_model():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    return model


build_model().fit(x_train, y_train, verbose=0)
```

## Near misses

Nobody asks for its result: the function trains and is done.

```python
def train():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, verbose=0)


train()
```

It returns the model on the one path that ends.

```python
def build_model(units):
    if units < 1:
        raise ValueError(units)
    else:
        model = keras.Sequential([keras.layers.Dense(units)])
        return model


build_model(1).compile(optimizer="adam", loss="mse")
```

## Fix safety

Safe where one local model can be meant: the function returned nothing of use before.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import returns
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import AttributeUse
from keras_lsp.semantics.symbols import MODEL_USES
from keras_lsp.semantics.values import Nothing
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def builder_returns_none(use: AttributeUse) -> Iterator[Report]:
    if use.attribute not in MODEL_USES or len(use.value) != 1:
        return
    (atom,) = use.value
    if not isinstance(atom, Nothing) or not atom.local or atom.builder is None:
        return
    name = atom.name.rpartition(".")[2]
    yield Report(
        atom.builder,
        f"`{name}` builds `{atom.local}` and returns `None`",
        ((use.name_place, "its result is used as a model here"),),
        (
            Proposal(
                f"Return `{atom.local}`",
                Safety.SAFE,
                partial(_return, atom.builder, atom.local),
            ),
        ),
    )


def _return(builder: Place, local: str, source: Source) -> tuple[Edit, ...] | None:
    return returns.return_local(source, source.span(builder), local)

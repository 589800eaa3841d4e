"""A function binds a local `model`, and the module's `model` stays unset.

Without `global` an assignment inside a function makes a local name. The module's own
`model` is still the `None` that it began with.

## Bad

```python
model = None


def build():
    model = keras.Sequential([keras.layers.Dense(1)])  # error: [local-model-shadows-global]
    model.compile(optimizer="adam", loss="mse")


build()
model.fit(x_train, y_train, verbose=0)  # raises: AttributeError
```

Another function reads the module's name.

```python
model = None


def build():
    model = keras.Sequential([keras.layers.Dense(1)])  # error: [local-model-shadows-global]
    model.compile(optimizer="adam", loss="mse")


def train():
    model.fit(x_train, y_train, verbose=0)  # raises: AttributeError


def main():
    build()
    train()


main()
```

## Fixed

```python
model = None


def build():
    global model
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")


build()
model.fit(x_train, y_train, verbose=0)
```

```python
model = None


def build():
    global model
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")


def train():
    model.fit(x_train, y_train, verbose=0)


def main():
    build()
    train()


main()
```

## Near misses

It asks first whether there is one.

```python
model = None


def build():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.summary(print_fn=str)


def train():
    if model is not None:
        model.summary()


build()
train()
```

The function says `global`.

```python
model = None


def build():
    global model
    model = keras.Sequential([keras.layers.Dense(1)])


build()
model.compile(optimizer="adam", loss="mse")
```

The result is assigned.

```python
model = None


def build():
    model = keras.Sequential([keras.layers.Dense(1)])
    return model


model = build()
model.compile(optimizer="adam", loss="mse")
```

## Fix safety

Unsafe: every function that reads the module's `model` sees the new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import scopes
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import AttributeUse
from keras_lsp.semantics.symbols import MODEL_USES
from keras_lsp.semantics.values import Nothing, only
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def local_model_shadows_global(use: AttributeUse) -> Iterator[Report]:
    nothing = only(use.value)
    if not isinstance(nothing, Nothing) or nothing.origin != "literal":
        return
    local = use.model_binding
    if local is None or use.attribute not in MODEL_USES or not use.receiver.isidentifier():
        return
    if not use.model_binding_called or use.context.guards & {use.receiver}:
        return
    if use.context.function and not (use.of_module and use.context.calls):
        # Only the way that led into this function tells what the module's name holds there.
        return
    name = use.model_binding_function.rpartition(".")[2]
    yield Report(
        local,
        f"`{use.receiver}` is local to `{name}`, the module's `{use.receiver}` stays `None`",
        ((use.name_place, f"the module's `{use.receiver}` is used here"),),
        (
            Proposal(
                f"Declare `{use.receiver}` global in `{name}`",
                Safety.UNSAFE,
                partial(_declare, local, use.receiver),
            ),
        ),
    )


def _declare(local: Place, name: str, source: Source) -> tuple[Edit, ...] | None:
    return scopes.declare_global(source, source.span(local), name)

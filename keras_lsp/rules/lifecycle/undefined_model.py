"""A model is used where its name is certainly not defined.

The classic of the forums: training starts above the line that makes the model, a
function is called before the module has made the model that it reads, `del` has taken it
away, or a builder's result was dropped on the floor. Python raises a `NameError`.

## Bad

The model is made below the line that trains it.

```python
def train(model):
    model.fit(x_train, y_train, verbose=0)


train(model)  # error: [undefined-model] # raises: NameError

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
```

The builder's result is dropped: its own `model` is gone when it returns.

```python
def build_model():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    return model


build_model()  # warning: [discarded-model]
model.fit(x_train, y_train, verbose=0)  # error: [undefined-model] # raises: NameError
```

The model is a local name of one function, another one looks for it among the module's.

```python
def show():
    model.summary()  # error: [undefined-model] # raises: NameError


def main():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    show()


main()
```

## Fixed

```python
def train(model):
    model.fit(x_train, y_train, verbose=0)


model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
train(model)

```

```python
def build_model():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    return model


model = build_model()
model.fit(x_train, y_train, verbose=0)
```

```python
def show(model):
    model.summary()


def main():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    show(model)


main()
```

## Near misses

A function may read a model that the module makes later, as long as it is called after.

```python
def train():
    model.fit(x_train, y_train, verbose=0)


model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
train()
```

Made on either of two paths.

```python
if len(x) > 4:
    model = keras.Sequential([keras.layers.Dense(1)])
else:
    model = keras.Sequential([keras.layers.Dense(2)])
model.compile(optimizer="adam", loss="mse")
```

## Known gaps

Where the model is made in another cell, further down, it is `unordered-cells` that speaks.
Names that come from `exec`, `globals()` or a star import are left alone.

## Fix safety

Unsafe where a definition moves above its use: what stands between runs later than before. A new
parameter is unsafe, too: other files may call the function.
Keeping a builder's result is safe.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign, parameter
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import NameUse
from keras_lsp.semantics.symbols import DISTINCTIVE
from keras_lsp.semantics.values import Undefined, is_undefined
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def undefined_model(use: NameUse) -> Iterator[Report]:
    if not is_undefined(use.value) or use.star_import or use.model_binding is None:
        return
    if use.cells_below:
        # That is `unordered-cells`: cells run in any order.
        return
    elsewhere = use.model_binding_function != use.context.function
    if elsewhere and not _lost(use):
        return
    related = [(use.model_binding, _where(use, elsewhere))]
    for atom in use.value:
        if isinstance(atom, Undefined) and atom.cause is not None:
            related.insert(0, (atom.cause.place, "it is deleted here"))
    place, message = use.place, f"`{use.name}` is used before it is defined"
    if elsewhere and use.model_binding_function:
        # Whoever calls, nobody ever makes it for this function.
        message = f"`{use.name}` is not defined here: it is local to `{use.model_binding_function}`"
    elif use.context.calls and use.scope == "global":
        place = use.context.calls[0]
        related.insert(0, (use.place, f"`{use.name}` is read here"))
        message = f"this call uses `{use.name}` before it is defined"
    yield Report(place, message, tuple(related), tuple(_fixes(use, elsewhere)))


def _lost(use: NameUse) -> bool:
    """The name is a model only inside another function, and is used as that model here."""
    treated = use.attribute in DISTINCTIVE or use.builder_result_dropped is not None
    return use.binding is None and treated and bool(use.model_binding_function or use.context.calls)


def _where(use: NameUse, elsewhere: bool) -> str:
    if elsewhere and use.model_binding_function:
        return f"this `{use.name}` exists only while `{use.model_binding_function}` runs"
    return "it is defined here"


def _fixes(use: NameUse, elsewhere: bool) -> Iterator[Proposal]:
    if use.builder_result_dropped is not None:
        title = f"Keep what `{use.builder_call}` returns as `{use.name}`"
        yield Proposal(title, Safety.SAFE, partial(_keep, use))
    elif not elsewhere and use.scope != "unknown" and use.model_binding is not None:
        title = f"Move the definition of `{use.name}` above its use"
        yield Proposal(title, Safety.UNSAFE, partial(_move, use))
    elif elsewhere and use.model_binding_function and use.context.function:
        title = f"Pass `{use.name}` to `{use.context.function}` as a parameter"
        yield Proposal(title, Safety.UNSAFE, partial(_pass, use))


def _keep(use: NameUse, source: Source) -> tuple[Edit, ...] | None:
    assert use.builder_result_dropped is not None
    return assign.keep_result(source, source.span(use.builder_result_dropped), use.name)


def _pass(use: NameUse, source: Source) -> tuple[Edit, ...] | None:
    owner = use.model_binding_function
    return parameter.pass_parameter(source, use.context.function, use.name, owner)


def _move(use: NameUse, source: Source) -> tuple[Edit, ...] | None:
    assert use.model_binding is not None
    called = use.context.calls and use.scope == "global"
    place = use.context.calls[0] if called else use.place
    return assign.move_above(source, source.span(use.model_binding), source.span(place))

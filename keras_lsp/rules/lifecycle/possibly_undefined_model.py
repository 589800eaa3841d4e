"""On some path the model is not defined where it is used.

An `if` without `else`, a `case` that is not there, or an exception that is swallowed lets
the program get to the use without a model: `UnboundLocalError`, `NameError`.

## Bad

```python
def run(kind):
    if kind == "small":
        model = keras.Sequential([keras.layers.Dense(1)])
    elif kind == "large":
        model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
    model.summary()  # warning: [possibly-undefined-model] # raises: UnboundLocalError


try:
    run("medium")
except ValueError as problem:
    print(problem)
```

The exception is printed, and the program goes on without a model.

```python
def load(path):
    try:
        model = keras.models.load_model(path)
    except Exception as problem:
        print(problem)
    return model  # warning: [possibly-undefined-model] # raises: UnboundLocalError


try:
    load("nowhere.keras")
except ValueError as problem:
    print(problem)
```

## Fixed

```python
def run(kind):
    if kind == "small":
        model = keras.Sequential([keras.layers.Dense(1)])
    elif kind == "large":
        model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
    else:
        raise ValueError("`model` is not defined here")
    model.summary()


try:
    run("medium")
except ValueError as problem:
    print(problem)
```

```python
def load(path):
    try:
        model = keras.models.load_model(path)
    except Exception as problem:
        print(problem)
        raise
    return model


try:
    load("nowhere.keras")
except ValueError as problem:
    print(problem)
```

## Near misses

The same condition guards the use.

```python
def run(train):
    if train:
        model = keras.Sequential([keras.layers.Dense(1)])
    print("ready")
    if train:
        model.compile(optimizer="adam", loss="mse")


run(False)
```

The other path ends.

```python
import sys


def run(kind):
    if kind == "small":
        model = keras.Sequential([keras.layers.Dense(1)])
    else:
        sys.exit(f"unknown kind: {kind}")
    model.compile(optimizer="adam", loss="mse")


run("small")
```

## Known gaps

A loop that runs over something of unknown length is taken to run at least once.

## Fix safety

Unsafe: the path that used to go on now ends with an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import NameUse
from keras_lsp.semantics.values import Cause, Undefined, is_undefined
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

WHY = {
    "no-else": "no branch of this defines it",
    "no-case": "no case of this defines it",
    "swallowed": "the exception is swallowed here and the program goes on",
    "deleted": "it may be deleted here",
}


@rule(Severity.WARNING)
def possibly_undefined_model(use: NameUse) -> Iterator[Report]:
    if is_undefined(use.value) or use.context.calls:
        return
    if use.star_import or use.model_binding is None:
        return
    if use.model_binding_function != use.context.function:
        return
    causes = [a.cause for a in use.value if isinstance(a, Undefined)]
    cause = causes[0] if len(causes) == 1 else None
    if cause is None:
        return
    # A later test of one of these names may keep the bad path away from here.
    if cause.kind not in WHY or cause.names - {use.name} & use.context.guards:
        return
    if use.choices:
        return
    yield Report(
        use.place,
        f"`{use.name}` may be undefined here",
        ((cause.place, WHY[cause.kind]),),
        tuple(_fixes(use, cause)),
    )


def _fixes(use: NameUse, cause: Cause) -> Iterator[Proposal]:
    if cause.kind == "no-else":
        title = "Raise an error in every other case"
        yield Proposal(title, Safety.UNSAFE, partial(_else, use.name, cause))
    elif cause.kind == "swallowed":
        title = "Raise the exception again"
        yield Proposal(title, Safety.UNSAFE, partial(_raise, cause))


def _else(name: str, cause: Cause, source: Source) -> tuple[Edit, ...] | None:
    return assign.else_raise(source, source.span(cause.place), name)


def _raise(cause: Cause, source: Source) -> tuple[Edit, ...] | None:
    return assign.re_raise(source, source.span(cause.place))

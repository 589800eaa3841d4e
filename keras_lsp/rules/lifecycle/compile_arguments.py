"""Arguments of `compile`, `fit` or `evaluate` are swapped or misspelt.

`compile("mse", "adam")` asks for an optimizer named mse; `metric=`, `epoch=` are unknown
keywords.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("mse", "adam")  # error: [compile-arguments] # raises: ValueError
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse", metric=["mae"])  # error: [compile-arguments] # raises: TypeError
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epoch=2)  # error: [compile-arguments] # raises: TypeError
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse", metrics=["mae"])
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=2)
```

## Near misses

By keyword the order does not matter.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse", optimizer="adam")
```

A class of the program may take what it likes.

```python
class Net(keras.Sequential):
    def compile(self, optimizer, metric):
        super().compile(optimizer=optimizer, loss="mse", metrics=metric)


model = Net([keras.layers.Dense(1)])
model.compile("adam", metric=["mae"])
```

## Known gaps

Keywords that no parameter resembles are left to the rules about versions of Keras.

## Fix safety

Safe: Keras refuses the call as it is.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog.arguments import gone
from keras_lsp.catalog.names import parameters
from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.values import constant
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

OPTIMIZERS = frozenset({"adam", "sgd", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "ftrl"})
LOSSES = frozenset(
    {"mse", "mae", "mean_squared_error", "mean_absolute_error", "binary_crossentropy",
     "categorical_crossentropy", "sparse_categorical_crossentropy", "hinge", "huber", "logcosh",
     "log_cosh", "kl_divergence", "poisson"}
)  # fmt: skip
METHODS = frozenset({"compile", "fit", "evaluate", "predict", "train_on_batch"})


@rule(Severity.ERROR)
def compile_arguments(call: Call) -> Iterator[Report]:
    if call.method not in METHODS or not call.models:
        return
    if any(m.overrides & {call.method, "__getattr__"} or m.user_class for m in call.models):
        return
    if any(m.api == "tf_keras" for m in call.models):
        # Keras 2 has parameters of its own.
        return
    if call.method == "compile":
        yield from _swapped(call)
    target = call.context.target
    known = [p for p in parameters(f"keras.Model.{call.method}") or () if p not in ("*", "**")]
    for argument in call.arguments:
        if argument.name[:1].isdigit() or argument.name in known or not argument.written:
            continue
        if all(gone("keras.Model", call.method, argument.name, m.api, target) for m in call.models):
            # An older Keras took it: that is another rule's.
            continue
        near = difflib.get_close_matches(argument.name, known, 1, 0.75)
        given = {a.name for a in call.arguments}
        if near and near[0] not in given:
            fix = partial(_rename, argument, near[0])
            yield Report(
                argument.place,
                f"`{call.method}` has no argument `{argument.name}`, but `{near[0]}`",
                (),
                (Proposal(f"Write `{near[0]}`", Safety.SAFE, fix),),
            )


def _swapped(call: Call) -> Iterator[Report]:
    optimizer, loss = call.argument("optimizer", 0), call.argument("loss", 1)
    if optimizer is None or loss is None:
        return
    names = constant(optimizer.value), constant(loss.value)
    if names[0] in LOSSES and names[1] in OPTIMIZERS:
        yield Report(
            optimizer.place,
            f"`{names[0]}` is a loss and `{names[1]}` an optimizer: they are swapped",
            ((loss.place, "the optimizer is here"),),
            (Proposal("Swap them", Safety.SAFE, partial(_swap, optimizer, loss)),),
        )


def _swap(first: Argument, second: Argument, source: Source) -> tuple[Edit, ...]:
    one, two = source.span(first.place), source.span(second.place)
    return (Edit(one, second.text), Edit(two, first.text))


def _rename(argument: Argument, name: str, source: Source) -> tuple[Edit, ...] | None:
    return calls.rename_keyword(source, source.span(argument.place), argument.name, name)

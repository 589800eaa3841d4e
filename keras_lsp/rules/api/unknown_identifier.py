"""A string names no loss, optimizer, metric, activation or initializer that Keras knows.

`loss="binary_cross_entropy"` and `activation="Relu"` look right and raise. Only strings are
reported that are nearly one that this release knows: any other may be registered somewhere.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", loss="binary_cross_entropy")  # error: [unknown-identifier]
model.fit(x, y, verbose=0)  # raises: ValueError
```

```python
layer = keras.layers.Dense(1, activation="Relu")  # error: [unknown-identifier] # raises: ValueError
```

```python
from keras.layers import Activation, Dense

layers = [Dense(4, kernel_initializer="glorot-uniform"), Activation("softmax")]  # error: [unknown-identifier] # raises: ValueError
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adams", loss="mse")  # error: [unknown-identifier] # raises: ValueError
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse", metrics=["mae", "acuracy"])  # error: [unknown-identifier]
model.fit(x, y, verbose=0)  # raises: ValueError
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "logcosh")  # error: [unknown-identifier]
model.fit(x, y, verbose=0)  # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", loss="binary_crossentropy")
model.fit(x, y, verbose=0)
```

```python
layer = keras.layers.Dense(1, activation="relu")
```

```python
from keras.layers import Activation, Dense

layers = [Dense(4, kernel_initializer="glorot_uniform"), Activation("softmax")]
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse", metrics=["mae", "accuracy"])
model.fit(x, y, verbose=0)
```

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "log_cosh")
model.fit(x, y, verbose=0)
```

## Near misses

Optimizers are read in lower case, and metrics know more strings than losses.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("Adam", "MSE", metrics=["acc", "AUC", "F1Score"])
```

A function needs no name.

```python
def relu_(x):
    return keras.ops.maximum(x, 0.1)


layer = keras.layers.Activation(relu_)
```

Under Keras 2 it is known.

```python k2
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "logcosh")
model.fit(x, y, verbose=0)
```

## Known gaps

A string that came by a name is found, but no fix is offered.

```python
loss = "mean_square_error"
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", loss)  # error: [unknown-identifier]
```

## Fix safety

Safe: the program fails as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog import identifiers, releases
from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, moving, rule
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.receivers import receiver_of
from keras_lsp.semantics.texts import strings

LAYERS = "keras.layers."
SINGULAR = {"losses": "loss", "metrics": "metric", "activations": "activation"}


@rule(Severity.ERROR)
def unknown_identifier(call: Call) -> Iterator[Report]:
    if call.context.expected:
        return
    for argument, family, api in _named(call):
        for text in strings(argument.value):
            near = identifiers.nearest(family, text, api, call.context.target)
            what = SINGULAR.get(family, family.removesuffix("s"))
            if near is None:
                since = identifiers.later(family, text, api, call.context.target)
                if since is not None:
                    message = f"Keras knows the {what} `{text}` since {since} only"
                    yield moving.too_early(argument.place, message, call.context.target, api)
                continue
            fix = partial(calls.replace_string, argument.place, text, near)
            literal = text in argument.text
            yield Report(
                argument.place,
                f"`{text}` is no {what} that Keras knows; `{near}` is one",
                (),
                (Proposal(f"Write `{near}`", Safety.SAFE, fix),) if literal else (),
            )


def _named(call: Call) -> Iterator[tuple[Argument, str, str]]:
    """Arguments that may be strings, with the family that these are looked up in."""
    receiver = receiver_of(call) if call.method == "compile" else None
    if receiver is not None:
        owner, api = "keras.Model.compile", receiver.api
    elif call.symbol.startswith(LAYERS):
        owner, api = call.symbol, call.api
    else:
        return
    signature = releases.signature(owner, call.context.target.views(api)) or ()
    for argument in call.arguments:
        name = argument.name
        if name.isdigit():
            name = signature[int(name)].name if int(name) < len(signature) else ""
        if call.symbol:
            family = identifiers.family_of_argument(name)
        else:
            family = identifiers.COMPILE.get(name)
        if family is not None:
            yield argument, family, api

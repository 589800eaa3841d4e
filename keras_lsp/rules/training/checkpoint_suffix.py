"""A file that is saved has a name that Keras 3 refuses.

The suffix decides about the format: `.keras` for a model, `.weights.h5` for weights; `.h5` for a
whole model is still taken by `save`, and by `ModelCheckpoint` from 3.8 on.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
best = keras.callbacks.ModelCheckpoint("best.hdf5", monitor="loss")  # error: [checkpoint-suffix] # raises: ValueError
model.fit(x, y, verbose=0, callbacks=[best])
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
best = keras.callbacks.ModelCheckpoint("w-{epoch}.h5", save_weights_only=True)  # error: [checkpoint-suffix] # raises: ValueError
model.fit(x, y, verbose=0, callbacks=[best])
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save_weights("net.h5")  # error: [checkpoint-suffix] # raises: ValueError
model.load_weights("net.h5")
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save("net")  # error: [checkpoint-suffix] # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
best = keras.callbacks.ModelCheckpoint("best.keras", monitor="loss")
model.fit(x, y, verbose=0, callbacks=[best])
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
best = keras.callbacks.ModelCheckpoint("w-{epoch}.weights.h5", save_weights_only=True)
model.fit(x, y, verbose=0, callbacks=[best])
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save_weights("net.weights.h5")
model.load_weights("net.weights.h5")
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save("net.keras")
```

## Near misses

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save("net.h5")
model.save("net.hdf5")
model.save("net.keras")
model.save_weights("net.weights.h5")
```

Where the name comes from elsewhere nothing is known of it.

```python
import pathlib

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save(pathlib.Path("net.keras"))
```

Keras 2 writes what it is told.

```python k2
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.save_weights("net.h5")
```

## Fix safety

Safe: nothing was written under the old name, and where the file names it further down it is
changed, too. Unsafe where the name came by a variable: it may have been read before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.statements import node_span, text_of
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.phases import Family
from keras_lsp.semantics.receivers import receiver_of
from keras_lsp.semantics.values import constant
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

WEIGHTS, MODEL = ".weights.h5", ".keras"
OLD = (".hdf5", ".h5", ".keras", ".ckpt", ".tf")
"""Suffixes that give way; another dot may be part of the name."""
H5_AGAIN = (3, 8)
"""From here on `ModelCheckpoint` takes `.h5` for whole models."""


@rule(Severity.ERROR, also=("api",))
def checkpoint_suffix(call: Call) -> Iterator[Report]:
    if call.context.expected or call.forwarded:
        return
    wanted = _wanted(call)
    argument = call.argument("filepath", 0) if wanted is not None else None
    path = constant(argument.value) if argument is not None else None
    if wanted is None or argument is None or not isinstance(path, str) or path.endswith(wanted):
        return
    bare = path.rstrip("/\\")
    stem = next((bare.removesuffix(s) for s in OLD if bare.endswith(s)), bare)
    new = stem + wanted[0]
    what = "weights go" if wanted[0] == WEIGHTS else "a model goes"
    here = call.context.target.name("keras")
    message = f"{what} to files that end in `{wanted[0]}` in {here}, not to `{path}`"
    safety = Safety.SAFE if path in argument.text else Safety.UNSAFE
    fix = Proposal(f"Name it `{new}`", safety, partial(_renamed, argument, path, new))
    yield Report(argument.place, message, (), (fix,))


def _wanted(call: Call) -> tuple[str, ...] | None:
    """The suffixes that Keras takes, the best first; ``None``: it does not ask for any."""
    target = call.context.target
    if call.symbol == "keras.callbacks.ModelCheckpoint":
        if target.is_keras2(call.api):
            return None
        given = call.argument("save_weights_only", 4)
        only = constant(given.value) if given is not None else False
        if only is True:
            return (WEIGHTS,)
        return (MODEL, ".h5") if target.number >= H5_AGAIN else (MODEL,) if only is False else None
    receiver = receiver_of(call) if call.method in ("save", "save_weights") else None
    if receiver is None or receiver.family is not Family.MODEL or target.is_keras2(receiver.api):
        return None
    return (WEIGHTS,) if call.method == "save_weights" else (MODEL, ".h5", ".hdf5")


def _renamed(argument: Argument, old: str, new: str, source: Source) -> tuple[Edit, ...] | None:
    """The name changed here and wherever it stands further down: that is where it is read again.

    Where it came by a variable, everywhere.
    """
    here = source.span(argument.place).start
    places = [
        node_span(source, node)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and node.value == old
    ]
    if old in argument.text:
        places = [place for place in places if place.start >= here]
    if not places:
        return None
    edits = []
    for place in places:
        text = text_of(source, place)
        if text.count(old) != 1:
            return None
        edits.append(Edit(place, text.replace(old, new)))
    return tuple(edits)

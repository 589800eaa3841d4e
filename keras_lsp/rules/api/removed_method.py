"""A method of an older Keras is called that models, layers or optimizers no longer have.

`fit_generator` is `fit` since Keras 2.4, `predict_classes` went with 2.6, `optimizer.lr` with 3.0.

## Bad

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")


def batches():
    while True:
        yield x, y


model.fit_generator(batches(), 2, epochs=1, workers=4, verbose=0)  # error: [removed-method] # raises: AttributeError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
labels = model.predict_classes(x)  # error: [removed-method] # raises: AttributeError
```

```python
optimizer = keras.optimizers.Adam(0.1)
rate = float(optimizer.lr)  # error: [removed-method] # raises: AttributeError
```

```python
optimizer = keras.optimizers.Adam(0.1)
optimizer.get_weights()  # error: [removed-method] # raises: AttributeError
```

## Fixed

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")


def batches():
    while True:
        yield x, y


model.fit(batches(), steps_per_epoch=2, epochs=1, verbose=0)
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
labels = np.argmax(model.predict(x), axis=-1)
```

```python
optimizer = keras.optimizers.Adam(0.1)
rate = float(optimizer.learning_rate)
```

Nothing took its place.

```python byhand
optimizer = keras.optimizers.Adam(0.1)
values = [variable.numpy() for variable in optimizer.variables]
```

## Near misses

A class of the program may have any method.

```python
class Net(keras.Sequential):
    def fit_generator(self, generator):
        return self.summary()


model = Net([keras.Input((4,)), keras.layers.Dense(1)])
model.fit_generator(None)
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
if hasattr(model, "predict_classes"):
    model.predict_classes(x)
```

Under Keras 2 it is there.

```python k2
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.predict_generator(iter([x]), 1)
```

## Fix safety

Unsafe for `predict_classes`: what stands instead follows from the last layer's activation.
Else safe: the program fails as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog import releases
from keras_lsp.catalog.members import lost
from keras_lsp.catalog.successors import ATTRIBUTES, METHODS, NO_EFFECT
from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import AttributeUse, Call
from keras_lsp.semantics.receivers import owner_of, receiver_of
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def removed_method(event: Call | AttributeUse) -> Iterator[Report]:
    if isinstance(event, Call):
        receiver, name = receiver_of(event), event.method
    else:
        receiver, name = owner_of(event), "" if event.called else event.attribute
    if receiver is None or event.context.expected:
        return
    family, target = receiver.family.value, event.context.target
    if family == "model" and not isinstance(event, Call):
        # A functional model has attributes that no table tells.
        return
    until = lost(family, name, receiver.api, target)
    if until is None:
        return
    call = event if isinstance(event, Call) and family == "model" else None
    proposals = tuple(_proposals(call)) if call else ()
    new = ATTRIBUTES.get((family, name))
    if new is not None:
        replaced = partial(calls.replace_name, event.name_place, new)
        proposals = (Proposal(f"Read `{new}`", Safety.SAFE, replaced),)
    yield Report(
        event.name_place,
        f"{family}s have no `{name}` in {target.name(receiver.api)}; they had it until {until}",
        (),
        proposals,
    )


def _proposals(call: Call) -> Iterator[Proposal]:
    new = METHODS.get(call.method)
    if new is not None and not call.forwarded:
        yield Proposal(f"Call `{new}`", Safety.SAFE, partial(_renamed, call, new))
    if call.method == "predict_classes" and not call.forwarded:
        activations = {m.activation for m in call.models}
        if activations <= {"softmax"}:
            fix = partial(_around, call, "np.argmax(", ", axis=-1)")
            yield Proposal("Take the likeliest class", Safety.UNSAFE, fix)
        elif activations <= {"sigmoid"}:
            fix = partial(_around, call, "(", ' > 0.5).astype("int32")')
            yield Proposal("Compare with 0.5", Safety.UNSAFE, fix)


def _renamed(call: Call, new: str, source: Source) -> tuple[Edit, ...] | None:
    """The new method, what stood at a position named as the old one called it."""
    old = _parameters(call.method, releases.all_views("keras"))
    taken = frozenset(_parameters(new, call.context.target.views("keras")))
    passed = tuple((a.name, a.place) for a in call.arguments)
    named = calls.Handover(source.span(call.place), passed, old, taken, NO_EFFECT)
    edits = calls.handed_over(source, named, {"generator": "x"})
    return (Edit(source.span(call.name_place), new), *edits) if edits is not None else None


def _parameters(method: str, views: int) -> tuple[str, ...]:
    found = releases.signature(f"keras.Model.{method}", views)
    return tuple(p.name for p in found or ())


def _around(call: Call, before: str, behind: str, source: Source) -> tuple[Edit, ...] | None:
    if before.startswith("np.") and "import numpy as np" not in source.text:
        return None
    span = source.span(call.place)
    return (
        Edit.insert(span.start, before),
        Edit(source.span(call.name_place), "predict"),
        Edit.insert(span.end, behind),
    )

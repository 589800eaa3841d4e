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
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
pairs = zip([x] * 2, [y] * 2)
model.fit_generator(pairs, 2, nb_epoch=1, verbose=0, validation_data=iter([(x, y)]))  # error: [removed-method] # raises: AttributeError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
labels = model.predict_classes(x)  # error: [removed-method] # raises: AttributeError
```

```python
optimizer = keras.optimizers.Adam(0.1)
optimizer.lr = 0.5  # warning: [removed-method]
```

```python
class Slower(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(float(self.model.optimizer.lr))  # error: [removed-method] # raises: AttributeError


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.5), "mse")
model.fit(x, y, verbose=0, callbacks=[Slower()])
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
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
pairs = zip([x] * 2, [y] * 2)
model.fit((batch for batch in pairs), steps_per_epoch=2, epochs=1, verbose=0, validation_data=(batch for batch in iter([(x, y)])))
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
labels = np.argmax(model.predict(x), axis=-1)
```

```python
optimizer = keras.optimizers.Adam(0.1)
optimizer.learning_rate = 0.5
```

```python
class Slower(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(float(self.model.optimizer.learning_rate))


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.5), "mse")
model.fit(x, y, verbose=0, callbacks=[Slower()])
```

Nothing took its place.

```python byhand
optimizer = keras.optimizers.Adam(0.1)
values = [variable.numpy() for variable in optimizer.variables]
```

## Proof

```python
assert abs(float(optimizer.learning_rate) - 0.5) < 1e-6
```

## Near misses

A class of the program may have any method.

```python noproof
class Net(keras.Sequential):
    def fit_generator(self, generator):
        return self.summary()


model = Net([keras.Input((4,)), keras.layers.Dense(1)])
model.fit_generator(None)
```

```python noproof
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
if hasattr(model, "predict_classes"):
    model.predict_classes(x)
```

Who sets it first may read it.

```python noproof
layer = keras.layers.Dense(1)
layer.updates = []
count = len(layer.updates)
```

Under Keras 2 it is there.

```python k2 noproof
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

from keras_lsp.catalog.members import later, lost, names
from keras_lsp.catalog.successors import ATTRIBUTES
from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, moving, rule
from keras_lsp.rules.replacing import replacements
from keras_lsp.semantics.api_reads import last_name
from keras_lsp.semantics.events import AttributeChange, AttributeUse, Call
from keras_lsp.semantics.receivers import owner_of, receiver_of


@rule(Severity.ERROR)
def removed_method(event: Call | AttributeUse | AttributeChange) -> Iterator[Report]:
    if (event.method if isinstance(event, Call) else event.attribute) not in names():
        return
    if isinstance(event, Call):
        receiver, name, place = receiver_of(event), event.method, event.name_place
    else:
        receiver, name = owner_of(event), event.attribute
        place = last_name(event.place, name)
        if isinstance(event, AttributeUse) and event.called:
            return
    if receiver is None or event.context.expected:
        return
    family, target = receiver.family.value, event.context.target
    if family == "model" and not isinstance(event, Call):
        # A functional model has attributes that no table tells.
        return
    since = later(family, name, receiver.api, target) if isinstance(event, Call) else None
    if since is not None:
        message = f"{family}s have `{name}` since Keras {since} only"
        yield moving.too_early(place, message, target, receiver.api)
        return
    until = lost(family, name, receiver.api, target)
    new = ATTRIBUTES.get((family, name))
    if until is None or (isinstance(event, AttributeChange) and new is None):
        return
    call = event if isinstance(event, Call) and family == "model" else None
    proposals = tuple(replacements(call)) if call else ()
    if new is not None:
        replaced = partial(calls.replace_name, place, new)
        proposals = (Proposal(f"Write `{new}`", Safety.SAFE, replaced),)
    lacking = f"{family}s have no `{name}` in {target.name(receiver.api)}"
    if isinstance(event, AttributeChange):
        message = f"{lacking}: nobody reads what is assigned to it"
        yield Report(place, message, (), proposals, Severity.WARNING)
        return
    yield Report(place, f"{lacking}; they had it until {until}", (), proposals)

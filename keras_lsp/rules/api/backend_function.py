"""A function of `keras.backend` is used that Keras 3 moved to `keras.ops`.

Keras 3 left fourteen names in `keras.backend`; the arithmetic is in `keras.ops`, random numbers
are in `keras.random`. `tf.keras.backend` kept most of the functions, for TensorFlow only.

## Bad

```python
import keras
from keras import backend as K


def loss(y_true, y_pred):
    return K.mean(K.square(y_true - y_pred), axis=-1)  # error: [backend-function] # error: [backend-function] # raises: AttributeError


model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", loss)
model.fit(x_train, y_train, verbose=0)
```

```python
from keras import backend as K

largest = K.argmax(K.variable([[1.0, 2.0]]))  # error: [backend-function] # error: [backend-function] # raises: AttributeError
```

```python
from keras.backend import clip, floatx  # error: [backend-function] # raises: ImportError
from keras.backend import int_shape  # error: [backend-function]

x = clip(x_train, 0.0, 1.0), int_shape(x_train)
```

```python
import keras
from keras import backend as K

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.1), "mse")
K.set_value(model.optimizer.learning_rate, 0.01)  # error: [backend-function] # raises: AttributeError
```

```python
from keras import backend as K

session = K.get_session()  # error: [backend-function] # raises: AttributeError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
tf.keras.backend.set_value(model.optimizer.learning_rate, 0.1)  # error: [backend-function] # raises: AttributeError
```

Its `axis` was another one: nobody can give it from here.

```python
import keras

largest = list(map(keras.backend.argmax, [x]))  # error: [backend-function] # raises: AttributeError
```

## Fixed

```python
import keras
from keras import backend as K


def loss(y_true, y_pred):
    return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)


model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", loss)
model.fit(x_train, y_train, verbose=0)
```

```python
from keras import backend as K, Variable, ops

largest = ops.argmax(Variable([[1.0, 2.0]]), axis=-1)
```

```python
from keras.ops import clip
from keras.backend import floatx

x = clip(x_train, 0.0, 1.0), tuple(x_train.shape)
```

```python
import keras
from keras import backend as K

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.1), "mse")
model.optimizer.learning_rate.assign(0.01)
```

There are no sessions any more.

```python byhand
from keras import backend as K

K.clear_session()
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.optimizer.learning_rate.assign(0.1)
```

```python byhand
import keras

largest = [keras.ops.argmax(part, axis=-1) for part in [x]]
```

## Near misses

These have stayed.

```python
from keras import backend as K

K.clear_session()
epsilon = K.epsilon()
```

`tf.keras` has more of them.

```python
from tensorflow.keras import backend as K

total = K.sum([1.0, 2.0])
```

Under Keras 2 it is there.

```python k2
from keras import backend as K

total = K.sum(K.constant([1.0, 2.0]))
```

## Fix safety

Unsafe where the function has another name or other arguments now, and where only
`tf.keras.backend` still has it: the program then needs TensorFlow. Else safe: the program fails
as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog import changes
from keras_lsp.catalog.arguments import other_axis
from keras_lsp.catalog.successors import AS_ATTRIBUTE
from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, moving, rule
from keras_lsp.semantics.events import ApiRead, Call


@rule(Severity.ERROR)
def backend_function(read: ApiRead | Call) -> Iterator[Report]:
    if isinstance(read, Call):
        yield from moving.assigned_by_backend(read)
        return
    context = read.context
    module, _, name = read.path.rpartition(".")
    if context.expected or module != changes.BACKEND or read.private:
        return
    missing = changes.missing(read.path, read.api, context.target)
    if missing is None or missing.module:
        return
    new = changes.successor(read.path, read.api, context.target)
    pattern = AS_ATTRIBUTE.get(name) if read.called or read.imported else None
    message = f"`keras.backend` has no `{name}` in {context.target.name(read.api)}"
    if pattern is not None:
        fix = partial(calls.rewrite_call, read.place, pattern)
        if read.imported:
            fix = partial(calls.rewrite_calls, read.statement, read.bound, pattern)
        text = pattern.format("x", "value")
        written = Proposal(f"Write `{text}`", Safety.UNSAFE, fix)
        yield Report(read.name_place, f"{message}: write `{text}`", (), (written,))
        return
    if new is None:
        yield moving.only_under_tf(read, message)
        return
    safety = Safety.SAFE if new.rpartition(".")[2] == name else Safety.UNSAFE
    axis = other_axis(read.path, new, read.api, context.target)
    renamed = Proposal(f"Use `{new}`", safety, partial(moving.to_function, read, new, axis))
    if axis is None or read.called:
        yield Report(read.name_place, f"{message}: it is `{new}`", (), (renamed,))
    else:
        message = f"{message}: it is `{new}`, where `axis` is {axis[1]} no longer"
        yield Report(read.name_place, message)

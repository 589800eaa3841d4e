"""Layers, models or optimizers of two Keras packages meet.

`tf_keras` is Keras 2, `keras` and `tf.keras` are Keras 3 today: neither takes the other's objects.

## Bad

```python
import keras
import tf_keras

model = keras.Sequential()
model.add(tf_keras.layers.Dense(1))  # error: [mixed-keras-packages] # raises: ValueError
```

```python
import keras
from tf_keras.optimizers import Adam

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(Adam(), "mse")  # error: [mixed-keras-packages] # raises: ValueError
```

```python
import keras
import tf_keras

model = tf_keras.Sequential([keras.layers.Dense(1)])  # error: [mixed-keras-packages] # raises: TypeError
```

TensorFlow Hub, which the tests do not install, makes layers of `tf_keras`.

```python static
import tensorflow as tf
import tensorflow_hub as hub

model = tf.keras.Sequential([hub.KerasLayer("https://tfhub.dev/google/nnlm-en-dim50/2")])  # error: [mixed-keras-packages]
```

## Fixed

Which of the two is meant, no edit can know.

```python byhand
import keras

model = keras.Sequential()
model.add(keras.layers.Dense(1))
```

```python byhand
import keras
from keras.optimizers import Adam

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(Adam(), "mse")
```

```python byhand
import tf_keras

model = tf_keras.Sequential([tf_keras.layers.Dense(1)])
```

What it has is needed, so here it is the model that has to be one of `tf_keras`.

```python static byhand
import tensorflow_hub as hub
import tf_keras

model = tf_keras.Sequential([hub.KerasLayer("https://tfhub.dev/google/nnlm-en-dim50/2")])
```

## Near misses

With Keras 3 these two are the same classes.

```python
import keras
import tensorflow as tf

model = keras.Sequential([tf.keras.layers.Dense(1)])
model.compile(tf.keras.optimizers.Adam(), "mse")
```

Both may be used, if they do not meet.

```python
import keras
import tf_keras

old = tf_keras.Sequential([tf_keras.layers.Dense(1)])
new = keras.Sequential([keras.layers.Dense(1)])
labels = keras.utils.to_categorical([0, 1])
```

The program asks TensorFlow for Keras 2, before anything else; what it needs is not installed here.

```python static
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import tensorflow as tf
import tensorflow_hub as hub

model = tf.keras.Sequential([hub.KerasLayer("https://tfhub.dev/google/nnlm-en-dim50/2")])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.catalog.targets import Target
from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Argument, Call, Family
from keras_lsp.semantics.receivers import receiver_of
from keras_lsp.semantics.values import Atom, Class, Ref, Result, Sequence, Value, only

MEETING = frozenset({"add", "compile"})
OTHERS = {"tensorflow_hub.KerasLayer": "tensorflow_hub"}
"""Layers of other packages that are made of ``tf_keras`` as soon as Keras 3 is installed."""
FOLLOWED = (Family.LAYER, Family.OPTIMIZER, Family.MODEL)


@rule(Severity.ERROR)
def mixed_keras_packages(call: Call) -> Iterator[Report]:
    if call.method not in MEETING and call.symbol != "keras.Sequential":
        return
    if call.context.expected:
        return
    receiver = receiver_of(call)
    if receiver is not None and receiver.family is Family.MODEL and call.method in MEETING:
        api = receiver.api
    elif call.symbol == "keras.Sequential":
        api = "tf_keras" if call.context.target.keras2 else call.api
    else:
        return
    own = _generation(api, call.context.target)
    for argument in call.arguments:
        for other, name in _given(argument, call):
            if _generation(other, call.context.target) != own:
                yield Report(
                    argument.place,
                    f"`{name}` comes from `{other}`, the model from `{api}`: "
                    "they are two Kerases that do not fit together",
                )


def _generation(api: str, target: Target) -> int:
    """The Keras that a package is: 2 or 3."""
    return 2 if target.is_keras2(api) or api in OTHERS.values() else 3


def _given(argument: Argument, call: Call) -> Iterator[tuple[str, str]]:
    """The package and the class of each object that an argument holds."""
    for atom in _atoms(argument.value):
        if isinstance(atom, Result) and atom.name in OTHERS:
            yield OTHERS[atom.name], atom.name.rpartition(".")[2]
        thing = call.object(atom.id) if isinstance(atom, Ref) else None
        if thing is None or thing.family not in FOLLOWED:
            continue
        if not any(isinstance(origin, Class) for origin in thing.origin):
            yield thing.api, thing.type.rpartition(".")[2]


def _atoms(value: Value) -> Iterator[Atom]:
    """What a value certainly is, or holds in a list."""
    atom = only(value)
    if isinstance(atom, Sequence):
        for item in atom.items or ():
            yield from _atoms(item)
    elif atom is not None:
        yield atom

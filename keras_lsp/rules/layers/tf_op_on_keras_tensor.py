"""A function of TensorFlow is called on a symbolic tensor of Keras 3.

What `keras.Input` and the layers called on it return describes a tensor that a model will get; it
holds no numbers. TensorFlow's functions refuse it; those of `keras.ops` take it, and make a layer
of the model.

## Bad

```python
inputs = keras.Input((4,))
x = keras.layers.Dense(3)(inputs)
outputs = tf.reduce_mean(x, axis=-1, keepdims=True)  # error: [tf-op-on-keras-tensor] # raises: ValueError
```

```python
from keras import Input, Model

import tensorflow as tf

left, right = Input((4,)), Input((4,))
model = Model([left, right], tf.concat([left, right], 1))  # error: [tf-op-on-keras-tensor] # raises: ValueError
```

```python
def scaled(tensor):
    return tf.nn.softmax(tensor * 2)  # error: [tf-op-on-keras-tensor] # raises: ValueError


inputs = keras.Input((4,))
model = keras.Model(inputs, scaled(keras.layers.Dense(3)(inputs)))
```

```python
from tensorflow.keras import layers

import tensorflow as tf

inputs = layers.Input((4,))
outputs = layers.Dense(1)(tf.sqrt(inputs, name="root"))  # error: [tf-op-on-keras-tensor] # raises: ValueError
```

A layer drops in training only.

```python
inputs = keras.Input((4,))
outputs = tf.nn.dropout(inputs, 0.5)  # error: [tf-op-on-keras-tensor] # raises: ValueError
```

Where no axis is named, the two go along different ones.

```python
inputs = keras.Input((4,))
outputs = tf.cumsum(inputs)  # error: [tf-op-on-keras-tensor] # raises: ValueError
```

## Fixed

```python
inputs = keras.Input((4,))
x = keras.layers.Dense(3)(inputs)
outputs = keras.ops.mean(x, axis=-1, keepdims=True)
```

```python
from keras import Input, Model

import tensorflow as tf

left, right = Input((4,)), Input((4,))
model = Model([left, right], tf.keras.ops.concatenate([left, right], 1))
```

```python
def scaled(tensor):
    return keras.ops.softmax(tensor * 2)


inputs = keras.Input((4,))
model = keras.Model(inputs, scaled(keras.layers.Dense(3)(inputs)))
```

```python
from tensorflow.keras import layers

import tensorflow as tf

inputs = layers.Input((4,))
outputs = layers.Dense(1)(tf.keras.ops.sqrt(inputs))
```

```python byhand
inputs = keras.Input((4,))
outputs = keras.layers.Dropout(0.5)(inputs)
```

```python byhand
inputs = keras.Input((4,))
outputs = keras.ops.cumsum(inputs, axis=0)
```

## Near misses

Inside of `call`, of a `Lambda` and of a loss there are numbers.

```python
class Mean(keras.layers.Layer):
    def call(self, x):
        return tf.reduce_mean(x, axis=-1, keepdims=True)


inputs = keras.Input((4,))
squared = keras.layers.Lambda(lambda x: tf.square(x))(inputs)
model = keras.Model(inputs, Mean()(squared))
model.compile("sgd", lambda y_true, y_pred: tf.reduce_mean(tf.square(y_true - y_pred)))
model.fit(x, y, verbose=0)
```

A layer that is called on numbers returns numbers; a shape is no tensor.

```python
inputs = keras.Input((4,))
layer = keras.layers.Dense(3)
model = keras.Model(inputs, layer(inputs))
mean = tf.reduce_mean(layer(x))
product = tf.reduce_prod(inputs.shape[1:])
```

Keras 2 makes layers of TensorFlow's functions.

```python k2
inputs = keras.Input((4,))
model = keras.Model(inputs, tf.reduce_mean(inputs, axis=-1, keepdims=True))
```
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog import operations
from keras_lsp.editing import calls, imports
from keras_lsp.editing.statements import node_span
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call
from keras_lsp.semantics.symbolic import is_symbolic
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

_MADE_OF_NUMBERS = frozenset({"call", "__call__", "build", "compute_output_shape"})
"""Methods that Keras calls with tensors of the backend."""


@rule(Severity.ERROR, also=("api",))
def tf_op_on_keras_tensor(call: Call) -> Iterator[Report]:
    context = call.context
    name = call.external.removeprefix("tensorflow.")
    new, layer = operations.OPERATIONS.get(name), operations.IN_TRAINING.get(name)
    if (
        (new or layer) is None
        or context.guarded
        or context.function.rpartition(".")[2] in _MADE_OF_NUMBERS
    ):
        return
    if not any(is_symbolic(argument.value) for argument in call.arguments):
        return
    message = f"`{call.callee}` cannot be called on what `keras.Input` and layers on it return"
    proposals: tuple[Proposal, ...] = ()
    if new and _is_the_same(call, new):
        fix = partial(_in_ops, call, new)
        proposals = (Proposal(f"Use `keras.ops.{new}`", Safety.SAFE, fix),)
    able = f"keras.ops.{new}" if new else f"keras.layers.{layer}"
    yield Report(call.place, f"{message}: `{able}` can", (), proposals)


def _is_the_same(call: Call, new: str) -> bool:
    """Whether all arguments mean the same to the other function."""
    positional = sum(argument.name.isdigit() for argument in call.arguments)
    named = {argument.name for argument in call.arguments if not argument.name.isdigit()}
    stated = "axis" in named or new not in operations.AXIS_STATED
    alike = positional <= operations.LEADING.get(new, 3) and stated
    return not call.forwarded and alike and named <= operations.KEYWORDS | {"name"}


def _in_ops(call: Call, new: str, source: Source) -> tuple[Edit, ...] | None:
    span = source.span(call.place)
    node = calls.call_at(source, span)
    if node is None:
        return None
    keras = imports.keras_module(source)
    added: tuple[Edit, ...] = ()
    if keras is None:
        added = imports.import_from(source, imports.keras_root(source), "ops") or ()
    name = f"{keras}.ops.{new}" if keras else f"ops.{new}"
    edits = [*added, Edit(node_span(source, node.func), name)]
    if any(keyword.arg == "name" for keyword in node.keywords):
        removed = calls.without_keyword(source, node, "name")
        if removed is None:
            return None
        edits.append(removed)
    return tuple(edits)

"""A class or function of an older Keras is used that this release does not have.

`keras` and `tf.keras` are different packages since Keras 3: `ImageDataGenerator`, `Tokenizer`
and `losses.mse` stand under `tf.keras` only. Which release has which name is read from the
releases themselves.

## Bad

```python
from keras.layers import CuDNNLSTM, Dense  # error: [removed-symbol] # raises: ImportError

layers = [CuDNNLSTM(4), Dense(1)]
```

```python
import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", keras.losses.mse)  # error: [removed-symbol] # raises: AttributeError
```

```python
from keras.optimizers import adam  # error: [removed-symbol] # raises: ImportError

optimizer = adam(0.01)
```

```python
import tensorflow as tf

error = tf.keras.losses.mean_squared_error([1.0], [2.0])  # error: [removed-symbol] # raises: AttributeError
```

```python
from keras.layers import LocallyConnected1D  # error: [removed-symbol] # raises: ImportError
```

```python
from keras.preprocessing.image import ImageDataGenerator  # error: [removed-symbol] # raises: ImportError

images = ImageDataGenerator(rescale=1 / 255)
```

```python
from keras.models import Sequential, model_from_config  # error: [removed-symbol] # raises: ImportError

model = Sequential()
copied = model_from_config({"class_name": "Sequential", "config": model.get_config()})
```

## Fixed

```python
from keras.layers import LSTM, Dense

layers = [LSTM(4), Dense(1)]
```

```python
import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", keras.losses.mean_squared_error)
```

```python
from keras.optimizers import Adam

optimizer = Adam(0.01)
```

```python
import tensorflow as tf

error = tf.keras.losses.mse([1.0], [2.0])
```

Nothing took its place; an import that the file does not use is left out.

```python
```

```python
from tensorflow.keras.preprocessing.image import ImageDataGenerator

images = ImageDataGenerator(rescale=1 / 255)
```

```python
from keras.models import Sequential


# A new model, from the name of its class and what its `get_config` gave.
def model_from_config(config, custom_objects=None):
    from keras.models import Model, Sequential

    known = {"Sequential": Sequential, "Functional": Model, "Model": Model}
    model = {**known, **(custom_objects or {})}[config["class_name"]]
    return model.from_config(config["config"], custom_objects=custom_objects)


model = Sequential()
copied = model_from_config({"class_name": "Sequential", "config": model.get_config()})
```

## Near misses

`tf.keras` still has it.

```python
from tensorflow.keras.preprocessing.image import ImageDataGenerator

images = ImageDataGenerator(rotation_range=20)
```

The program asks first.

```python
import keras

layer = keras.layers.CuDNNLSTM if hasattr(keras.layers, "CuDNNLSTM") else keras.layers.LSTM
```

```python
try:
    from keras.layers import CuDNNGRU as GRU
except ImportError:
    from keras.layers import GRU
```

Under Keras 2 it is there.

```python k2
import keras

layer = keras.layers.LocallyConnected1D(2, 3)
```

## Fix safety

Unsafe where the name stands under `tf.keras` only: the program then needs TensorFlow. Unsafe
where a function is written out: it does what Keras's did, and is the program's own from now on. Else
safe: the program fails as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog import changes
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, moving, rule
from keras_lsp.semantics.events import ApiRead


@rule(Severity.ERROR)
def removed_symbol(read: ApiRead) -> Iterator[Report]:
    context, api = read.context, read.api
    if context.expected or read.private or api == "tensorflow":
        return
    yield from moving.not_yet(read, modules=False)
    missing = changes.missing(read.path, api, context.target)
    if missing is None or missing.module or read.path != missing.path:
        return
    module, _, name = read.path.rpartition(".")
    if module == changes.BACKEND:
        return
    new = changes.successor(read.path, api, context.target)
    here = context.target.name(api)
    home = read.root + module.removeprefix("keras")
    message = f"`{home}` has no `{name}` in {here}: Keras {missing.until} had it"
    proposals: tuple[Proposal, ...] = ()
    if new is not None:
        proposals = (Proposal(f"Use `{new}`", Safety.SAFE, partial(moving.to, read, "", new)),)
    elif changes.only_under_tf(read.path, api, context.target):
        message = f"`{home}` has no `{name}` in {here}: it is in `tf.keras` only"
        fix = partial(moving.to, read, "tensorflow.", read.path)
        proposals = (Proposal("Take it from `tensorflow.keras`", Safety.UNSAFE, fix),)
    else:
        message = f"{message}; {moving.why_not(read.path)}"
        if read.imported:
            proposals = (moving.left_out(read),)
    yield Report(read.name_place, message, (), proposals)

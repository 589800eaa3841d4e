"""A module of an older Keras is imported that this release does not have.

Keras moved its code more than once. What was importable by accident (`keras.layers.core`,
`keras.utils.np_utils`, `keras.engine`) is private today, and `keras` and `tf.keras` differ.
Which release has which module is read from the releases themselves.

## Bad

```python
import keras
from keras.layers.core import Dense, Dropout  # error: [removed-module] # raises: ModuleNotFoundError

model = keras.Sequential([Dropout(0.5), Dense(1)])
```

```python
import keras
from keras.utils import np_utils  # error: [removed-module] # raises: ImportError

labels = np_utils.to_categorical([0, 1, 2])
```

```python
from tensorflow.keras.layers.experimental.preprocessing import Rescaling as Scale  # error: [removed-module] # raises: ModuleNotFoundError

scale = Scale(1 / 255)
```

```python
import tensorflow as tf

scale = tf.keras.layers.experimental.preprocessing.Rescaling(1 / 255)  # error: [removed-module] # raises: AttributeError
```

```python
from keras.preprocessing.text import Tokenizer  # error: [removed-module] # raises: ModuleNotFoundError
```

```python
from keras.wrappers.scikit_learn import KerasClassifier  # error: [removed-module] # raises: ModuleNotFoundError
```

Keras lent small functions to whoever wrote a layer, and translated the arguments of Keras 1.

```python
import keras
from keras.legacy import interfaces  # error: [removed-module] # raises: ImportError
from keras.utils import conv_utils  # error: [removed-module]


class Pad(keras.layers.Layer):
    @interfaces.legacy_dense_support
    def __init__(self, size):
        super().__init__()
        self.size = conv_utils.normalize_tuple(size, 2, "size")
```

## Fixed

```python
import keras
from keras.layers import Dense, Dropout

model = keras.Sequential([Dropout(0.5), Dense(1)])
```

```python
import keras
from keras import utils as np_utils

labels = np_utils.to_categorical([0, 1, 2])
```

```python
from tensorflow.keras.layers import Rescaling as Scale

scale = Scale(1 / 255)
```

```python
import tensorflow as tf

scale = tf.keras.layers.Rescaling(1 / 255)
```

```python
from tensorflow.keras.preprocessing.text import Tokenizer
```

What `keras.wrappers.scikit_learn` was lives in another package (scikeras): no edit can know
that it is installed. An import that the file does not use is left out.

```python
```

```python
import keras


# A tuple of `n` integers, from one integer or from `n` of them.
def normalize_tuple(value, n, name):
    values = (value,) * n if isinstance(value, int) else tuple(value)
    if len(values) != n:
        raise ValueError(f"`{name}` must be {n} integers, not {value!r}")
    return tuple(int(size) for size in values)


class Pad(keras.layers.Layer):
    def __init__(self, size):
        super().__init__()
        self.size = normalize_tuple(size, 2, "size")
```

## Near misses

`tf.keras` still has what `keras` has not.

```python
from tensorflow.keras.preprocessing.text import Tokenizer

tokenizer = Tokenizer(num_words=10)
```

The program reckons with both.

```python
try:
    from keras.layers.core import Dense
except ImportError:
    from keras.layers import Dense
```

```python
import keras

if keras.__version__.startswith("2"):
    from keras.engine import Layer
else:
    from keras.layers import Layer
```

Under Keras 2 it is there.

```python k2
from keras.layers.experimental.preprocessing import Rescaling

scale = Rescaling(1 / 255)
```

## Fix safety

Unsafe where only `tf.keras` has it: the program then needs TensorFlow. Unsafe where the module
itself is handed on: the one with the most of what it had takes its place, or nothing if the file
does not use it; another file may want something else of it. Unsafe where a function is written
out: it does what Keras's did, and is the program's own from now on; and where a decorator of
`keras.legacy` goes, as the names of Keras 1 are taken no more. Else safe: the import fails as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog import changes
from keras_lsp.catalog.successors import WHY_NOT
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, moving, rule
from keras_lsp.semantics.events import ApiRead


@rule(Severity.ERROR)
def removed_module(read: ApiRead) -> Iterator[Report]:
    context = read.context
    if context.expected or read.private or read.api == "tensorflow":
        return
    yield from moving.not_yet(read, modules=True)
    missing = changes.missing(read.path, read.api, context.target)
    if missing is None or not missing.module:
        return
    if not read.imported and read.path != missing.path:
        # What is read from something that is not there was told before.
        return
    module = read.root + missing.path.removeprefix("keras")
    here = context.target.name(read.api)
    if changes.only_under_tf(missing.path, read.api, context.target):
        message = f"`{module}` is in `tf.keras` only: {here} has no such module"
        title, safety, known = "Take it from `tensorflow.keras`", Safety.UNSAFE, read.imported
    else:
        message = f"`{module}` is gone: Keras {missing.until} had it, {here} has not"
        title, safety = "Take it from where it is now", Safety.SAFE
        new = changes.successor(read.path, read.api, context.target)
        known = read.path not in WHY_NOT and (read.path == missing.path or new is not None)
    proposals = [Proposal(title, safety, partial(moving.module, read))] if known else []
    if (not known and read.path != missing.path) or read.path in WHY_NOT:
        message = f"{message}; {moving.why_not(read.path)}"
    if read.imported or read.path == missing.path:
        fix = partial(moving.without, read)
        proposals.append(Proposal("Do without it, or with its successor", Safety.UNSAFE, fix))
    place = read.statement if read.imported else read.name_place
    yield Report(place, message, (), tuple(proposals))

"""A name of TensorFlow 1 is used that TensorFlow 2 does not have.

Sessions, placeholders and graphs went with TensorFlow 2; Keras 3 needs TensorFlow 2.16 or newer.
Most of the names are kept under `tf.compat.v1`, a few have a successor.

## Bad

```python
import tensorflow as tf

tf.set_random_seed(1)  # error: [tf1-symbol] # raises: AttributeError
```

```python
import tensorflow as tf

config = tf.ConfigProto()  # error: [tf1-symbol] # raises: AttributeError
```

```python
import tensorflow as tf

dense = tf.layers.dense  # error: [tf1-symbol] # raises: AttributeError
```

```python
from tensorflow import Session  # error: [tf1-symbol] # raises: ImportError
```

What was in `tf.contrib` has gone several ways.

```python
from tensorflow.contrib import slim  # error: [tf1-symbol] # raises: ModuleNotFoundError
```

## Fixed

```python
import tensorflow as tf

tf.random.set_seed(1)
```

```python
import tensorflow as tf

config = tf.compat.v1.ConfigProto()
```

```python byhand
import tensorflow as tf

dense = tf.keras.layers.Dense
```

```python byhand
from tensorflow.compat.v1 import Session
```

It is a package of its own, tf_slim: no edit can know that it is installed.

```python byhand
```

## Near misses

```python
import tensorflow as tf

config = tf.compat.v1.ConfigProto()
seed = tf.random.set_seed
```

The whole module is the one of version 1.

```python
import tensorflow.compat.v1 as tf

session = tf.Session()
```

```python
import tensorflow as tf

if tf.__version__.startswith("1."):
    tf.set_random_seed(1)
else:
    tf.random.set_seed(1)
```

## Known gaps

Names of `tf.contrib`, of `tf.train` and other modules are not looked into.

## Fix safety

Unsafe: what runs in a session of version 1 does not mix with Keras 3. Safe where the name has a
successor.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog.successors import CONTRIB, TENSORFLOW
from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import ApiRead

FIRST = (2, 4)
"""From this Keras on there is TensorFlow 2 below it."""


@rule(Severity.ERROR)
def tf1_symbol(read: ApiRead) -> Iterator[Report]:
    context = read.context
    if read.api != "tensorflow" or context.expected or context.target.number < FIRST:
        return
    package, _, name = read.path.partition(".")
    if read.imported:
        name = name.partition(".")[0]
    new = TENSORFLOW.get(name)
    if package != "tensorflow" or new is None:
        return
    message = f"`tf.{name}` is gone since TensorFlow 2"
    if not new:
        if name == "contrib":
            message = f"{message}{_of_contrib(read)}"
        yield Report(read.name_place, message)
        return
    safety = Safety.UNSAFE if new.startswith("compat.") else Safety.SAFE
    fix = Proposal(f"Use `tf.{new}`", safety, partial(calls.replace_name, read.name_place, new))
    yield Report(read.name_place, f"{message}: use `tf.{new}`", (), () if read.imported else (fix,))


def _of_contrib(read: ApiRead) -> str:
    """What became of the part that is imported."""
    part = read.path.split(".")[2:3]
    if not part:
        return ", and most of it with it"
    return f"; {CONTRIB.get(part[0], f'nothing took the place of its `{part[0]}`')}"

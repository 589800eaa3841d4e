"""A function of `keras.backend` is used that Keras 3 moved to `keras.ops`.

Keras 3 left fourteen names in `keras.backend`; the arithmetic is in `keras.ops`, random numbers
are in `keras.random`. `tf.keras.backend` kept most of the functions, for TensorFlow only.

## Bad

```python
from keras import backend as K


def loss(y_true, y_pred):
    return K.mean(y_true - y_pred, axis=-1)  # error: [backend-function] # raises: AttributeError


loss(y_train, y_train)
```

```python
import keras
import keras.backend as K

total = K.sum([1.0, 2.0])  # error: [backend-function] # raises: AttributeError
```

```python
from keras.backend import clip, floatx  # error: [backend-function] # raises: ImportError

x = clip(x_train, 0.0, 1.0)
```

```python
import keras
from keras import backend as K

size = K.int_shape(keras.ops.ones((2, 3)))  # error: [backend-function] # raises: AttributeError
```

```python
from keras import backend as K

session = K.get_session()  # error: [backend-function] # raises: AttributeError
```

## Fixed

```python
from keras import backend as K, ops


def loss(y_true, y_pred):
    return ops.mean(y_true - y_pred, axis=-1)


loss(y_train, y_train)
```

```python
import keras
import keras.backend as K

total = keras.ops.sum([1.0, 2.0])
```

```python
from keras.ops import clip
from keras.backend import floatx

x = clip(x_train, 0.0, 1.0)
```

```python
import keras
from keras import backend as K

size = tuple(keras.ops.ones((2, 3)).shape)
```

There are no sessions any more.

```python byhand
from keras import backend as K

K.clear_session()
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

```python
import keras
from keras import backend as K

if K.backend() == "theano":
    total = K.sum([1.0, 2.0])
```

Under Keras 2 it is there.

```python k2
from keras import backend as K

total = K.sum(K.constant([1.0, 2.0]))
```

## Fix safety

Unsafe where the function has another name or other arguments now; else safe: the program
fails as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog import changes
from keras_lsp.catalog.successors import AS_ATTRIBUTE
from keras_lsp.editing import calls, imports, paths
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, moving, rule
from keras_lsp.semantics.events import ApiRead
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def backend_function(read: ApiRead) -> Iterator[Report]:
    context = read.context
    module, _, name = read.path.rpartition(".")
    if context.expected or module != changes.BACKEND or read.private:
        return
    missing = changes.missing(read.path, read.api, context.target)
    if missing is None or missing.module:
        return
    new = changes.successor(read.path, read.api, context.target)
    pattern = AS_ATTRIBUTE.get(name) if read.called else None
    message = f"`keras.backend` has no `{name}` in {context.target.name(read.api)}"
    if pattern is not None:
        fix = partial(calls.rewrite_call, read.place, pattern)
        written = Proposal(f"Write `{pattern.format('x')}`", Safety.UNSAFE, fix)
        yield Report(read.name_place, f"{message}: write `{pattern.format('x')}`", (), (written,))
        return
    if new is None:
        yield Report(read.name_place, f"{message}: {moving.why_not(read.path)}")
        return
    safety = Safety.SAFE if new.rpartition(".")[2] == name else Safety.UNSAFE
    renamed = Proposal(f"Use `{new}`", safety, partial(_move, read, new))
    yield Report(read.name_place, f"{message}: it is `{new}`", (), (renamed,))


def _move(read: ApiRead, new: str, source: Source) -> tuple[Edit, ...] | None:
    root = moving.public_root(read)

    def moved(written: str) -> str | None:
        return root + new.removeprefix("keras") if written == read.written else written

    if read.imported:
        return paths.move_import(source, source.span(read.statement), moved)
    keras = imports.keras_module(source)
    renamed = {read.path: new}.get
    if keras is not None:
        return paths.move_read(source, source.span(read.place), read.path, renamed, keras)
    # ``ops.mean``: the module's own name, imported as ``K`` was.
    module, _, name = new.removeprefix("keras.").rpartition(".")
    if not module:
        return None
    added = imports.import_from(source, root, module) or ()
    return (*added, Edit(source.span(read.place), f"{module}.{name}"))

"""Something is imported from a private package although Keras exports it.

What lies in `keras.src` may move in any release. `tensorflow.python.keras` is worse: it is an old
copy that stays behind in TensorFlow, and its layers and models are strangers to Keras 3.

## Bad

```python
from tensorflow.python.keras.layers import Dense  # warning: [private-import]

layer = Dense(1)
```

It runs as long as Keras does not move it.

```python static
from keras.src.layers import Dense, Dropout  # warning: [private-import] # warning: [private-import]

layer, dropout = Dense(1), Dropout(0.5)
```

A whole module, and functions of it; TensorFlow no longer has all of them there.

```python
from tensorflow.python.keras import backend as K, layers  # warning: [private-import] # warning: [private-import]
from tensorflow.python.keras.utils import np_utils  # warning: [private-import]
from tensorflow.python.keras.utils.np_utils import to_categorical  # warning: [private-import]

layer = layers.Dense(1)
K.clear_session()
labels = to_categorical([1, 0]), np_utils.to_categorical([1, 0])
```

Nothing took the place of this one.

```python
from tensorflow.python.keras.utils import convert_all_kernels_in_model  # warning: [private-import] # raises: ImportError
```

## Fixed

```python
from tensorflow.keras.layers import Dense

layer = Dense(1)
```

```python
from keras.layers import Dense, Dropout

layer, dropout = Dense(1), Dropout(0.5)
```

```python
from tensorflow.keras import backend as K, layers
from tensorflow.keras import utils as np_utils
from tensorflow.keras.utils import to_categorical

layer = layers.Dense(1)
K.clear_session()
labels = to_categorical([1, 0]), np_utils.to_categorical([1, 0])
```

Without it the program has a layer of Keras.

```python byhand
from keras.layers import Dense

layer = Dense(1)
```

## Proof

```python
import keras

assert isinstance(layer, keras.layers.Layer)
```

## Near misses

These are not exported.

```python noproof
from keras.src.backend import any_symbolic_tensors
from tensorflow.python.keras.utils import tf_utils
```

```python noproof
try:
    from tensorflow.python.keras.layers import Dense
except ImportError:
    from keras.layers import Dense
```

## Fix safety

Unsafe for `tensorflow.python.keras`: the class is another one, with other arguments now and
then. Safe for `keras.src`, where it is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePath

from keras_lsp.catalog import changes, releases
from keras_lsp.catalog.names import below_keras, canonical
from keras_lsp.catalog.successors import NOT_IN_THE_COPY, WHY_NOT
from keras_lsp.editing import paths
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import ApiRead
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

ROOTS = {"keras": "keras", "tf.keras": "tensorflow.keras", "tf_keras": "tf_keras"}
OLD_COPY = "tensorflow.python.keras"
STRANGE = "is an old copy that Keras does not know"
OWN_CODE = frozenset({"keras", "tf_keras"})
"""Packages that may import themselves as they like."""


@rule(Severity.WARNING)
def private_import(read: ApiRead) -> Iterator[Report]:
    context = read.context
    if not read.private or not read.imported or context.expected:
        return
    if OWN_CODE & set(PurePath(context.path).parts):
        return
    if read.bound == "tensorflow":
        # ``import tensorflow.python.keras`` binds the package.
        return
    public = _public(read, read.written) or _module_with_most_of_it(read)
    if public is None:
        if read.written.startswith(OLD_COPY) and read.path in NOT_IN_THE_COPY:
            name = read.path.rpartition(".")[2]
            message = f"`{name}` is an old copy of what Keras has no more"
            yield Report(read.place, f"{message}; {WHY_NOT[read.path]}")
        return
    same = not read.written.startswith("tensorflow.")
    safety = Safety.SAFE if same else Safety.UNSAFE
    fix = Proposal(f"Import it from `{public.rpartition('.')[0]}`", safety, partial(_move, read))
    why = "is private" if same else STRANGE
    yield Report(read.place, f"`{read.root}` {why}: use `{public}`", (), (fix,))


def _public(read: ApiRead, written: str) -> str | None:
    """The exported path of the same name, as the program would write it."""
    views = read.context.target.views(read.api)
    found = canonical(written)
    same = found is not None and found.name.rpartition(".")[2] == written.rpartition(".")[2]
    if found is not None and same and found.kind == "class":
        path: str | None = found.name if releases.mask_of(found.name) & views else None
    else:
        path = _of_the_old_copy(read, written, views)
    return ROOTS[read.api] + changes.home(path).removeprefix("keras") if path else None


def _of_the_old_copy(read: ApiRead, written: str, views: int) -> str | None:
    """The path below ``keras`` of a function or module of ``tensorflow.python.keras``.

    It is laid out as ``tf.keras`` is.  Of ``keras.src`` a private function may have the name of a
    public one and be another.
    """
    named = below_keras(written) if written.startswith(OLD_COPY) else None
    if named is None:
        return None
    path, api = named
    if path == "keras" or releases.mask_of(path) & views:
        return path
    return None if releases.is_module(path) else changes.successor(path, api, read.context.target)


def _module_with_most_of_it(read: ApiRead) -> str | None:
    """Where the functions of a module of ``tensorflow.python.keras`` are that Keras has no more."""
    if not read.written.startswith(OLD_COPY) or not releases.is_module(read.path):
        return None
    new = changes.module_instead(read.path, read.api, read.context.target)
    return ROOTS[read.api] + new.removeprefix("keras") if new else None


def _move(read: ApiRead, source: Source) -> tuple[Edit, ...] | None:
    public = partial(_public, read)
    return paths.move_import(source, source.span(read.statement), public, public)

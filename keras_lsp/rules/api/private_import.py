"""A class is imported from a private package although Keras exports it.

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

layers = [Dense(1), Dropout(0.5)]
```

## Fixed

```python
from tensorflow.keras.layers import Dense

layer = Dense(1)
```

```python
from keras.layers import Dense, Dropout

layers = [Dense(1), Dropout(0.5)]
```

## Proof

```python
import keras

layer = Dense(1)
assert isinstance(layer, keras.layers.Layer)
```

## Near misses

This one is not exported.

```python noproof
from keras.src.backend import any_symbolic_tensors
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
from keras_lsp.catalog.names import canonical
from keras_lsp.editing import paths
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import ApiRead
from keras_lsp.syntax import Source
from keras_lsp.text import Edit

ROOTS = {"keras": "keras", "tf.keras": "tensorflow.keras", "tf_keras": "tf_keras"}
OWN_CODE = frozenset({"keras", "tf_keras"})
"""Packages that may import themselves as they like."""


@rule(Severity.WARNING)
def private_import(read: ApiRead) -> Iterator[Report]:
    context = read.context
    if not read.private or not read.imported or context.expected:
        return
    if OWN_CODE & set(PurePath(context.path).parts):
        return
    public = _public(read, read.written)
    if public is None:
        return
    same = not read.written.startswith("tensorflow.")
    safety = Safety.SAFE if same else Safety.UNSAFE
    fix = Proposal(f"Import it from `{public.rpartition('.')[0]}`", safety, partial(_move, read))
    why = "is private" if same else "is an old copy that Keras does not know"
    yield Report(read.place, f"`{read.root}` {why}: use `{public}`", (), (fix,))


def _public(read: ApiRead, written: str) -> str | None:
    """The exported path of the same name, as the program would write it."""
    found = canonical(written)
    # A private function may have the name of a public one and be another.
    if found is None or found.kind != "class":
        return None
    views = read.context.target.views(read.api)
    if not releases.mask_of(found.name) & views:
        return None
    if found.name.rpartition(".")[2] != written.rpartition(".")[2]:
        return None
    return ROOTS[read.api] + changes.home(found.name).removeprefix("keras")


def _move(read: ApiRead, source: Source) -> tuple[Edit, ...] | None:
    return paths.move_import(source, source.span(read.statement), partial(_public, read))

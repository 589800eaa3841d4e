"""A name of Keras is used that the file never imports.

`NameError: name 'Dense' is not defined`: the line was copied from somewhere, its import
was not.

## Bad

```python
from tensorflow.keras.models import Sequential

model = Sequential([Dense(1)])  # error: [undefined-keras-name] # raises: NameError
```

```python
import tensorflow as tf

model = keras.Sequential()  # error: [undefined-keras-name] # raises: NameError
```

## Fixed

```python
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense

model = Sequential([Dense(1)])
```

```python
import tensorflow as tf
from tensorflow import keras

model = keras.Sequential()
```

## Near misses

A star import brings it.

```python
from keras.layers import *

layer = Dense(1)
```

The program has a function of that name.

```python
import keras


def Dense(units):
    return keras.layers.Dense(units)


model = keras.Sequential([Dense(1)])
```

## Fix safety

Safe: without the import the program ends here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.catalog.names import homes
from keras_lsp.editing import imports
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import NameUse
from keras_lsp.semantics.values import is_undefined
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def undefined_keras_name(use: NameUse) -> Iterator[Report]:
    if not use.keras or use.star_import or use.scope != "global" or not is_undefined(use.value):
        return
    if use.model_binding is not None or use.bound_somewhere:
        return
    home = _home(use)
    if home is None:
        return
    yield Report(
        use.place,
        f"`{use.name}` is never imported",
        (),
        (Proposal(f"Import `{home}`", Safety.SAFE, partial(_import, home)),),
    )


def _home(use: NameUse) -> str | None:
    """Where the name lives, if it can only be the one of Keras."""
    if use.name == "keras" and use.attribute:
        return "keras"
    if not use.called or not use.name[:1].isupper():
        return None
    found = [home for home in homes(use.name) if ".legacy." not in home]
    return found[0] if found else None


def _import(home: str, source: Source) -> tuple[Edit, ...] | None:
    return imports.import_keras_name(source, home)

"""A cell uses a model that only a later cell defines.

Cells run in any order, and the kernel remembers what ran: a notebook works as long as it is
open, and raises a `NameError` for whoever opens it next and runs it from top to bottom. The
same holds for scripts with `# %%` cells.

## Bad

The training stands above the model. It worked once, because the cell below had run.

```python
# %%
x_fold, y_fold = x_train[:8], y_train[:8]

# %%
model.fit(x_fold, y_fold, verbose=0)  # warning: [unordered-cells] # raises: NameError

# %%
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
```

A function of an earlier cell is called before the cell that makes what it reads.

```python
# In[7]:
def train():
    model.fit(x_train, y_train, verbose=0)  # raises: NameError


# In[9]:
train()  # warning: [unordered-cells]

# In[8]:
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
```

## Fixed

The cells stand in the order in which they have to run. Editors move a cell with two keys;
which of them belong together, nobody but you knows.

```python byhand
# %%
x_fold, y_fold = x_train[:8], y_train[:8]

# %%
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")

# %%
model.fit(x_fold, y_fold, verbose=0)
```

```python byhand
# In[7]:
def train():
    model.fit(x_train, y_train, verbose=0)


# In[8]:
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")

# In[9]:
train()
```

## Near misses

A function may be defined above the cell that makes what it reads.

```python
# %%
def train():
    model.fit(x_train, y_train, verbose=0)


# %%
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")

# %%
train()
```

The model of an earlier cell is replaced in a later one.

```python
# %%
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")

# %%
model.fit(x_train, y_train, verbose=0)
model.evaluate(x_test, y_test, verbose=0)

# %%
model = keras.Sequential([keras.layers.Dense(2), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
```

## Known gaps

Names that a magic may define (`%run`, `%store`, `%load_ext`) silence it for the cells below.
That a cell has run before it was changed cannot be seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import NameUse
from keras_lsp.semantics.values import is_undefined


@rule(Severity.WARNING)
def unordered_cells(use: NameUse) -> Iterator[Report]:
    if not use.cells_below or not is_undefined(use.value) or use.star_import:
        return
    assert use.model_binding is not None
    related = [(use.model_binding, "it is defined here")]
    place = use.place
    if use.context.calls and use.scope == "global":
        place = use.context.calls[0]
        related.insert(0, (use.place, f"`{use.name}` is read here"))
    later = "the next cell" if use.cells_below == 1 else "a later cell"
    message = f"`{use.name}` is defined in {later}: from top to bottom the notebook stops here"
    yield Report(place, message, tuple(related))

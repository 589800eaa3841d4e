"""`add` is called on a functional model, which has no such method.

Only a `Sequential` grows by `add`. A functional model, such as those of
`keras.applications`, is continued from its `output`, or wrapped in a `Sequential`.

## Bad

```python
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(4)(inputs))
model.add(keras.layers.Dense(1))  # error: [add-to-functional-model] # raises: AttributeError
```

## Fixed

```python
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(4)(inputs))
model = keras.Sequential([model])
model.add(keras.layers.Dense(1))
```

## Near misses

A `Sequential` that contains a functional model may grow.

```python
inputs = keras.Input((4,))
base = keras.Model(inputs, keras.layers.Dense(4)(inputs))
model = keras.Sequential([base])
model.add(keras.layers.Dense(1))
```

The functional model is continued from its output.

```python
inputs = keras.Input((4,))
base = keras.Model(inputs, keras.layers.Dense(4)(inputs))
model = keras.Model(base.input, keras.layers.Dense(1)(base.output))
```

## Fix safety

Unsafe: the name holds another kind of model afterwards; its layers are one level deeper.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import assign
from keras_lsp.editing.imports import sequential_name
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import AttributeUse
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def add_to_functional_model(use: AttributeUse) -> Iterator[Report]:
    if use.attribute != "add" or not use.called or not use.models:
        return
    for model in use.models:
        if model.user_class or model.phase.kind not in ("functional", "application"):
            return
    made = use.models[0].phase.place_of("defined")
    yield Report(
        use.name_place,
        f"`{use.receiver}` is a functional model, it has no `add`",
        ((made, "it is made here"),) if made else (),
        (Proposal(f"Wrap `{use.receiver}` in a `Sequential`", Safety.UNSAFE, partial(_wrap, use)),),
    )


def _wrap(use: AttributeUse, source: Source) -> tuple[Edit, ...] | None:
    name = sequential_name(source)
    if name is None or not use.receiver.isidentifier():
        return None
    text = f"{use.receiver} = {name}([{use.receiver}])"
    return assign.insert_statement(source, source.span(use.statement), text)

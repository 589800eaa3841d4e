"""A model is compiled without a loss and then trained.

Keras has nothing to minimise: `No loss to compute`.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam")  # error: [compile-without-loss]
model.fit(x_train, y_train, verbose=0)  # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, verbose=0)
```

## Near misses

A model that only predicts needs no loss.

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam")
model.predict(x_test, verbose=0)
```

A class with a training step of its own may compute the loss there.

```python
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)

    def call(self, inputs):
        return self.dense(inputs)

    def train_step(self, data):
        return {"loss": 0.0}


model = Net()
model.compile(optimizer="adam")
model.fit(x_train, y_train, verbose=0)
```

A layer of the program's own may add the loss.

```python
class Penalty(keras.layers.Layer):
    def call(self, inputs):
        self.add_loss(keras.ops.mean(inputs))
        return inputs


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1), Penalty()])
model.compile(optimizer="adam")
model.fit(x_train, y_train, verbose=0)
```

What a layer's regularizer asks for is a loss, too.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, kernel_regularizer="l2")])
model.compile(optimizer="adam")
model.fit(x_train, y_train, verbose=0)
```

```python
inner = keras.layers.Dense(1, kernel_regularizer="l2")
model = keras.Sequential([
    keras.Input((4,)), keras.layers.Reshape((2, 2)), keras.layers.TimeDistributed(inner)
])
model.compile(optimizer="adam")
model.fit(x_train, verbose=0)
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.ActivityRegularization(0.1)])
model.compile(optimizer="adam")
model.fit(x_train, verbose=0)
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.PReLU("zeros", "l2")])
model.compile(optimizer="adam")
model.fit(x_train, verbose=0)
```

A test may ask for the failure.

```python
import pytest

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, use_bias=False)])
model.compile(optimizer="adam")
with pytest.raises(ValueError):
    model.fit(x_train, y_train, verbose=0)
```

## Fix safety

Unsafe: the loss is guessed from the activation of the last layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.lifecycle.fit_before_compile import LOSSES
from keras_lsp.semantics.events import Call, Model
from keras_lsp.semantics.phases import YES, Compilation
from keras_lsp.semantics.symbols import TRAINING
from keras_lsp.semantics.values import is_none
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.ERROR)
def compile_without_loss(call: Call) -> Iterator[Report]:
    if call.method not in TRAINING or len(call.models) != 1:
        return
    (model,) = call.models
    last = model.phase.compilation
    if last is None or last.forwarded or model.phase.compiled is not YES:
        return
    if last.loss and not is_none(last.loss):
        return
    if not model.plain or model.adds_loss or model.phase.kind not in ("sequential", "functional"):
        return
    fixes = (Proposal("Give it a loss", Safety.UNSAFE, partial(_loss, model, last)),)
    yield Report(
        last.place,
        f"`{call.receiver}` is compiled without a loss",
        ((call.name_place, "it is trained here"),),
        () if last.loss else fixes,
    )


def _loss(model: Model, last: Compilation, source: Source) -> tuple[Edit, ...] | None:
    loss = LOSSES.get(model.activation, "mse")
    return calls.add_keyword(source, source.span(last.place), "loss", f'"{loss}"')

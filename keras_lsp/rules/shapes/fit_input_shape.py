"""A model is trained, evaluated or asked with data of another shape than it begins with.

The number of samples does not count, all other dimensions have to be those of the model's
input. Keras raises as soon as the first batch arrives.

## Bad

```python
features, labels = np.random.rand(16, 4), np.random.rand(16, 1)
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(features, labels, verbose=0)  # error: [fit-input-shape] # raises: ValueError
```

```python
images = np.zeros((4, 28, 28))
model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
model.predict(images / 255.0, verbose=0)  # error: [fit-input-shape] # raises: ValueError
```

```python
inputs = keras.Input((32, 32, 3))
outputs = keras.layers.Dense(1)(keras.layers.Flatten()(inputs))
model = keras.Model(inputs, outputs)
model.compile(loss="mse")
model.evaluate(x=np.ones((4, 3, 32, 32)), y=np.ones((4, 1)), verbose=0)  # error: [fit-input-shape] # raises: ValueError
```

## Fixed

```python byhand
features, labels = np.random.rand(16, 4), np.random.rand(16, 1)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(features, labels, verbose=0)
```

```python byhand
images = np.zeros((4, 28, 28))
model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
model.predict(images.reshape(-1, 784) / 255.0, verbose=0)
```

```python byhand
inputs = keras.Input((32, 32, 3))
outputs = keras.layers.Dense(1)(keras.layers.Flatten()(inputs))
model = keras.Model(inputs, outputs)
model.compile(loss="mse")
model.evaluate(x=np.ones((4, 32, 32, 3)), y=np.ones((4, 1)), verbose=0)
```

## Near misses

Keras adds a last dimension of 1, or drops it.

```python
images = np.zeros((4, 8, 8))
model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)])
model.predict(images, verbose=0)
flat = keras.Sequential([keras.Input((8,)), keras.layers.Dense(2)])
flat.predict(np.zeros((4, 8, 1)), verbose=0)
```

What is not fixed takes any number.

```python
model = keras.Sequential([keras.Input((None, 4)), keras.layers.LSTM(2)])
model.predict(np.zeros((2, 5, 4)), verbose=0)
model.predict(np.zeros((2, 9, 4)), verbose=0)
```

The name holds something else by now.

```python
data = np.zeros((16, 3))
data = data.reshape(12, 4)
data = np.concatenate([data, data])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.predict(data, verbose=0)
```

A layer is called on data, not the model.

```python
features = np.zeros((16, 3))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.predict(keras.layers.Dense(4)(features), verbose=0)
```

The input is what all of the data but the first axis look like.

```python
model = keras.Sequential([keras.Input(x_train.shape[1:]), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x_train, y_train, batch_size=5, verbose=0)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from keras_lsp.findings import Severity
from keras_lsp.networks import Input
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import shown
from keras_lsp.syntax import Place
from keras_lsp.verdicts import Misfit, Part


@rule(Severity.ERROR, yielding=True)
def fit_input_shape(misfit: Misfit) -> Iterator[Report]:
    data = misfit.fitted.fit.x
    if misfit.part is not Part.DATA or data is None:
        return
    network = misfit.shapes.network
    spec = misfit.shapes.outputs(network.inputs[0])
    yield Report(
        misfit.place,
        f"the data have the shape {shown(data.shape)}, and the model begins with {spec}",
        tuple(_inputs(misfit)),
    )


def _inputs(misfit: Misfit) -> Iterator[tuple[Place, str]]:
    for node in misfit.shapes.network.nodes:
        if isinstance(node, Input):
            yield node.place, "the model begins here"

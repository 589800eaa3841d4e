"""A convolution or a pooling leaves nothing of a dimension.

Each layer with `padding="valid"` takes something off the borders, each pooling halves what
is left. A window that is larger than the image has no place to go, often because the
channels stand first in a shape that is read with the channels last.

## Bad

```python
model = keras.Sequential([  # raises: ValueError
    keras.Input((6, 6, 1)),
    keras.layers.Conv2D(4, 3),
    keras.layers.Conv2D(8, (5, 5)),  # error: [empty-output-dimension]
])
```

```python
inputs = keras.Input((4, 8))
hidden = keras.layers.MaxPooling1D(2)(inputs)
hidden = keras.layers.MaxPooling1D(pool_size=3)(hidden)  # error: [empty-output-dimension] # raises: ValueError
```

```python
model = keras.Sequential()
model.add(keras.layers.Conv2D(32, (3, 3), activation="relu", input_shape=(1, 28, 28)))  # error: [empty-output-dimension] # raises: ValueError
```

## Fixed

```python
model = keras.Sequential([
    keras.Input((6, 6, 1)),
    keras.layers.Conv2D(4, 3),
    keras.layers.Conv2D(8, (5, 5), padding="same"),
])
```

```python
inputs = keras.Input((4, 8))
hidden = keras.layers.MaxPooling1D(2)(inputs)
hidden = keras.layers.MaxPooling1D(pool_size=3, padding="same")(hidden)
```

```python
model = keras.Sequential()
model.add(keras.layers.Conv2D(32, (3, 3), activation="relu", input_shape=(28, 28, 1)))
```

## Near misses

The borders are filled up.

```python
model = keras.Sequential([
    keras.Input((2, 2, 1)),
    keras.layers.Conv2D(4, 3, padding="same"),
    keras.layers.MaxPooling2D(3, padding="same"),
])
```

One window fits.

```python
model = keras.Sequential([keras.Input((3, 3, 1)), keras.layers.Conv2D(4, 3)])
```

Nobody knows the size before there is an image.

```python
model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(4, 300)])
```

## Fix safety

Unsafe: it may be the size of the input or the number of layers that is wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from keras_lsp.editing.calls import add_keyword, argument_span, call_at
from keras_lsp.editing.statements import node_span, text_of
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.networks import Input
from keras_lsp.rules import Report, rule
from keras_lsp.rules.refused import told_of
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit
from keras_lsp.verdicts import Fault, Refusal

CHANNELS = (1, 3, 4)


@rule(Severity.ERROR, yielding=True)
def empty_output_dimension(refusal: Refusal) -> Iterator[Report]:
    text = "`{kind}` leaves nothing of {shapes}: its output size would be zero or negative"
    yield from told_of(refusal, Fault.EMPTY, text, _fixes)


def _fixes(refusal: Refusal) -> Iterator[Proposal]:
    layer, made = refusal.node.layer, refusal.node.made
    if layer is None or made is None or len(refusal.given) != 1:
        return
    given = refusal.given[0]
    shape = given.spec.shape[1:]
    if len(shape) == 3 and shape[0] in CHANNELS and shape[2] not in CHANNELS:
        # The first layer of a model may say its input shape itself.
        at = given.source.place
        if isinstance(given.source.node, Input) and at is not None:
            fix = partial(_turned, at, shape)
            yield Proposal("Put the channels last", Safety.UNSAFE, fix)
    is_window = "Conv" in refusal.kind or "Pooling" in refusal.kind
    if is_window and dict(made.keywords).get("padding") in (None, "valid"):
        fix = partial(_padded, layer.place)
        yield Proposal("Fill up the borders", Safety.UNSAFE, fix)


def _padded(maker: Place, source: Source) -> tuple[Edit, ...] | None:
    span = source.span(maker)
    written = argument_span(source, span, "padding", 99)
    if written is not None:
        return (Edit(written, '"same"'),)
    return add_keyword(source, span, "padding", '"same"')


def _turned(place: Place, shape: tuple[int | None, ...], source: Source) -> tuple[Edit, ...] | None:
    """The shape as it is written in a call, its first number put last."""
    call = call_at(source, source.span(place))
    if call is None:
        return None
    for node in ast.walk(call):
        if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == len(shape):
            values = [e.value if isinstance(e, ast.Constant) else ... for e in node.elts]
            if values == list(shape):
                texts = [text_of(source, node_span(source, each)) for each in node.elts]
                ends = [node_span(source, each) for each in node.elts]
                turned = [*texts[1:], texts[0]]
                return tuple(Edit(span, new) for span, new in zip(ends, turned, strict=True))
    return None

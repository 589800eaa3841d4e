"""The same model is compiled anew in each iteration: the optimizer's state is lost.

`compile` makes a fresh optimizer from a name: its step count and its moments start
again, and the training step is traced again.

## Bad

```python
model = keras.Sequential([keras.layers.Dense(1)])
for epoch in range(3):
    model.compile(optimizer="adam", loss="mse")  # warning: [compile-in-loop]
    model.fit(x_train, y_train, verbose=0)
```

## Fixed

```python
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
for epoch in range(3):
    model.fit(x_train, y_train, verbose=0)
```

## Proof

Three epochs of one step leave a step count of three.

```python
assert int(model.optimizer.iterations.numpy()) == 3
```

## Near misses

What it is compiled with depends on the iteration.

```python noproof
model = keras.Sequential([keras.layers.Dense(1)])
for rate in (0.1, 0.01):
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

After a change of `trainable` it has to be compiled again.

```python noproof
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4), keras.layers.Dense(1)])
for phase in range(2):
    model.layers[0].trainable = not model.layers[0].trainable
    model.compile(optimizer="adam", loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

The rate is another one in each iteration.

```python noproof
model = keras.Sequential([keras.layers.Dense(1)])
rate = 0.1
for epoch in range(3):
    rate = rate / 2
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

The optimizer is one and the same object: its state is kept.

```python
model = keras.Sequential([keras.layers.Dense(1)])
optimizer = keras.optimizers.Adam()
for epoch in range(3):
    model.compile(optimizer=optimizer, loss="mse")
    model.fit(x_train, y_train, verbose=0)
```

## Fix safety

Unsafe: whoever wanted to start with a fresh optimizer each time loses that.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import hoist
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.semantics.events import Call, Loop
from keras_lsp.semantics.phases import NO, YES, Family
from keras_lsp.semantics.values import Ref
from keras_lsp.syntax import Source
from keras_lsp.text import Edit


@rule(Severity.WARNING)
def compile_in_loop(call: Call) -> Iterator[Report]:
    if call.method != "compile" or len(call.models) != 1 or call.forwarded:
        return
    loops = [loop for loop in call.context.loops if loop.kind == "for"]
    if not loops or loops[-1] is not call.context.loops[-1] or loops[-1].first:
        return
    (loop,), (model,) = loops[-1:], call.models
    if loop.place in model.loops or loop.over == "split" or model.overrides & {"compile"}:
        return
    # Only a later iteration knows that it was trained in the one before.
    if model.phase.trained is not YES or model.phase.traced is not YES or call.context.guards:
        return
    if model.phase.place_of("grown") is not None:
        # Another model after all: it has got further layers.
        return
    if model.phase.stale is not NO or model.phase.frozen is not NO:
        return
    if model.phase.place_of("trainable") is not None:
        # Whoever switches training on and off has to compile, at least for Keras 2.
        return
    if any(a.varies_in(loop) for a in call.arguments) or _keeps_state(call, loop):
        return
    yield Report(
        call.name_place,
        f"`{call.receiver}` is compiled anew in each iteration: its optimizer forgets its state",
        ((loop.place, "this loop"),),
        (Proposal("Compile it once, before the loop", Safety.UNSAFE, partial(_hoist, call, loop)),),
    )


def _keeps_state(call: Call, loop: Loop) -> bool:
    """The optimizer is an object that outlives the iteration, or nobody knows what it is."""
    optimizer = call.argument("optimizer", 0)
    if optimizer is None:
        return False
    for atom in optimizer.value:
        if isinstance(atom, Ref):
            thing = call.object(atom.id)
            if (
                thing is None
                or thing.family is not Family.OPTIMIZER
                or loop.place not in thing.loops
            ):
                return True
    return not optimizer.value or any(type(a).__name__ == "Unknown" for a in optimizer.value)


def _hoist(call: Call, loop: Loop, source: Source) -> tuple[Edit, ...] | None:
    return hoist.hoist(source, source.span(loop.place), [source.span(call.statement)])

"""A callback watches something that this training does not measure.

`EarlyStopping`, `ReduceLROnPlateau` and `ModelCheckpoint(save_best_only=True)` then only warn, in
each epoch, and never do what they are there for. `EarlyStopping` refuses a metric that it does not
know. Keras 1 and 2.2 said `acc`; since then a metric is called what `compile` was given.

## Bad

```python
inputs = keras.Input((4,))
hidden = keras.layers.Dropout(0.5)(keras.layers.Dense(8)(inputs))
model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(hidden))
model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
watch = keras.callbacks.EarlyStopping(monitor="val_acc", patience=2)  # error: [monitor-unavailable]
model.fit(x, y, validation_split=0.5, verbose=0, callbacks=[watch])  # raises: ValueError
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
watch = keras.callbacks.ReduceLROnPlateau(patience=2)  # warning: [monitor-unavailable]
model.fit(x, y, verbose=0, callbacks=[watch])
```

## Fixed

```python
inputs = keras.Input((4,))
hidden = keras.layers.Dropout(0.5)(keras.layers.Dense(8)(inputs))
model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(hidden))
model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
watch = keras.callbacks.EarlyStopping(monitor="val_accuracy", patience=2)
model.fit(x, y, validation_split=0.5, verbose=0, callbacks=[watch])
```

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
watch = keras.callbacks.ReduceLROnPlateau(patience=2, monitor="loss")
model.fit(x, y, verbose=0, callbacks=[watch])
```

## Proof

```python
assert watch.monitor in model.history.history
```

## Near misses

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse", metrics=["acc"])
watch = keras.callbacks.EarlyStopping(monitor="val_acc", mode="max")
model.fit(x, y, validation_data=(x, y), verbose=0, callbacks=[watch])
```

What a metric of another kind is called is not known.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=[keras.metrics.AUC()])
watch = keras.callbacks.EarlyStopping(monitor="auc", mode="max")
model.fit(x, y, verbose=0, callbacks=[watch])
```

Metrics that weigh the samples are measured, too.

```python
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse", weighted_metrics=["mae"])
watch = keras.callbacks.EarlyStopping(monitor="mae", mode="min")
model.fit(x, y, verbose=0, callbacks=[watch])
```

Of two outputs each gives its name to what is measured.

```python
inputs = keras.Input((4,))
outputs = [keras.layers.Dense(1, name="one")(inputs), keras.layers.Dense(1, name="two")(inputs)]
model = keras.Model(inputs, outputs)
model.compile(optimizer="sgd", loss=["mse", "mse"], metrics=[["mae"], ["mae"]])
watch = keras.callbacks.EarlyStopping(monitor="one_mae", mode="min")
model.fit(x, [y, y], verbose=0, callbacks=[watch])
```

Somebody decides elsewhere.

```python
options = {"validation_split": 0.5}
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
watch = keras.callbacks.EarlyStopping()
model.fit(x, y, verbose=0, callbacks=[watch], **options)
```

## Known gaps

Nothing is said of metrics where a model may have several outputs, which give their names to them,
or where other layers than Keras's own compute something.

## Fix safety

Safe for a metric that has another name now: the callback did nothing, or refused. Unsafe for
`loss` in place of `val_loss`: validation data may be what is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keras_lsp.editing import calls
from keras_lsp.findings import Proposal, Safety, Severity
from keras_lsp.rules import Report, rule
from keras_lsp.rules.measured import SAME, names_of, validated_by
from keras_lsp.semantics.events import Call, Object
from keras_lsp.semantics.values import constant
from keras_lsp.syntax import Place, Source
from keras_lsp.text import Edit

CALLBACKS = {
    "keras.callbacks.EarlyStopping": 0,
    "keras.callbacks.ReduceLROnPlateau": 0,
    "keras.callbacks.ModelCheckpoint": 1,
}
"""Callbacks that watch something, and the position of ``monitor``."""


@rule(Severity.WARNING, also=("api",))
def monitor_unavailable(call: Call) -> Iterator[Report]:
    if call.method != "fit" or len(call.models) != 1 or call.forwarded or call.context.expected:
        return
    validated = validated_by(call)
    names = names_of(call.models[0])
    for id, thing in call.objects:
        position = CALLBACKS.get(thing.type)
        watched = _watched(thing, position) if position is not None else None
        if position is None or watched is None:
            continue
        base = watched.removeprefix("val_")
        near = _near(base, names) if names is not None and base not in names else ""
        if near is not None and near != "":
            new, safety = watched.replace(base, near), Safety.SAFE
            what = f"`{watched}` is not measured here: `compile` asks for `{near}`"
        elif near is None and names is not None:
            new, safety = "", Safety.SAFE
            what = f"`{watched}` is not measured here, only {_listed(names, validated)}"
        elif watched.startswith("val_") and validated is False:
            new, safety = base, Safety.UNSAFE
            what = f"`{watched}` is not measured: this `fit` has no validation data"
        else:
            continue
        fix = partial(_write, id.site, position, watched, new)
        proposals = (Proposal(f"Watch `{new}`", safety, fix),) if new else ()
        raises = near != "" and thing.type.endswith("EarlyStopping") and not _mode(thing)
        new_keras = not call.context.target.is_keras2(thing.api)
        severity = Severity.ERROR if raises and new_keras else None
        related = ((call.name_place, "this training is watched"),)
        yield Report(id.site, what, related, proposals, severity)


def _watched(thing: Object, position: int) -> str | None:
    """What a callback watches, if it is certain, and if it matters."""
    if thing.origin_class:
        return None
    if thing.type.endswith("ModelCheckpoint"):
        best = thing.argument("save_best_only", 3)
        if best is None or constant(best) is not True:
            return None
    given = thing.argument("monitor", position)
    text = constant(given) if given is not None else "val_loss"
    return text if isinstance(text, str) else None


def _mode(thing: Object) -> bool:
    given = thing.argument("mode", 4)
    return given is not None and constant(given) != "auto"


def _near(base: str, names: set[str]) -> str | None:
    return next((n for n in sorted(names) for same in SAME if {base, n} <= same), None)


def _listed(names: set[str], validated: bool | None) -> str:
    return ", ".join(f"`{n}`" for n in sorted(names)) + (" and their `val_`" if validated else "")


def _write(
    site: Place, position: int, old: str, new: str, source: Source
) -> tuple[Edit, ...] | None:
    span = source.span(site)
    place = calls.argument_span(source, span, "monitor", position)
    if place is None:
        return calls.add_keyword(source, span, "monitor", f'"{new}"')
    text = source.lines[place.start.line][place.start.column : place.end.column]
    if place.start.line != place.end.line or text[1:-1] != old or text[0] not in "\"'":
        return None
    return (Edit(place, f"{text[0]}{new}{text[0]}"),)

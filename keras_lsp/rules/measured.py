"""Measured: what a training measures, as far as it is certain.

Never decides who should watch it.
"""

from __future__ import annotations

from keras_lsp.semantics.events import Argument, Call, Model
from keras_lsp.semantics.texts import listed
from keras_lsp.semantics.values import Nothing, constant, is_unknown, only

SAME = ({"acc", "accuracy"}, {"mse", "mean_squared_error"}, {"mae", "mean_absolute_error"})
"""Names of one metric: what is measured is called as `compile` was given it."""


def validated_by(call: Call) -> bool | None:
    """Whether ``fit`` has validation data; ``None``: nobody knows."""
    split = _truth(call.argument("validation_split", 6))
    data = _truth(call.argument("validation_data", 7))
    if split or data:
        return True
    return None if split is None or data is None else False


def _truth(argument: Argument | None) -> bool | None:
    """Whether an argument says something else than nothing."""
    if argument is None or isinstance(only(argument.value), Nothing):
        return False
    known = constant(argument.value)
    if isinstance(known, (int, float)):
        return bool(known)
    return None if is_unknown(argument.value) and argument.text.isidentifier() else True


def names_of(model: Model) -> set[str] | None:
    """The names of all that is measured, where every metric is a plain string."""
    compilation = model.phase.compilation
    if compilation is None or compilation.forwarded or not model.one_output:
        return None
    if not model.plain or model.user_class or model.adds_loss:
        return None
    known = {name for names in SAME for name in names}
    metrics = listed(compilation.metrics) if compilation.metrics else ()
    return {"loss", *metrics} if metrics is not None and set(metrics) <= known else None

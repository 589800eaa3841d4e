"""Inner: functions on symbolic tensors, in the ``call`` of a layer and in a ``Lambda``.

Never makes a layer.
"""

from __future__ import annotations

import ast

from keras_lsp.extraction import operations, tensors
from keras_lsp.extraction.arguments import Arguments
from keras_lsp.extraction.core import OperationNode
from keras_lsp.extraction.several import Several
from keras_lsp.extraction.values import Array, Const, KerasTensor, Tup, Value, const
from keras_lsp.networks import UNKNOWN


class Inner(Several):
    def told_of_tensor(self, name: str, given: Arguments) -> Value:
        """``K.int_shape(x)`` and the like."""
        if len(given.values) != 1 or not isinstance(given.values[0], KerasTensor):
            return UNKNOWN
        for attribute, names in (
            ("shape", tensors.SHAPES | tensors.SHAPES_OF_OTHERS),
            ("ndim", tensors.RANKS | tensors.RANKS_OF_OTHERS),
        ):
            if name in names:
                return tensors.attribute(self.outputs_of(given.values[0]), attribute)
        return UNKNOWN

    def set_to(self, name: str) -> Value:
        """What the program has set, else what Keras has."""
        known = self.memory.settings.get(name)
        if known is not None:
            return known
        told = self.setting(name)
        return UNKNOWN if told is None else const(told)

    def inner_operation(self, dotted: str, given: Arguments, node: ast.Call) -> Value:
        """What a function gives of tensors inside a layer's ``call``."""
        if not given.is_complete:
            return UNKNOWN
        if dotted in operations.FRESH:
            shape = given.get(operations.FRESH[dotted], 0)
            items = None if shape is None else self.memory.items(shape)
            return operations.of_shape(None if items is None else tensors.dimensions(Tup(items)))
        if dotted in operations.COUNTS:
            return self._counted(given)
        known = operations.named(dotted)
        if known is None or not self.has_tensor(Tup(given.values)):
            return UNKNOWN
        args, keywords = operations.arguments(known, given.args, given.keywords)
        told = tuple(self.argument(value) for value in args)
        more = tuple((key, self.argument(value)) for key, value in keywords)
        return self.node(OperationNode(known, told, more, self.place(node)))

    def _counted(self, given: Arguments) -> Value:
        """``tf.range(start=0, limit=n, delta=1)``: so many numbers."""
        named = dict(given.keywords)
        ends = [*given.args, *(named[key] for key in ("limit", "stop") if key in named)][:2]
        start = named.get("start", const(0)) if len(ends) == 1 else ends[0]
        step = named.get("delta", named.get("step", const(1)))
        bounds = (start, ends[-1] if ends else UNKNOWN, step)
        numbers = [each.value for each in bounds if isinstance(each, Const)]
        if len(given.args) > 2 or not all(type(number) is int for number in numbers):
            return UNKNOWN
        known = len(numbers) == 3 and numbers[2] != 0
        return Array((len(range(*numbers)),)) if known else UNKNOWN

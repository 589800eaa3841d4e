"""Several: whether a node gives one tensor or more of them, and each of these.

Never makes a node.
"""

from __future__ import annotations

from keras_lsp.extraction import tensors
from keras_lsp.extraction.comprehensions import Comprehensions
from keras_lsp.extraction.core import InputNode, OperationNode
from keras_lsp.extraction.values import (
    FunctionalObject,
    KerasTensor,
    LayerObject,
    SequentialObject,
    Value,
)
from keras_lsp.networks import UNKNOWN, Made
from keras_lsp.replies import TensorSpec

GIVES_STATES = ("return_state", "return_attention_scores")
SEVERAL = frozenset({"split", "unstack", "top_k", "moments", "meshgrid", "qr", "svd", "eig"})


class Several(Comprehensions):
    def _gives(self, tensor: KerasTensor) -> bool | None:
        """Whether a node gives several tensors."""
        node = self.nodes[tensor.node]
        if tensor.path or isinstance(node, InputNode):
            return False
        if isinstance(node, OperationNode):
            return None if node.name.rpartition(".")[2] in SEVERAL else False
        thing = self.memory.objects.get(node.layer)
        made = thing.made if isinstance(thing, LayerObject) else None
        if isinstance(thing, (SequentialObject, FunctionalObject)):
            return False
        if not isinstance(made, Made):
            return None
        if "Bidirectional" in made.name or "RNN" in made.name:
            return None
        given = dict((*made.keywords, *node.keywords))
        flags = [given[name] for name in GIVES_STATES if name in given]
        if any(flag not in (True, False) for flag in flags):
            return None
        return any(flag is True for flag in flags)

    def element(self, value: Value, index: int) -> Value | None:
        if not isinstance(value, KerasTensor):
            return None
        several = self._gives(value)
        if several is None:
            told = self.outputs_of(value)
            if not isinstance(told, (TensorSpec, tuple)):
                return UNKNOWN
            several = isinstance(told, tuple)
        return (
            KerasTensor(value.node, (index,))
            if several and index >= 0
            else (UNKNOWN if several else None)
        )

    def unpacked(self, value: Value, count: int) -> tuple[Value, ...] | None:
        if isinstance(value, KerasTensor):
            found = [self.element(value, index) for index in range(count)]
            return tuple(UNKNOWN if each is None else each for each in found)
        items = self.memory.items(value)
        return items if items is not None and len(items) == count else None

    def spread(self, value: Value) -> tuple[Value, ...] | None:
        """The elements of a list or a tuple, or the tensors that a node gives."""
        if isinstance(value, KerasTensor):
            return tensors.several(self.outputs_of(value), value)
        return self.memory.items(value)

"""Symbolic tensors: values that describe what a model will get, and hold no numbers.

Never learns how one came about.
"""

from __future__ import annotations

from keras_lsp.semantics.values import Sequence, Tensor, Value, only


def is_symbolic(value: Value) -> bool:
    """Whether a value certainly is, or holds, a tensor without numbers."""
    atom = only(value)
    if isinstance(atom, Sequence):
        return any(is_symbolic(item) for item in atom.items or ())
    return bool(value) and all(isinstance(a, Tensor) and a.symbolic for a in value)

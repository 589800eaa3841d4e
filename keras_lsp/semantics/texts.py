"""Texts: the strings that values hold.

Never learns what they name.
"""

from __future__ import annotations

from keras_lsp.semantics.values import Constant, Mapping, Sequence, Value, constant, only


def strings(value: Value) -> tuple[str, ...]:
    """The strings that a value certainly is or holds: ``"mse"`` or ``["mae", "mse"]``."""
    atom = only(value)
    if isinstance(atom, Constant) and isinstance(atom.value, str):
        return (atom.value,)
    if isinstance(atom, Sequence) and atom.items is not None:
        return tuple(text for item in atom.items for text in strings(item))
    if isinstance(atom, Mapping) and atom.items is not None:
        return tuple(text for _, item in atom.items for text in strings(item))
    return ()


def listed(value: Value) -> tuple[str, ...] | None:
    """The strings of a list that holds nothing else, such as ``metrics``; else ``None``."""
    atom = only(value)
    if not isinstance(atom, Sequence) or atom.items is None:
        return None
    items = [constant(item) for item in atom.items]
    known = tuple(item for item in items if isinstance(item, str))
    return known if len(known) == len(items) else None

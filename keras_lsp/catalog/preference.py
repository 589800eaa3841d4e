"""Preference: which of several names of one thing is the one to tell.

Never looks anything up.
"""

from __future__ import annotations


def preference(name: str, own: str) -> tuple[bool, bool, bool, int, int, str]:
    """``MaxPooling2D`` before ``MaxPool2D``, ``keras.Model`` before ``keras.models.Model``.

    But layers, optimizers and callbacks are at home in their modules.
    """
    top = name in ("keras.Layer", "keras.Input", "keras.Model", "keras.Sequential")
    area = name.startswith(("keras.layers.", "keras.optimizers.", "keras.callbacks."))
    odd = any(part in name for part in (".legacy.", "._legacy.", ".experimental."))
    other = name.rpartition(".")[2] != own
    return (odd, other, not (top or area), name.count("."), len(name), name)

"""Members: methods and attributes that Keras's own classes have lost.

Never learns of classes that a program derives from them.
"""

from __future__ import annotations

from functools import cache

from keras_lsp.catalog import releases
from keras_lsp.catalog.targets import Target

_KINDS = {
    "model": ("Model", "Sequential", "Functional"),
    "layer": (
        "Layer",
        "RNN",
        "Normalization",
        "Discretization",
        "StringLookup",
        "TextVectorization",
    ),
    "optimizer": ("Optimizer",),
}  # fmt: skip
"""The classes that tell what each family has: of layers those that have more than others."""


@cache
def lost(family: str, name: str, api: str, target: Target) -> str | None:
    """The last release in which a family had a member that the target's lacks."""
    views = target.views(api)
    mask = 0
    for kind in _KINDS.get(family, ()):
        mask |= releases.member(kind, name)
    if not views or mask & views:
        return None
    return releases.until(mask & releases.all_views(api)) or None


@cache
def names() -> frozenset[str]:
    """The bare names of all members of any class in any release."""
    return frozenset(key.partition(".")[2] for key in releases.members())

"""Members: methods and attributes that Keras's own classes have lost, or did not have yet.

Never learns of classes that a program derives from them.
"""

from __future__ import annotations

from functools import cache

from keras_lsp.catalog import releases
from keras_lsp.catalog.targets import Target, number

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
    views, mask = target.views(api), _mask(family, name)
    if not views or mask & views:
        return None
    until = releases.until(mask & releases.all_views(api))
    return until if until and number(until) <= target.number else None


@cache
def later(family: str, name: str, api: str, target: Target) -> str | None:
    """The release since which a family has a method, if the oldest one meant lacks it."""
    first, mask = target.start, _mask(family, name)
    before = first.views(api)
    if not before or mask & before or not mask & target.reach(api):
        return None
    since = releases.since(mask & releases.all_views(api))
    return since if number(since) > first.number[:2] else None


def _mask(family: str, name: str) -> int:
    mask = 0
    for kind in _KINDS.get(family, ()):
        mask |= releases.member(kind, name)
    return mask


@cache
def names() -> frozenset[str]:
    """The bare names of all members of any class in any release."""
    return frozenset(key.partition(".")[2] for key in releases.members())

"""Identifiers: the strings that stand for losses, optimizers, activations and the like.

Never learns of programs; a string that may be registered by one is not known here.
"""

from __future__ import annotations

import difflib
from functools import cache

from keras_lsp.catalog import releases, successors
from keras_lsp.catalog.targets import Target, number

CUTOFF = 0.8
"""Less alike than this it may be the program's own."""

_ALSO = {"metrics": frozenset({"accuracy", "acc", "crossentropy", "ce"})}
"""Strings that ``compile`` reads before it asks the family."""


@cache
def family_of_argument(name: str) -> str | None:
    """The family that a layer's argument is looked up in, by the argument's name."""
    if name in ("activation", "recurrent_activation"):
        return "activations"
    for ending in ("initializer", "regularizer", "constraint"):
        if name.endswith(f"_{ending}"):
            return f"{ending}s"
    return None


COMPILE = {"optimizer": "optimizers", "loss": "losses", "metrics": "metrics"}


@cache
def listed(family: str, api: str, target: Target) -> frozenset[str]:
    """The strings of a family that the tables tell; there may be more."""
    found = releases.identifiers(family, target.views(api))
    return found | _ALSO.get(family, frozenset()) if found else found


def known(family: str, api: str, target: Target) -> frozenset[str]:
    """All strings of a family; empty where they are not known."""
    if family == "activations" and target.is_keras2(api):
        # Keras 2 looks among its layers, too, and no table says which.
        return frozenset()
    return listed(family, api, target)


@cache
def nearest(family: str, text: str, api: str, target: Target) -> str | None:
    """The valid string that a wrong one is meant to be; ``None`` for a right or foreign one."""
    strings = known(family, api, target)
    wanted = text.lower() if family == "optimizers" else text
    if not strings or wanted in strings:
        return None
    successor = successors.IDENTIFIERS.get(text)
    if successor in strings:
        return successor
    plain = _plain(text)
    same = sorted((s for s in strings if _plain(s) == plain), key=lambda s: (not s.islower(), s))
    if same:
        return same[0]
    if later(family, text, api, target) is not None:
        # No slip: it came with a newer release.
        return None
    close = difflib.get_close_matches(text.lower(), sorted(filter(str.islower, strings)), 1, CUTOFF)
    return close[0] if close else None


@cache
def later(family: str, text: str, api: str, target: Target) -> str | None:
    """The release since which a string is known, if the oldest one meant does not know it."""
    first = target.start
    wanted = text.lower() if family == "optimizers" else text
    if family == "activations" and first.is_keras2(api) and not wanted.islower():
        # It may be one of the layers, where Keras 2 looks as well; they are all classes.
        return None
    before = listed(family, api, first)
    mask = releases.identifier(family, wanted)
    if not before or wanted in before or not mask & target.reach(api):
        return None
    since = releases.since(mask & releases.all_views(api))
    return since if number(since) > first.number[:2] else None


def _plain(text: str) -> str:
    return text.lower().replace("_", "").replace("-", "").replace(" ", "")

"""Arguments: what a release no longer takes, and how it is called now.

Never learns of values: where they changed their meaning too, there is no new name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from keras_lsp.catalog import releases, successors
from keras_lsp.catalog.targets import Target, number

_UNSEEN = frozenset({("keras.Model", "inputs"), ("keras.Model", "outputs")})
"""Arguments that stand in no signature: ``Model`` hands them on to another class."""


@dataclass(frozen=True, slots=True)
class Gone:
    """An argument that older releases took."""

    until: str
    new: str | None
    """The argument that took its place."""
    counts_otherwise: bool = False
    """The new one is told in other units."""


@cache
def gone(owner: str, method: str, argument: str, api: str, target: Target) -> Gone | None:
    """An argument of a class or function, or of a method, that the target refuses."""
    views = target.views(api)
    current = _name(releases.canonical_of(owner), method)
    if current == "keras.Model" and (current, successors.ARGUMENTS.get(argument)) not in _UNSEEN:
        return None
    known = releases.described(current) & views
    if not known or releases.refuses(current, argument) & known != known:
        return None
    bare = {alias.rpartition(".")[2] for alias in releases.aliases(owner)}
    renamed = next(
        (n for b in sorted(bare) if (n := releases.renamed(_name(b, method), argument))), None
    )
    mask = 0
    for alias in releases.aliases(owner):
        mask |= releases.takes(_name(alias, method), argument)
    until = releases.until(mask & releases.all_views(api))
    if (not until and renamed is None) or number(until) > target.number:
        # Unknown, or new: nothing that was removed.
        return None
    new = renamed or successors.ARGUMENTS.get(argument)
    unseen = (current, new) in _UNSEEN
    if new is not None and not unseen and not releases.takes(current, new) & views:
        new = None
    return Gone(until or "1.2", new, argument in successors.OTHER_UNITS)


@cache
def later(owner: str, method: str, argument: str, api: str, target: Target) -> str | None:
    """The release since which an argument is taken, if the oldest one meant refuses it."""
    first = target.start
    name = _name(releases.canonical_of(owner), method)
    before = releases.described(name) & first.views(api)
    taken = releases.takes(name, argument)
    if before != first.views(api) or not before or not taken & target.reach(api):
        return None
    if releases.refuses(name, argument) & before != before:
        return None
    since = releases.since(taken & releases.all_views(api))
    return since if number(since) > first.number[:2] else None


@cache
def other_axis(old: str, new: str, api: str, target: Target) -> tuple[int, str] | None:
    """Where ``axis`` stands, and its former default, if what took a function's place has another.

    ``K.argmax(x)`` looked along the last axis, ``keras.ops.argmax(x)`` at all of them.
    """
    before = releases.signature(old, releases.described(old) & releases.all_views(api)) or ()
    after = releases.signature(releases.canonical_of(new), target.views(api)) or ()
    now = next((p.default for p in after if p.name == "axis"), None)
    for index, parameter in enumerate(before):
        if parameter.name == "axis" and parameter.default not in (None, "None", now):
            return index, parameter.default
    return None


def _name(owner: str, method: str) -> str:
    return f"{owner}.{method}" if method else owner

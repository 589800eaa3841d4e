"""Changes: what a release no longer has, and what to write instead.

Never guesses: where the tables and the list of successors are silent, so is this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from keras_lsp.catalog import names, releases, successors
from keras_lsp.catalog.targets import Target, number

BACKEND = "keras.backend"
USUAL_HOMES = {
    "keras.Layer": "keras.layers.Layer",
    "keras.Input": "keras.layers.Input",
    "keras.InputSpec": "keras.layers.InputSpec",
    "keras.Model": "keras.models.Model",
    "keras.Sequential": "keras.models.Sequential",
}
"""From where programs import what stands at the top of Keras."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of a path that a release does not have."""

    path: str
    """As far as the part that is not there: ``keras.layers.core``."""
    module: bool
    """It was a module, not a class or function."""
    until: str
    """The newest release that is known to have it: ``2.12``."""


@cache
def missing(path: str, api: str, target: Target) -> Missing | None:
    """The first part of a path that the target lacks and that an older release had."""
    views = target.views(api)
    if not views:
        return None
    parts = path.split(".")
    for count in range(2, len(parts) + 1):
        part = ".".join(parts[:count])
        mask = releases.mask_of(part)
        if mask & views:
            if not releases.is_module(part):
                return None
            continue
        if count > 2 and not releases.below(".".join(parts[: count - 1]), views):
            # A module that is not meant to be imported: nobody has listed what is in it.
            return None
        until = releases.until(mask & releases.all_views(api))
        if not until or number(until) > target.number:
            # Unknown, or new: nothing that was removed.
            return None
        inside = count < len(parts)
        return Missing(part, inside or releases.is_only_module(part), until)
    return None


@dataclass(frozen=True, slots=True)
class Later:
    """A part of a path that came after the oldest release that a program is meant for."""

    path: str
    module: bool
    since: str


@cache
def later(path: str, api: str, target: Target) -> Later | None:
    """The first part of a path that came after the oldest release of the target.

    Where the target is one release, that is it, and the newest of all has the part.
    """
    first, views = target.start, target.reach(api)
    before = first.views(api)
    if not views or not before:
        return None
    parts = path.split(".")
    for count in range(2, len(parts) + 1):
        part = ".".join(parts[:count])
        mask = releases.mask_of(part)
        if not mask & views:
            return None
        if mask & before:
            continue
        since = releases.since(mask & releases.all_views(api))
        if number(since) <= first.number[:2]:
            # It came and went: nobody knows the releases in between.
            return None
        return Later(part, count < len(parts) or releases.is_only_module(part), since)
    return None


@cache
def successor(path: str, api: str, target: Target) -> str | None:
    """The public path of the same thing in the target, or of what took its place."""
    views = target.views(api)
    listed = successors.NAMES.get(path) or _in_ops(path)
    if listed is None:
        listed = successors.NAMES.get(releases.canonical_of(path))
    if listed is not None:
        return listed if releases.mask_of(listed) & views else None
    found = names.canonical(path)
    candidates = [*releases.aliases(path), *(_spellings().get(found.name, ()) if found else ())]
    there = [c for c in candidates if releases.mask_of(c) & views and not releases.is_module(c)]
    if not there:
        return None
    last = path.rpartition(".")[2]
    upper = last[:1].isupper()
    return min(there, key=lambda c: (_last(c) != last, _last(c)[:1].isupper() != upper, len(c), c))


@cache
def _spellings() -> Mapping[str, tuple[str, ...]]:
    """All public names of a canonical one, those of Keras 2 included."""
    found: dict[str, tuple[str, ...]] = {}
    for name, public in names.table()["aliases"].items():
        found[public] = (*found.get(public, (public,)), name)
    return found


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _in_ops(path: str) -> str | None:
    """Functions of the backend have moved to ``keras.ops``."""
    module, _, name = path.rpartition(".")
    return f"keras.ops.{name}" if module == BACKEND and name in successors.SAME_IN_OPS else None


@cache
def module_instead(module: str, api: str, target: Target) -> str | None:
    """The module of the target that has the most of what a module had that is gone.

    ``keras.layers`` for ``keras.engine``; ``None`` where no module has more than the others.
    """
    had = releases.below(module, releases.all_views(api)) | names.exported_by(module)
    found = [successor(f"{module}.{name}", api, target) for name in sorted(had)]
    homes = Counter(home(path).rpartition(".")[0] for path in found if path is not None)
    ranked = [*homes.most_common(2), ("", 0), ("", 0)]
    (best, count), (_, next_best) = ranked[:2]
    there = bool(releases.mask_of(best) & target.views(api))
    return best if there and count > max(next_best, 1) else None


def only_under_tf(path: str, api: str, target: Target) -> bool:
    """Whether ``tf.keras`` has what ``keras`` has not."""
    return api == "keras" and bool(releases.mask_of(path) & target.views("tf.keras"))


def home(path: str) -> str:
    """Where programs import it from: ``keras.models.Model`` rather than ``keras.Model``."""
    return USUAL_HOMES.get(path, path)

"""Releases: what each release of Keras offers, looked up by name.

Never imports Keras; a table is read when somebody asks for it, a row when it is needed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache, cached_property

from keras_lsp.catalog.signatures import Kind, Parameter, parsed
from keras_lsp.catalog.tables import BY_RELEASE


class _Table:
    """A file of sorted rows: a key, a mask with a bit for each view, and the rest as text."""

    def __init__(self, name: str) -> None:
        text = (BY_RELEASE / name).read_text(encoding="utf-8")
        head, *self.rows = text.removesuffix("\n").split("\n")
        self.views = tuple(head.split("\t")[1:])

    def get(self, key: str) -> list[str]:
        """What stands behind a key in each of its rows."""
        start = f"{key}\t"
        found = []
        for index in range(bisect_left(self.rows, start), len(self.rows)):
            row = self.rows[index]
            if not row.startswith(start):
                break
            found.append(row[len(start) :])
        return found

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.partition("\t")[0] for row in self.rows))


@cache
def _table(name: str) -> _Table:
    return _Table(f"{name}.tsv")


@cache
def _views() -> tuple[tuple[str, tuple[int, ...], int], ...]:
    """Each view as package, version and bit."""
    found = []
    for index, label in enumerate(_table("names").views):
        api, _, version = label.partition(" ")
        found.append((api, tuple(map(int, version.split("."))), 1 << index))
    return tuple(found)


def _of(api: str) -> list[tuple[tuple[int, ...], int]]:
    return [(version, bit) for name, version, bit in _views() if name == api]


@cache
def newest(api: str) -> str:
    """The newest release of a package that the tables know."""
    return ".".join(map(str, max(version for version, _ in _of(api))))


NEWEST = "3.15.1"
"""The newest Keras that the tables know; a test compares."""


@cache
def around(api: str, number: tuple[int, ...]) -> int:
    """The views that stand for a release: itself, or its neighbours on both sides."""
    known = sorted(_of(api))
    if api == "tf_keras" or not known:
        return known[-1][1] if known else 0
    same = [bit for version, bit in known if version[:2] == number[:2]]
    if same:
        return same[-1]
    below = [bit for version, bit in known if version < number]
    above = [bit for version, bit in known if version > number]
    return (below[-1] if below else 0) | (above[0] if above else 0)


@cache
def all_views(api: str) -> int:
    """Every view of a package; ``tf.keras`` was Keras 2 before it was a package of its own."""
    apis = {"keras": ("keras",), "tf.keras": ("keras", "tf.keras"), "tf_keras": ("keras",)}[api]
    mask = 0
    for name, version, bit in _views():
        if name in apis and (name == api or version < (3,)):
            mask |= bit
    return mask


def _span(mask: int, newest_first: bool) -> str:
    versions = sorted(version for _, version, bit in _views() if mask & bit)
    if not versions:
        return ""
    chosen = versions[-1] if newest_first else versions[0]
    return ".".join(map(str, chosen[:2]))


# Names


def mask_of(name: str) -> int:
    """The views that have a name or a module, by its full path below ``keras``."""
    mask = 0
    for row in _table("names").get(name):
        mask |= int(row.partition("\t")[0], 16)
    return mask


def is_module(name: str) -> bool:
    """Whether some release has it as a module that one can import from."""
    return any(row.split("\t")[1] == "m" for row in _table("names").get(name))


def is_only_module(name: str) -> bool:
    """Whether no release has a class or function of this name, as ``keras.optimizers.adam``."""
    return all(row.split("\t")[1] == "m" for row in _table("names").get(name))


def until(mask: int) -> str:
    """The newest release among views, as messages tell it: ``2.15``."""
    return _span(mask, newest_first=True)


def since(mask: int) -> str:
    """The oldest release among views."""
    return _span(mask, newest_first=False)


@cache
def canonical_of(name: str) -> str:
    """The best name of the same thing, in the newest release that has one of its names."""
    for row in _table("names").get(name):
        other = row.split("\t")[2]
        if other:
            return canonical_of(other)
    return name


@cache
def _groups() -> Mapping[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for name in _table("names").keys:
        groups.setdefault(canonical_of(name), []).append(name)
    return {canonical: tuple(names) for canonical, names in groups.items()}


def aliases(name: str) -> tuple[str, ...]:
    """All names of the same thing, in any release."""
    return _groups().get(canonical_of(name), ())


@cache
def below(module: str, views: int) -> frozenset[str]:
    """The bare names that a module has in one of these views."""
    prefix = f"{module}."
    return frozenset(
        name[len(prefix) :]
        for name in _table("names").keys
        if name.startswith(prefix) and "." not in name[len(prefix) :] and mask_of(name) & views
    )


def public(views: int) -> Iterator[str]:
    """Every name of these views."""
    return (n for n in _table("names").keys if mask_of(n) & views)


# Arguments


@cache
def _signatures(name: str) -> tuple[tuple[int, str], ...]:
    found = []
    for row in _table("signatures").get(name):
        mask, _, text = row.partition("\t")
        found.append((int(mask, 16), text))
    return tuple(found)


@cache
def signature(name: str, views: int) -> tuple[Parameter, ...] | None:
    """The parameters in the newest of some views; ``None``: not known."""
    best = max(
        ((mask & views, text) for mask, text in _signatures(name) if mask & views), default=None
    )
    return parsed(best[1]) if best else None


@cache
def takes(name: str, argument: str) -> int:
    """The views in which something takes an argument, by name or with ``**kwargs``."""
    mask = 0
    for views, text in _signatures(name):
        if argument in text:
            parameters = parsed(text)
            if any(p.name == argument and p.kind is not Kind.POSITIONAL for p in parameters):
                mask |= views
    return mask


@cache
def refuses(name: str, argument: str) -> int:
    """The views in which it certainly does not take it."""
    mask = 0
    for views, text in _signatures(name):
        parameters = parsed(text)
        is_open = any(p.kind is Kind.REST_BY_KEYWORD for p in parameters)
        if not is_open and not any(p.name == argument for p in parameters):
            mask |= views
    return mask


def renamed(owner: str, argument: str) -> str | None:
    """What Keras 2 made of an argument of Keras 1; the owner by its bare name."""
    for row in _table("renames").get(owner):
        old, _, new = row.partition("\t")
        if old == argument:
            return new
    return None


def described(name: str) -> int:
    """The views in which its parameters are known."""
    mask = 0
    for views, _ in _signatures(name):
        mask |= views
    return mask


# Members, identifiers, summaries


def member(kind: str, name: str) -> int:
    """The views in which ``Model``, ``Layer``, ``Optimizer``, … have a method or attribute."""
    return _mask("members", f"{kind}.{name}")


def members() -> tuple[str, ...]:
    """All members of all classes: ``Model.fit``."""
    return _table("members").keys


def identifier(family: str, name: str) -> int:
    """The views in which a family such as ``losses`` knows a string."""
    return _mask("identifiers", f"{family}.{name}")


@cache
def identifiers(family: str, views: int) -> frozenset[str]:
    """All strings that a family knows in these views; empty where nobody knows them."""
    prefix = f"{family}."
    rows = _table("identifiers").keys
    return frozenset(
        key[len(prefix) :]
        for key in rows
        if key.startswith(prefix) and _mask("identifiers", key) & views
    )


def summary(name: str) -> str:
    """What Keras says that a thing is, in one line."""
    rows = _table("summaries").get(canonical_of(name))
    return rows[0] if rows else ""


def _mask(table: str, key: str) -> int:
    mask = 0
    for row in _table(table).get(key):
        mask |= int(row, 16)
    return mask

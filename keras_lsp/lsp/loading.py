"""Loading: brings in the protocol's library, and the analysis ahead of the first document, fast.

Must never learn what either of them does.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

import attrs

PROTOCOL = "lsprotocol.types"
_defining = RLock()


@contextmanager
def without_collections() -> Iterator[None]:
    """What is loaded stays until the end: nothing in it is worth looking for garbage."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def putting_off_definitions() -> Iterator[None]:
    """Classes of the protocol that are loaded meanwhile are defined when they are first needed.

    The protocol's library has hundreds of classes of attrs, of which a server uses some hundred.
    To generate their methods and to look up their types takes most of the time that it loads.
    """
    define: Callable[..., Any] = attrs.define

    def later(cls: Any = None, **options: Any) -> Any:
        if cls is None or options or cls.__module__ != PROTOCOL:
            return define(cls, **options)
        return _put_off(cls)

    attrs.define = later  # type: ignore[assignment]
    try:
        from lsprotocol import _hooks

        # Each class has its types looked up when it is defined, none needs it before.
        _hooks._resolved_forward_references = True
        yield
    finally:
        attrs.define = define


def _put_off(cls: Any) -> Any:
    """The class, whose fields are defined when someone makes one of it or looks at them."""
    own = vars(cls)

    def define() -> None:
        with _defining:
            if isinstance(own["__attrs_attrs__"], _Fields):
                # With slots it would be another class, and others hold this one.
                attrs.define(cls, slots=False, init=True, eq=False, repr=False)
                attrs.resolve_types(cls, sys.modules[PROTOCOL].ALL_TYPES_MAP, {})

    def first(self: Any, *args: Any, **kwargs: Any) -> None:
        define()
        cls.__init__(self, *args, **kwargs)

    cls.__init__, cls.__attrs_attrs__ = first, _Fields(define)
    if "__eq__" not in own:
        cls.__eq__, cls.__hash__ = _equal, None
    if "__repr__" not in own:
        cls.__repr__ = _shown
    return cls


class _Fields:
    """Stands for the fields of a class until someone looks at them."""

    def __init__(self, define: Callable[[], None]) -> None:
        self._define = define

    def __get__(self, instance: Any, owner: Any) -> Any:
        self._define()
        return owner.__attrs_attrs__


def ahead() -> None:
    """Load what the first document needs, while the client gets ready to send it."""
    with without_collections():
        from keras_lsp.rules import all_rules
        from keras_lsp.service import workspace

        all_rules()
        del workspace
        # What loading has left behind goes once; what stays is never looked at again.
        gc.collect()
        gc.freeze()
    # An edit makes thousands of records that live until the next one, and next to no cycles:
    # looking for these as often as usual takes a twentieth of its time.
    gc.set_threshold(5_000, 10, 10)


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    names = [field.name for field in self.__attrs_attrs__]
    return [getattr(self, name) for name in names] == [getattr(other, name) for name in names]


def _shown(self: Any) -> str:
    fields = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in self.__attrs_attrs__)
    return f"{type(self).__qualname__}({fields})"

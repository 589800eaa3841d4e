"""Loading: brings in the protocol's library, and the analysis ahead of the first document, fast.

Must never learn what either of them does.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs


@contextmanager
def without_collections() -> Iterator[None]:
    """What is loaded stays until the end: nothing in it is worth looking for garbage."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def sharing_methods() -> Iterator[None]:
    """Classes of attrs that are made meanwhile share two methods, which do the same for all.

    The protocol's library has hundreds of them.  To generate and compile a comparison and a
    ``repr`` for each takes half of the time that it loads, and a server hardly calls any.
    """
    define: Callable[..., Any] = attrs.define

    def shared(cls: Any = None, **options: Any) -> Any:
        if cls is None or options:
            return define(cls, **options)
        own = vars(cls)
        given = {"eq": "__eq__" in own, "repr": "__repr__" in own}
        made = define(cls, **{name: False for name, has in given.items() if not has})
        if "__eq__" not in own:
            made.__eq__, made.__hash__ = _equal, None
        if "__repr__" not in own:
            made.__repr__ = _shown
        return made

    attrs.define = shared  # type: ignore[assignment]
    try:
        yield
    finally:
        attrs.define = define


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


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    names = [field.name for field in self.__attrs_attrs__]
    return [getattr(self, name) for name in names] == [getattr(other, name) for name in names]


def _shown(self: Any) -> str:
    fields = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in self.__attrs_attrs__)
    return f"{type(self).__qualname__}({fields})"

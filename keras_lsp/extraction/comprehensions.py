"""Comprehensions: unrolled where it is known what they run over.

Never learns of layers.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from keras_lsp.extraction.core import MOST_UNROLLED
from keras_lsp.extraction.expressions import Expressions
from keras_lsp.extraction.values import Const, DictObject, ListObject, Ref, Tup, Value, const
from keras_lsp.networks import UNKNOWN


class Comprehensions(Expressions):
    def _ListComp(self, node: ast.ListComp) -> Value:
        return self.list_of(self._collected(node.generators, node.elt))

    def _GeneratorExp(self, node: ast.GeneratorExp) -> Value:
        return self.list_of(self._collected(node.generators, node.elt))

    def _SetComp(self, node: ast.SetComp) -> Value:
        self._collected(node.generators, node.elt)
        return UNKNOWN

    def _DictComp(self, node: ast.DictComp) -> Value:
        pairs = self._collected(node.generators, ast.Tuple([node.key, node.value], ast.Load()))
        found: dict[Const, Value] = {}
        for pair in pairs or ():
            key, value = pair.items if isinstance(pair, Tup) else (UNKNOWN, pair)
            if not isinstance(key, Const):
                self.memory.blur(Tup((*found.values(), value)))
                return UNKNOWN
            found[key] = value
        return self.new(DictObject(None if pairs is None else tuple(found.items())))

    def _collected(
        self, generators: list[ast.comprehension], element: ast.expr
    ) -> tuple[Value, ...] | None:
        found: list[Value] = []
        frame = self.frame
        self.frames.append(frame)
        self.frame = len(self.frames) - 1
        try:
            is_known = self._generated(generators, lambda: found.append(self.evaluate(element)))
        finally:
            self.frame = frame
        if not is_known:
            self.memory.blur(Tup(tuple(found)))
        return tuple(found) if is_known else None

    def _generated(self, generators: list[ast.comprehension], work: Callable[[], None]) -> bool:
        if not generators:
            work()
            return True
        first, *rest = generators
        items = self.iterated(self.evaluate(first.iter))
        if items is None:
            # What is made in it is made any number of times: nothing is known of it.
            self.assign(first.target, UNKNOWN)
            self._generated(rest, work)
            return False
        for item in items:
            self.assign(first.target, item)
            truths = [self.truth(self.evaluate(test)) for test in first.ifs]
            if None in truths:
                return False
            if all(truths) and not self._generated(rest, work):
                return False
        return True

    def iterated(self, value: Value) -> tuple[Value, ...] | None:
        """What a loop over it sees, if that is known and not too much."""
        items = self.memory.items(value)
        thing = self.memory.object(value)
        if isinstance(thing, DictObject) and thing.items is not None:
            items = tuple(key for key, _ in thing.items)
        if isinstance(value, Const) and isinstance(value.value, str):
            items = tuple(const(letter) for letter in value.value)
        return items if items is not None and len(items) <= MOST_UNROLLED else None

    def changed_list(self, ref: Ref, items: tuple[Value, ...] | None) -> None:
        """A list that nobody knows any more stays so."""
        found = self.memory.object(ref)
        if isinstance(found, ListObject) and found.items is not None:
            self.memory.objects[ref.id] = ListObject(items)

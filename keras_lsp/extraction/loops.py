"""Loops: unrolled where their length is known, else run until nothing new becomes true.

Never learns what a layer is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TypeVar

from keras_lsp.extraction.memory import Memory, joined_memories, unlike
from keras_lsp.extraction.statements import Statements
from keras_lsp.extraction.values import PartOf
from keras_lsp.networks import UNKNOWN

MOST_PASSES = 4

K = TypeVar("K")
V = TypeVar("V")


class Loops(Statements):
    def __init__(self) -> None:
        super().__init__()
        self._breaks: list[Memory] = []
        self._continues: list[Memory] = []

    def _Break(self, node: ast.Break) -> bool:
        self._breaks.append(self.memory.copy())
        return False

    def _Continue(self, node: ast.Continue) -> bool:
        self._continues.append(self.memory.copy())
        return False

    def _For(self, node: ast.For) -> bool:
        value = self.evaluate(node.iter)
        items = self.iterated(value)
        outer = self._breaks, self._continues
        self._breaks, self._continues = [], []
        try:
            if items is None:
                element = value if isinstance(value, PartOf) else UNKNOWN
                return self._any_times(node, lambda: self.assign(node.target, element))
            for item in items:
                self.assign(node.target, item)
                if not self._once(node.body):
                    return self._left(False)
            return self._left(self.run(node.orelse))
        finally:
            self._breaks, self._continues = outer

    def _While(self, node: ast.While) -> bool:
        outer = self._breaks, self._continues
        self._breaks, self._continues = [], []
        try:
            for _ in range(64):
                truth = self.truth(self.evaluate(node.test))
                if truth is None or (truth and self._breaks):
                    break
                if not truth:
                    return self._left(self.run(node.orelse))
                if not self._once(node.body):
                    return self._left(False)
            return self._any_times(node, lambda: None)
        finally:
            self._breaks, self._continues = outer

    def _once(self, body: list[ast.stmt]) -> bool:
        """One iteration; whether there may be another."""
        self._continues = []
        reached = self.run(body)
        ways = [*self._continues, *([self.memory] if reached else [])]
        self.memory = joined_memories(ways) or self.memory
        return bool(ways)

    def _left(self, reached: bool) -> bool:
        ways = [*self._breaks, *([self.memory] if reached else [])]
        self.memory = joined_memories(ways) or self.memory
        return bool(ways)

    def _any_times(self, node: ast.For | ast.While, begin: Callable[[], None]) -> bool:
        """Nobody knows how often: until nothing new becomes true."""
        state = self.memory
        for last in range(MOST_PASSES):
            models, nodes = len(self.models), len(self.nodes)
            self.tick(len(state) // 128)
            self.memory = state.copy()
            begin()
            self._once(node.body)
            after = joined_memories([state, *self._breaks, self.memory]) or state
            if last == MOST_PASSES - 1 or _same(state, after):
                break
            state = after
            del self.models[models:]
            del nodes
        self.memory = after
        self.run(node.orelse)
        return True

    _AsyncFor = _For
    _AsyncWith = Statements._With


def _same(one: Memory, other: Memory) -> bool:
    """Whether nothing that was there before has changed."""
    return _holds(other.names, one.names) and _holds(other.objects, one.objects)


def _holds(new: Mapping[K, V], old: Mapping[K, V]) -> bool:
    # Most are the very same, which is seen faster than that two are equal.
    return all(new.get(key) == old[key] for key in unlike(old, new))

"""Training: with what losses models are compiled, and which data they meet.

Never learns what a layer is.
"""

from __future__ import annotations

import ast

from keras_lsp.extraction.arguments import Arguments
from keras_lsp.extraction.calling import INPUTS
from keras_lsp.extraction.core import Fitted
from keras_lsp.extraction.methods import Methods
from keras_lsp.extraction.values import (
    Array,
    FunctionalObject,
    Ref,
    SequentialObject,
    Sym,
    Value,
    WordCount,
)
from keras_lsp.networks import UNKNOWN, Compilation, Data, Fit, Network, Unknown
from keras_lsp.syntax.source import Place

ON_DATA = ("fit", "evaluate", "train_on_batch", "test_on_batch", "predict")
LOSS = 1
"""The second argument of ``compile``."""


class Training(Methods):
    def observe(self, ref: Ref, name: str, given: Arguments, node: ast.Call) -> None:
        thing = self.memory.object(ref)
        if not isinstance(thing, (SequentialObject, FunctionalObject)):
            return
        if name == "compile":
            loss = given.get("loss", LOSS)
            known = None if loss is None else self.argument(loss)
            place = self._place_of(node, "loss", LOSS) or node
            told = Compilation(known if given.is_complete else UNKNOWN, self.place(place))
            self.compiled.setdefault(ref.id, []).append(told)
        elif name in ON_DATA:
            x, y = (self._data_of(node, given, *each) for each in (("x", 0), ("y", 1)))
            layers = len(thing.items) if isinstance(thing, SequentialObject) else 0
            at = self._place_of(node, "x", 0)
            holder = self.holder(at.id) if isinstance(at, ast.Name) else None
            told_ = Fitted(name, self.place(node), x, y, layers, holder)
            self.fitted.setdefault(ref.id, []).append(told_)

    def call_symbol(self, symbol: Sym, given: Arguments, node: ast.Call) -> Value:
        named = [k.value for k in node.keywords if k.arg in ("shape", "input_shape")]
        is_input = symbol.name in INPUTS
        for each in named or (node.args[:1] if is_input else []):
            if isinstance(each, ast.Attribute) and each.attr == "shape":
                if isinstance(each.value, ast.Name):
                    whole = self.holder(each.value.id), self.place(each)
                    self.whole_shapes[self.place(node)] = whole
        if symbol.name == "keras.layers.Embedding":
            rows = given.get("input_dim", 0)
            at_ = self._place_of(node, "input_dim", 0)
            if isinstance(rows, WordCount) and rows.more <= 0 and at_ is not None:
                self.short[self.place(node)] = self.place(at_)
        return super().call_symbol(symbol, given, node)

    def short_of(self, network: Network) -> tuple[Place, ...]:
        """The numbers of rows that are too small for the words that come in."""
        return tuple(self.short[s.place] for s in network.layers if s.place in self.short)

    def _data_of(self, node: ast.Call, given: Arguments, name: str, index: int) -> Data | None:
        value = given.get(name, index)
        at = self._place_of(node, name, index)
        if not isinstance(value, Array) or at is None:
            return None
        return Data(value.shape, self.place(at))

    def _place_of(self, node: ast.Call, name: str, index: int) -> ast.expr | None:
        for keyword in node.keywords:
            if keyword.arg == name:
                return keyword.value
        return node.args[index] if index < len(node.args) else None

    def fits_of(self, ref: Ref, network: Network) -> tuple[Fit, ...]:
        """Where a model meets data; nothing of one that somebody else may have changed."""
        thing = self.memory.object(ref)
        if not isinstance(thing, (SequentialObject, FunctionalObject)) or self._is_shared(thing):
            return ()
        compiled = self.compiled.get(ref.id, [])
        losses = {each.loss for each in compiled}
        loss = losses.pop() if len(losses) == 1 else UNKNOWN
        place = compiled[0].place if compiled else None
        layers = len(thing.items) if isinstance(thing, SequentialObject) else 0
        starts = {node.place for node in network.nodes[:1] if not isinstance(node, Unknown)}
        starts |= {layer.place for layer in network.layers[:1]}
        wholes = [self.whole_shapes[start] for start in starts if start in self.whole_shapes]
        found = [
            Fit(
                each.method,
                each.place,
                each.x,
                each.y,
                loss,
                place,
                next((at for holder, at in wholes if holder == each.name), None),
            )
            for each in self.fitted.get(ref.id, [])
            if each.layers == layers
        ]
        return tuple(dict.fromkeys(found))

    def _is_shared(self, thing: Value | SequentialObject | FunctionalObject) -> bool:
        if isinstance(thing, SequentialObject) and thing.is_closed:
            return True
        return getattr(thing, "trainable", None) is UNKNOWN

"""Sizes: arguments of layers that are parameters of the function around, and nothing else yet.

Never guesses: whatever is reckoned with a parameter is not known.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from keras_lsp.catalog.names import parameters
from keras_lsp.extraction.inner import Inner
from keras_lsp.networks import UNKNOWN, Argument, Free, Listed, Made, Unknown

SIZES: Mapping[str, frozenset[str]] = {
    "keras.Input": frozenset({"shape", "batch_size", "batch_shape"}),
    "keras.layers.InputLayer": frozenset({"shape", "input_shape", "batch_size", "batch_shape"}),
    "keras.layers.Embedding": frozenset({"input_dim", "output_dim"}),
    "keras.layers.RepeatVector": frozenset({"n"}),
    "keras.layers.Reshape": frozenset({"target_shape"}),
}
"""Arguments, or parts of them, that are dimensions of a tensor."""
OF_ANY_LAYER = frozenset({"units", "filters", "input_shape", "batch_input_shape", "input_dim"})


class Sizes(Inner):
    def __init__(self) -> None:
        super().__init__()
        self.parameters: dict[int, frozenset[str]] = {}
        """Those of the function that runs in a frame."""

    def sized(self, made: Made | Unknown, node: ast.Call) -> Made | Unknown:
        """The same with a `Free` for each size that is written as the mere name of a parameter."""
        if isinstance(made, Unknown) or self.frame == 0:
            return made
        return _with_sizes(made, node, self._free)

    def _free(self, name: str) -> Free | None:
        """What a name stands for if it is a parameter, of which nobody knows what is given."""
        frame, _, bindings = self.holder(name)
        is_parameter = frame > 0 and name in self.parameters.get(frame, ())
        if not is_parameter or bindings or self.memory.names.get((frame, name)) is not UNKNOWN:
            return None
        return Free(name, frame)


def _with_sizes(made: Made, node: ast.Call, free: Callable[[str], Free | None]) -> Made:
    names = SIZES.get(made.name, OF_ANY_LAYER)
    order = parameters(made.name) or ()

    def freed(value: Argument, expr: ast.expr) -> Argument:
        if value is UNKNOWN and isinstance(expr, ast.Name):
            return free(expr.id) or value
        items = value.items if isinstance(value, Listed) else value
        if not isinstance(items, tuple) or not isinstance(expr, (ast.Tuple, ast.List)):
            return value
        if len(items) != len(expr.elts) or any(isinstance(e, ast.Starred) for e in expr.elts):
            return value
        found = tuple(map(freed, items, expr.elts))
        return Listed(found) if isinstance(value, Listed) else found

    def is_whole(name: str) -> bool:
        return name.endswith("shape")  # of which nobody knows how long it is

    def sized(name: str, value: Argument, expr: ast.expr) -> Argument:
        if name not in names or (is_whole(name) and value is UNKNOWN):
            return value
        return freed(value, expr)

    if any(isinstance(expr, ast.Starred) for expr in node.args):
        return made
    args = tuple(
        sized(order[n] if n < len(order) else "", value, expr)
        for n, (value, expr) in enumerate(zip(made.args, node.args, strict=False))
    )
    written = {keyword.arg: keyword.value for keyword in node.keywords}
    keywords = tuple(
        (key, sized(key, value, written[key]) if key in written else value)
        for key, value in made.keywords
    )
    if len(args) != len(made.args) or (args == made.args and keywords == made.keywords):
        return made
    return replace(made, args=args, keywords=keywords)

"""Relevance: whether running a function of the program can say anything about a model.

Never runs anything; it reads the words of a body.  A function that is taken to be
irrelevant gives something unknown, which silences rules and never raises one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from keras_lsp.semantics.definitions import ClassDefinition, FunctionDefinition
from keras_lsp.semantics.symbols import DISTINCTIVE
from keras_lsp.semantics.values import Function, Value
from keras_lsp.syntax import Statement
from keras_lsp.syntax.walk import walk

WORDS = DISTINCTIVE | frozenset(
    {"Sequential", "Model", "Functional", "load_model", "clone_model", "model_from_json",
     "trainable", "set_weights", "get_weights", "count_params", "exit", "_exit", "abort", "error",
     "from_pretrained", "from_preset", "apply_gradients"}
)  # fmt: skip

Lookup = Callable[[str], Value | None]
"""What a name of the module holds."""


def matters(definition: FunctionDefinition, lookup: Lookup, depth: int = 4) -> bool:
    """Whether the body, or that of a function which it calls, speaks of models."""
    if definition.owner is not None:
        # Methods work together: one sets what another one needs.
        return bool(_class_words(definition.owner) & WORDS) or _speaks(
            _words(definition.statement, definition.node)
        )
    words = _words(definition.statement, definition.node)
    if _speaks(words):
        return True
    if not depth:
        return False
    for name in words:
        for atom in lookup(name) or ():
            if isinstance(atom, Function) and atom.definition is not definition:
                if matters(atom.definition, lookup, depth - 1):
                    return True
    return False


def _speaks(words: frozenset[str]) -> bool:
    return bool(words & WORDS) or any("model" in word.lower() for word in words)


def _class_words(owner: ClassDefinition) -> frozenset[str]:
    return _words(owner.statement, owner.node)


def _words(statement: Statement, node: ast.AST) -> frozenset[str]:
    """The names and attributes that a definition mentions; kept with its statement."""
    key = ("words", node)
    known = statement.memo.get(key)
    if not isinstance(known, frozenset):
        found: set[str] = set()
        for part in walk(node):
            if isinstance(part, ast.Name):
                found.add(part.id)
            elif isinstance(part, ast.Attribute):
                found.add(part.attr)
        known = statement.memo[key] = frozenset(found)
    return known

"""Data: what a program hands to training, as far as its type decides whether Keras takes it.

Never learns of shapes, nor of what is in the data.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from keras_lsp.records import record
from keras_lsp.semantics.definitions import FunctionDefinition
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.values import Atom, Class, Function, Ref, Result, Value, only
from keras_lsp.semantics.varying import own_nodes
from keras_lsp.syntax import Place

_ITERATORS = frozenset({"builtins.zip", "builtins.map", "builtins.filter", "builtins.enumerate"})
_OF_ITERTOOLS = "itertools."
_SEVERAL = frozenset({"itertools.tee"})
"""They give a tuple of iterators."""
_METHODS = frozenset({"__iter__", "__next__"})
_ARRAYS = frozenset({"__array__", "__getitem__"})
_PLAIN = frozenset({"staticmethod", "classmethod"})
"""Decorators that leave alone what a function gives."""

_LISTS = (ast.List, ast.ListComp)
_NO_TUPLES = (ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.Set, ast.SetComp)


def passed(call: Call) -> Iterator[Argument]:
    """The arguments of a model's method that hold all of the data: inputs and targets."""
    names = ("generator", "x", "0", "validation_data")
    place = {"fit": "7", "fit_generator": "5"}.get(call.method)
    return (a for a in call.arguments if a.written and a.name in (*names, place))


def is_bare_iterator(call: Call, argument: Argument) -> bool:
    """Whether it certainly is an iterator that is no generator: ``zip(images, masks)``.

    Keras 3 asks for the type (keras/src/trainers/data_adapters of 3.0: ``types.GeneratorType``).
    """
    atom = only(argument.value)
    if isinstance(atom, Result):
        name = atom.name
        itertools = name.startswith(_OF_ITERTOOLS) and name not in _SEVERAL
        return name in _ITERATORS or itertools
    thing = call.object(atom.id) if isinstance(atom, Ref) else None
    if thing is None:
        return False
    made = [origin.definition.node for origin in thing.origin if isinstance(origin, Class)]
    return len(made) == 1 and _only_iterates(made[0])


def may_be_bare_iterator(call: Call, argument: Argument) -> bool:
    """As ``is_bare_iterator``, or ``iter(…)``: of a generator that is the generator itself."""
    return only(argument.value) == Result("builtins.iter") or is_bare_iterator(call, argument)


def _only_iterates(node: ast.ClassDef) -> bool:
    names = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    plain = not node.bases and not node.keywords and not node.decorator_list
    return plain and names >= _METHODS and not names & _ARRAYS


def uncalled_generator(value: Value) -> FunctionDefinition | None:
    """The function that yields the data, where it is handed over itself."""
    atom = only(value)
    if not isinstance(atom, Function) or not atom.definition.scope.yields:
        return None
    return None if atom.definition.decorators else atom.definition


@record(frozen=True, slots=True)
class Batches(Atom):
    """What a generator function of the program gives, where no batch is what Keras 3 takes."""

    function: str
    lists: tuple[Place, ...]
    """The lists in its batches, where all of them may be tuples instead."""
    inside: bool
    """Each batch is a tuple, and a list is in it: TensorFlow cannot tell what that holds."""


def batches_of(definition: FunctionDefinition) -> Batches | None:
    """What a generator function gives, where each batch is a list, a dict or a set by its display.

    Keras 3 looks at the first (keras/src/trainers/data_adapters/generator_data_adapter.py of 3.0),
    and describes it to TensorFlow (get_tf_dataset there), for which a list is no structure.
    """
    plain = set(definition.decorators) <= _PLAIN
    if not definition.scope.yields or definition.asynchronous or not plain:
        return None
    batches = list(_yielded(definition))
    inside = all(map(_holds_list, batches))
    if not inside and not all(isinstance(batch, _NO_TUPLES) for batch in batches):
        return None
    known = inside or all(map(_is_pair, batches))
    lists = [found for batch in batches for found in _lists(batch)] if known else []
    known = all(isinstance(found, ast.List) and found.elts for found in lists)
    places = (Place.of(definition.statement, found) for found in lists) if known else ()
    return Batches(definition.name, tuple(places), inside)


def _holds_list(batch: ast.expr | None) -> bool:
    return isinstance(batch, ast.Tuple) and any(isinstance(e, _LISTS) for e in batch.elts)


def _is_pair(batch: ast.expr | None) -> bool:
    """A list of inputs and targets, and perhaps weights."""
    return (
        isinstance(batch, ast.List)
        and 2 <= len(batch.elts) <= 3
        and not any(isinstance(e, ast.Starred) for e in batch.elts)
    )


def _lists(batch: ast.expr | None) -> Iterator[ast.expr]:
    """A batch, if it is a list, and the inputs or targets in it that are."""
    if isinstance(batch, _LISTS):
        yield batch
    if isinstance(batch, (ast.Tuple, ast.List)):
        yield from (e for e in batch.elts if isinstance(e, _LISTS))


def _yielded(definition: FunctionDefinition) -> Iterator[ast.expr | None]:
    """What each ``yield`` of a function gives; ``None`` for what is not written there."""
    node = definition.node
    for part in own_nodes(node.body) if not isinstance(node, ast.Lambda) else ():
        if isinstance(part, ast.Yield):
            yield part.value
        elif isinstance(part, ast.YieldFrom):
            yield None

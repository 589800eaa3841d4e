"""Data: what a program hands to training, as far as its type decides whether Keras takes it.

Never learns of shapes, nor of what is in the data.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from keras_lsp.semantics.definitions import FunctionDefinition, yielded
from keras_lsp.semantics.events import Argument, Call
from keras_lsp.semantics.values import Batches, Class, Function, Ref, Result, Value, only

_ITERATORS = frozenset({"builtins.zip", "builtins.map", "builtins.filter", "builtins.enumerate"})
_OF_ITERTOOLS = "itertools."
_SEVERAL = frozenset({"itertools.tee"})
"""They give a tuple of iterators."""
_METHODS = frozenset({"__iter__", "__next__"})
_ARRAYS = frozenset({"__array__", "__getitem__"})


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


def yields_no_tuple(definition: FunctionDefinition) -> bool:
    """Whether each batch of a generator function is a list, a dict or a set, by its display."""
    if not definition.scope.yields or definition.asynchronous or definition.decorators:
        return False
    return all(isinstance(batch, _NO_TUPLES) for batch in yielded(definition))


def generator_without_tuples(value: Value) -> FunctionDefinition | None:
    """The function that made the data, where no batch of it is a tuple.

    Keras 3 looks at the first (keras/src/trainers/data_adapters/generator_data_adapter.py of 3.0).
    """
    atom = only(value)
    return atom.definition if isinstance(atom, Batches) else None

"""Reads of the API: which name of Keras or TensorFlow a program imports or reads.

Never decides whether the name is there.
"""

from __future__ import annotations

import ast

from keras_lsp.catalog.names import below_keras, is_private
from keras_lsp.records import record
from keras_lsp.semantics.situation import Context
from keras_lsp.semantics.symbols import is_keras_class
from keras_lsp.semantics.values import Atom, External, Symbol
from keras_lsp.syntax import Place

ROOTS = {"keras": "keras", "tf.keras": "tensorflow.keras", "tf_keras": "tf_keras"}
"""How a program spells the packages that Keras comes by."""


@record(frozen=True, slots=True)
class ApiRead:
    """A name of Keras or TensorFlow is imported, or read from one of their modules."""

    place: Place
    """The whole expression, or the part of the import that names it."""
    name_place: Place
    """The name itself."""
    statement: Place
    context: Context
    path: str
    """Its path below ``keras`` (``keras.layers.core.Dense``), or below ``tensorflow``."""
    api: str
    """``keras``, ``tf.keras``, ``tf_keras`` or ``tensorflow``."""
    written: str
    """The path as the program spells it, from the root of the package."""
    imported: bool
    bound: str
    """The name that the import binds, else ``""``."""
    called: bool
    private: bool = False
    """It comes through a package that is not meant to be imported: ``keras.src``."""

    @property
    def root(self) -> str:
        """How the program spells the package: ``tensorflow.keras``."""
        return self.written.removesuffix(self.path.removeprefix("keras"))


def of_import(
    written: str, bound: str, alias: Place, statement: Place, context: Context
) -> ApiRead | None:
    """What one alias of an import reads; ``None`` for what is neither Keras nor TensorFlow."""
    named = below_keras(written)
    if named is None and written.partition(".")[0] != "tensorflow":
        return None
    path, api = named or (written, "tensorflow")
    private = named is not None and is_private(written)
    return ApiRead(
        alias, alias, statement, context, path, api, written, True, bound, False, private
    )


def of_attribute(
    node: ast.Attribute, atom: Atom, called: bool, place: Place, statement: Place, context: Context
) -> ApiRead | None:
    """What an attribute reads from a module of theirs; ``None`` for anything else."""
    if isinstance(atom, Symbol) and not is_keras_class(atom.name):
        api, path = atom.api, f"{atom.name}.{node.attr}"
        written = f"{ROOTS[api]}{path.removeprefix('keras')}"
    elif isinstance(atom, External) and atom.name.partition(".")[0] == "tensorflow":
        api, path = "tensorflow", f"{atom.name}.{node.attr}"
        written = path
    else:
        return None
    name_place = last_name(place, node.attr)
    return ApiRead(place, name_place, statement, context, path, api, written, False, "", called)


def may_be_api(atom: Atom) -> bool:
    """A cheap look before the dear one."""
    if isinstance(atom, External):
        return atom.name.startswith("tensorflow")
    return isinstance(atom, Symbol)


def last_name(place: Place, name: str) -> Place:
    """The end of a place, where the name stands."""
    end = place.end_column
    start = end - len(name.encode())
    return Place(place.statement, place.end_line, start, place.end_line, end)

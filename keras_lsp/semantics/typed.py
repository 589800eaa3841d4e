"""Typed: a value of which nothing is known but its class.

Never learns how the class was found out.
"""

from __future__ import annotations

from keras_lsp.records import record
from keras_lsp.semantics.values import Atom


@record(frozen=True, slots=True)
class Typed(Atom):
    """A model of Keras, and the package that its class comes by."""

    type: str
    api: str

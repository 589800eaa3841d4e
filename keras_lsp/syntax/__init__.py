"""Syntax: Python source, broken or not, as statements with trees of their own.

Never raises on any text; never learns of Keras.
"""

from keras_lsp.syntax.repair import SyntaxProblem
from keras_lsp.syntax.source import Place, Source, Statement
from keras_lsp.syntax.suppressions import Suppression, Suppressions

__all__ = [
    "Place",
    "Source",
    "Statement",
    "Suppression",
    "Suppressions",
    "SyntaxProblem",
]

"""keras-lsp: follows the life of every Keras model while the program is being typed.

Imports nothing: the workers are started from this package and must stay light.
"""

__version__ = "0.1.0"

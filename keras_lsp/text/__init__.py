"""Text: positions, lines, edits, decoding, cells.

Knows neither Python, nor Keras, nor any editor protocol.
"""

from keras_lsp.text.edits import Edit, OverlappingEdits, apply_edits
from keras_lsp.text.span import Position, Span

__all__ = ["Edit", "OverlappingEdits", "Position", "Span", "apply_edits"]

"""Text: positions, lines, edits, decoding, cells.

Knows neither Python, nor Keras, nor any editor protocol.
"""

from keras_lsp.text.decode import Decoded, Undecodable, decode
from keras_lsp.text.edits import Edit, OverlappingEdits, apply_edits
from keras_lsp.text.lines import line_count, split_lines, without_end
from keras_lsp.text.span import Position, Span

__all__ = [
    "Decoded",
    "Edit",
    "OverlappingEdits",
    "Position",
    "Span",
    "Undecodable",
    "apply_edits",
    "decode",
    "line_count",
    "split_lines",
    "without_end",
]

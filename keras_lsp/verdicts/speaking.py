"""Speaking: whether there may be anything to be said of networks, quickly found.

Never says it.
"""

from __future__ import annotations

from collections.abc import Iterable

from keras_lsp.shapes import Shapes
from keras_lsp.verdicts.disconnected import is_disconnected


def may_speak(told: Iterable[Shapes]) -> bool:
    """False: no verdict comes of them."""
    return any(
        shapes.errors
        or shapes.fits
        or shapes.network.compiled
        or shapes.network.short
        or shapes.network.slips
        or is_disconnected(shapes.network)
        for shapes in told
    )

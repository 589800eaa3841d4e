"""Arguments: what a call of the program is given.

Never learns what is called.
"""

from __future__ import annotations

from keras_lsp.extraction.values import Value
from keras_lsp.networks import UNKNOWN
from keras_lsp.records import record


@record(frozen=True, slots=True)
class Arguments:
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    is_complete: bool = True
    """False: there may be more behind stars."""
    is_assumed: bool = False
    """Nobody calls it here: what has a default value is taken to have that."""

    def get(self, name: str, index: int | None = None) -> Value | None:
        """What is given by name or position; UNKNOWN where it may be behind a star."""
        for key, value in self.keywords:
            if key == name:
                return value
        if index is not None and index < len(self.args) and self.is_complete:
            return self.args[index]
        return None if self.is_complete else UNKNOWN

    @property
    def values(self) -> tuple[Value, ...]:
        return (*self.args, *(value for _, value in self.keywords))

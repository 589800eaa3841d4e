"""The prelude: the names that an example may use without defining them.

The static check and the oracle put the very same lines in front of an example, so that
neither can be right about a program that the other has not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keras_lsp.pages import MAIN_FILE, Example

NUMPY = "import numpy as np\n"
KERAS = "import keras\nimport tensorflow as tf\n"
DATA = """\
x_train, y_train = np.random.rand(16, 4), np.random.rand(16, 1)
x_test, y_test = np.random.rand(16, 4), np.random.rand(16, 1)
x, y = np.random.rand(16, 4), np.random.rand(16, 1)
"""

BARE = "bare"
"""The flag of an example that stands alone, without any prelude."""

_IMPORTS_KERAS = re.compile(r"^(?:import|from)[ \t]+(?:keras|tensorflow|tf_keras)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Program:
    """The files of an example as they are checked and run."""

    files: tuple[tuple[str, str], ...]
    prelude: str

    @property
    def height(self) -> int:
        """How many lines of the main file are not the example's own."""
        return self.prelude.count("\n")

    def shift(self, path: str) -> int:
        return self.height if path == MAIN_FILE else 0

    def with_file(self, path: str, text: str) -> Program:
        files = tuple((name, text if name == path else old) for name, old in self.files)
        return Program(files, self.prelude)

    def code(self) -> Iterator[tuple[str, str]]:
        """Each file as its author wrote it; a damaged prelude stays visible."""
        for path, text in self.files:
            yield path, text.removeprefix(self.prelude) if path == MAIN_FILE else text


def program_of(example: Example, *, after: str = "") -> Program:
    """``example`` behind its prelude, and the code ``after`` it in the same file.

    An example that imports Keras by itself gets the data only: the style of its
    imports may be the very thing that it shows.
    """
    prelude = _prelude(example)
    files = tuple((part.file, part.code) for part in example.beside)
    return Program((*files, (MAIN_FILE, prelude + example.code + after)), prelude)


def _prelude(example: Example) -> str:
    if BARE in example.flags:
        return ""
    if _IMPORTS_KERAS.search(example.code):
        return NUMPY + DATA
    return NUMPY + KERAS + DATA

"""Starts the copy of keras-lsp that comes with the extension, whatever else is installed.

Must never learn what it does: the words of the command line are passed on as they are.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "libs"))

from keras_lsp.__main__ import main

sys.exit(main())

"""Starts the copy of keras-lsp that comes with the extension, whatever else is installed.

Must never learn what it does: the words of the command line are passed on as they are.
"""

import os
import sys
from pathlib import Path


def start() -> int:
    libs = Path(__file__).resolve().parent / "libs"
    sys.path.insert(0, str(libs))
    # To compile the modules takes longer than to run them: what is compiled is kept, if need be
    # elsewhere.
    if not os.access(libs, os.W_OK):
        sys.pycache_prefix = os.environ.get("KERAS_LSP_COMPILED")
    from keras_lsp.__main__ import main

    return main()


sys.exit(start())

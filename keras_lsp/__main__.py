"""``python -m keras_lsp``: the command line."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line on the process's own arguments."""
    from keras_lsp.cli.main import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
